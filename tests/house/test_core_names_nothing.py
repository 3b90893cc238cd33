"""The core is driven by data: no role, module or generator is named in its Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.package import ROOT, tracked

# Names of definitions that are also words of the format itself; each with the place that makes it one.
WORDS: dict[str, str] = {
    "addresses": "a key of facts and of references: ${service.S.addresses}",
    "device": "a key of role.json: such a machine has no operating system",
    "head": "the answer of init: which address the first machine has",
    "hostcert": "a setting of Puppet: where the certificate of a machine lies",
    "hiera": "the beginning of hiera.yaml, which a Puppet module has",
    "hosts": "a key of references: ${service.S.hosts}",
    "kickstart": "a link of the boot chain, in generator.json",
    "ldap": "the form of a password hash that a directory takes (RFC 2307)",
    "nfs": "the usual type of a mount, in fstab's words",
    "proxy": "a value of a network's dhcp: another server gives the addresses",
    "puppet": "a key of publish, and the option --from-puppet",
    "ssh": "a key of an administrator, and the folder of the keys that the site keeps",
    "runbook": "a key of role.json: what the loss of such a machine means",
    "usb": "a value of install: from a key",
}

# Files whose texts are another's names, each with whose they are.
OTHERS_NAMES: dict[str, str] = {
    "clusterdef/service_names.py": "names of ports, as /etc/services has them",
}


def shipped() -> set[str]:
    """The names of every role, module and generator that git holds."""
    places = {"roles": "role.json", "puppet/modules": "module.json", "generators": "generator.json"}
    return {
        Path(name).parent.name
        for place, definition in places.items()
        for name in tracked(place)
        if Path(name).name == definition and Path(name).parent.parent == Path(place)
    }


def literals(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every string of a module that is not a docstring or other lone sentence."""
    sentences = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in sentences:
            yield node


def names(literal: str, known: set[str]) -> set[str]:
    """The known names that a literal is, or that stand before its first dot or slash (`htcondor.slots`)."""
    return {literal, literal.split(".")[0], literal.split("/")[0]} & known


def named_in(text: str, known: set[str]) -> set[tuple[int, str]]:
    """Line and name of each definition that Python text names."""
    return {(node.lineno, name) for node in literals(ast.parse(text)) for name in names(node.value, known)}


def test_the_core_names_no_definition() -> None:
    known = shipped() - WORDS.keys()
    wrong = [
        f"{file}:{line}: {name}"
        for file in tracked("clusterdef")
        if file.endswith(".py") and file not in OTHERS_NAMES
        for line, name in sorted(named_in((ROOT / file).read_text("utf-8"), known))
    ]
    assert wrong == []


def test_a_name_would_be_seen() -> None:
    lines = [
        '"""worker is allowed here."""',
        'if role == "worker":',
        '    value = "htcondor.slots"',
        'f"{role}/x worker"',
    ]
    text = "\n".join(lines)
    assert named_in(text, {"worker", "htcondor"}) == {(2, "worker"), (3, "htcondor")}
