"""What nodes alike share is worked out once, and yet each node has what it would have alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clusterdef.model import Node
from tests.resolve.sites import cluster, module, role

NETS = """\
networks:
  one: {subnet: 10.1.0.0/16, domain: one.internal, dns: [10.1.0.53]}
  two: {subnet: 10.2.0.0/16, domain: two.internal}
nodes:
"""


def text(default: str, **more: Any) -> dict[str, Any]:
    """A parameter that is a text."""
    return {"type": "string", "description": "a text", "default": default, **more}


MODULES = {
    "thing": module(
        parameters={
            "name": text("${node.name}"),
            "domain": text("${node.domain}"),
            "servers": {
                "type": "array",
                "items": {"type": "string"},
                "description": "a list",
                "default": "${node.dns}",
            },
            "plain": text("plain"),
            "of_name": text("${parameters.thing.of_plain} of ${parameters.thing.name}"),
            "of_plain": text("made of ${parameters.thing.plain}"),
        }
    )
}


def nodes(folder: Path, entries: str) -> dict[str, Node]:
    """Nodes with the module above."""
    roles = {"plain": role(modules=["thing"], install="none"), "base": role()}
    return dict(cluster(folder, NETS + entries, modules=MODULES, roles=roles).nodes)


def of(found: dict[str, Node], parameter: str) -> dict[str, Any]:
    """A parameter's value on each node."""
    return {name: node.parameters[f"thing.{parameter}"] for name, node in found.items()}


def test_what_is_made_from_a_nodes_own_value_is_its_own(tmp_path: Path) -> None:
    found = nodes(tmp_path, '  "n[1-2]": {role: plain, net: {one: 10.1.0.1+}}\n')
    assert of(found, "of_name") == {"n1": "made of plain of n1", "n2": "made of plain of n2"}


def test_a_nodes_own_word_reaches_what_is_made_from_it(tmp_path: Path) -> None:
    entries = """\
  a: {role: plain, net: {one: 10.1.0.1}}
  b: {role: plain, net: {one: 10.1.0.2}, parameters: {thing.plain: fancy}}
  c: {role: plain, net: {one: 10.1.0.3}, parameters: {thing.name: sea}}
"""
    found = nodes(tmp_path, entries)
    assert of(found, "of_plain") == {"a": "made of plain", "b": "made of fancy", "c": "made of plain"}
    assert of(found, "of_name") == {"a": "made of plain of a", "b": "made of fancy of b", "c": "made of plain of sea"}


def test_facts_of_the_networks_are_those_of_the_nodes_own(tmp_path: Path) -> None:
    entries = """\
  a: {role: plain, net: {one: 10.1.0.1, two: 10.2.0.1}}
  b: {role: plain, net: {one: 10.1.0.2, two: 10.2.0.2}, primary: two}
  c: {role: plain, net: {two: 10.2.0.3}}
"""
    found = nodes(tmp_path, entries)
    assert of(found, "domain") == {"a": "one.internal", "b": "two.internal", "c": "two.internal"}
    assert of(found, "servers") == {"a": ["10.1.0.53"], "b": ["10.1.0.53"], "c": []}
