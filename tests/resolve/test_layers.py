"""Layers: module default < role.json < site parameters < site roles < groups < node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clusterdef.model import Node
from tests.resolve.sites import cluster, module, role

NET = "networks: {net: {subnet: 10.0.0.0/16}}\n"
DEFINITIONS: dict[str, Any] = {
    "modules": {
        "thing": module(
            parameters={
                "level": {"type": "string", "description": "who said it", "default": "module"},
                "list": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "replaces",
                    "default": ["module"],
                },
                "sum": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "adds",
                    "default": ["module"],
                    "merge": "append",
                },
                "map": {"type": "object", "description": "merges", "default": {"a": 1}},
            }
        )
    },
    "roles": {
        "plain": role(device=False, modules=["thing"], install="none", kernel=["role"], packages=["one"]),
        "stronger": role(include=["plain"], parameters={"thing.level": "role"}, kernel=["stronger"]),
    },
}


def node(folder: Path, text: str, name: str = "n") -> Node:
    """A node of a site with the definitions above and nothing that is everywhere."""
    definitions = {kind: dict(entries) for kind, entries in DEFINITIONS.items()}
    definitions["roles"]["base"] = role()
    return cluster(folder, NET + text, **definitions).nodes[name]


LAYERS = (
    ("  n: {role: plain, net: {net: 10.0.0.1}}\n", "module"),
    ("  n: {role: stronger, net: {net: 10.0.0.1}}\n", "role"),
    ("  n: {role: stronger, net: {net: 10.0.0.1}}\nparameters: {thing.level: site}\n", "site"),
    (
        "  n: {role: stronger, net: {net: 10.0.0.1}}\nparameters: {thing.level: site}\n"
        "roles: {stronger: {parameters: {thing.level: site role}}}\n",
        "site role",
    ),
    (
        "  n: {role: stronger, groups: g, net: {net: 10.0.0.1}}\ngroups: {g: {parameters: {thing.level: group}}}\n"
        "roles: {stronger: {parameters: {thing.level: site role}}}\n",
        "group",
    ),
    (
        "  n: {role: stronger, groups: g, net: {net: 10.0.0.1}, parameters: {thing.level: node}}\n"
        "groups: {g: {parameters: {thing.level: group}}}\n",
        "node",
    ),
    (
        "  'n[1-2]': {role: stronger, net: {net: 10.0.0.1+}, parameters: {thing.level: node},\n"
        "      except: {n2: {parameters: {thing.level: exception}}}}\n",
        "exception",
    ),
)


@pytest.mark.parametrize(("text", "winner"), LAYERS, ids=[winner for _, winner in LAYERS])
def test_the_later_layer_wins(tmp_path: Path, text: str, winner: str) -> None:
    name = "n2" if winner == "exception" else "n"
    assert node(tmp_path, "nodes:\n" + text, name).parameters["thing.level"] == winner


def test_lists_replace_maps_merge_and_some_lists_add_up(tmp_path: Path) -> None:
    found = node(
        tmp_path,
        "nodes:\n  n:\n    role: plain\n    net: {net: 10.0.0.1}\n"
        "    parameters: {thing.list: [n], thing.sum: [n], thing.map: {b: 2}}\n"
        "parameters: {thing.sum: [site]}\n",
    )
    assert found.parameters["thing.list"] == ["n"]
    assert found.parameters["thing.sum"] == ["module", "site", "n"]
    assert found.parameters["thing.map"] == {"a": 1, "b": 2}


def test_settings_add_up_where_the_schema_says_so(tmp_path: Path) -> None:
    found = node(tmp_path, "nodes:\n  n: {role: stronger, net: {net: 10.0.0.1}, kernel: [node], packages: [two]}\n")
    assert found.kernel == ("role", "stronger", "node")
    assert found.packages == ("one", "two")


def test_a_number_is_its_own_text_where_text_is_wanted(tmp_path: Path) -> None:
    found = node(tmp_path, "nodes:\n  n: {role: plain, net: {net: 10.0.0.1}, parameters: {thing.level: 9.10}}\n")
    assert found.parameters["thing.level"] == "9.10"


def test_the_order_of_groups_settles_what_they_disagree_on(tmp_path: Path) -> None:
    groups = "groups: {a: {parameters: {thing.level: a}}, b: {parameters: {thing.level: b}}}\n"
    found = node(
        tmp_path, f"nodes:\n  n: {{role: plain, groups: [a, b], net: {{net: 10.0.0.1}}}}\n{groups}group_order: [b, a]\n"
    )
    assert found.parameters["thing.level"] == "a"
