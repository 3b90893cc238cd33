"""Machines by what they have in common: a role, a group, a rack. Whoever lists machines for a tool lists these."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clusterdef.generators.once import once
from clusterdef.generators.places import by_number

from clusterdef.languages import CannotSay
from clusterdef.model import Cluster, Node


@dataclass(frozen=True, slots=True)
class Group:
    """Machines that have the role, group or rack (`kind`) of that name, in the site's order."""

    kind: str
    name: str
    nodes: tuple[Node, ...]


@once
def groups(cluster: Cluster) -> tuple[Group, ...]:
    """Every role, included ones too, every group and every rack that has machines: by kind, then by name."""
    return (
        *_groups(cluster, "role", lambda node: node.all_roles),
        *_groups(cluster, "group", lambda node: node.groups),
        *_groups(cluster, "rack", lambda node: (node.place.rack,) if node.place.rack else ()),
    )


def _groups(cluster: Cluster, kind: str, words: Callable[[Node], Iterable[str]]) -> Iterable[Group]:
    found: dict[str, list[Node]] = {}
    for node in cluster.nodes.values():
        for word in words(node):
            found.setdefault(word, []).append(node)
    return (Group(kind, name, tuple(found[name])) for name in sorted(found, key=by_number))


def as_word(name: str, others: str, taken: dict[str, str], tool: str) -> str:
    """`name` with `_` for every character but letters, digits and `others`; racks are called as people like.

    `taken` holds the names that were said before. Raises CannotSay when another one became the same word: its
    machines must not silently join this one's.
    """
    word = re.sub(rf"[^A-Za-z0-9_{others}]", "_", name)
    if taken.setdefault(word, name) != name:
        raise CannotSay(name, tool, f"{taken[word]} is called {word} there already")
    return word
