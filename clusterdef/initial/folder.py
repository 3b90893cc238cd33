"""The files that a new site consists of, as text: site.yaml from the answers, an inventory to fill, schemas, keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from pathlib import Path
from string import Template

from clusterdef import schema
from clusterdef.initial.layout import layout
from clusterdef.initial.question import RELEASES

SITE = "site.yaml"
SCHEMAS = ".clusterdef"
INVENTORY = "name,network,interface,mac,serial,rack,unit,switch,port\n"

READ_OTHERWISE = frozenset(("null", "true", "false", "~"))
"""Words that YAML takes for something else than text."""


def files(answers: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """Path -> text. `answers` has one for every question; `keys` are ssh public keys, a line each."""
    admin = answers["admin"]
    words = _words(answers, keys)
    written = {
        SITE: _filled("site.yaml", words),
        "inventory.csv": INVENTORY,
        ".gitignore": _text("gitignore.txt"),
        "README.md": _filled("README.md", words),
        **{f"{SCHEMAS}/{file.name}": file.read_text("utf-8") for file in sorted(schema.folder().glob("*.schema.json"))},
    }
    return {**written, f"ssh/{admin}.pub": "".join(f"{key}\n" for key in keys)} if keys else written


def _words(answers: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    family, release = RELEASES[answers["os"]]
    return {
        **{key: _plain(value) for key, value in answers.items()},
        "name": answers["name"],
        "named": _plain(answers["name"]),
        "head": answers["head-address"],
        "family": family,
        "release": release,
        "major": release.split(".")[0],
        "admins": _admins(answers["admin"], keys),
        "range": _range(int(answers["workers"])),
        **_addresses(answers),
    }


def _addresses(answers: Mapping[str, str]) -> dict[str, str]:
    workers = int(answers["workers"])
    private = layout(IPv4Network(answers["private"]), workers)
    mgmt = layout(IPv4Network(answers["mgmt"]), workers)
    return {
        "pool": f"{private.pool[0]}-{private.pool[1]}",
        **{f"machine{number}": str(private.machine(number)) for number in range(1, 6)},
        **{f"bmc{number}": str(mgmt.machine(number)) for number in range(1, 6)},
        "login": str(private.login),
        "login_bmc": str(mgmt.login),
        "first": str(private.worker),
        "first_bmc": str(mgmt.worker),
        "head_mgmt": str(mgmt.spare),
        "switch": str(mgmt.machine(9)),
    }


def _admins(name: str, keys: Sequence[str]) -> str:
    line = f"admins:  {{{name}: ssh/{name}.pub}}"
    return line if keys else f"# No key was there yet: put one into ssh/{name}.pub, then take the # away.\n# {line}"


def _range(count: int) -> str:
    width = max(2, len(str(count)))
    return f"{1:0{width}}-{count:0{width}}" if count > 1 else f"{1:0{width}}"


def _plain(text: str) -> str:
    return f'"{text}"' if text in READ_OTHERWISE else text


def _filled(name: str, words: Mapping[str, str]) -> str:
    return Template(_text(name)).substitute(words)


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
