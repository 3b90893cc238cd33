"""What changed, in a person's words: a row for nodes that changed alike, and the count of files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clusterdef.nodeset import fold

WORDS = {"new": "new", "changed": "changed", "gone": "gone"}
SITE = "whole site"


@dataclass(frozen=True, slots=True)
class Changed:
    """One file that differs: its kind (new, changed, gone), which output made it, and for which node (or none)."""

    kind: str
    maker: str
    subject: str
    path: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the summary."""

    who: str
    kind: str
    makers: tuple[str, ...]


def rows(changes: Iterable[Changed], known: Sequence[str]) -> list[Row]:
    """A row for each group of nodes with the same changes, in the site's order; files of the whole site last.

    A node all of whose files are new is new; one that lost them all is gone.
    """
    by_node: dict[str, dict[str, dict[str, None]]] = {}
    for change in changes:
        by_node.setdefault(change.subject, {}).setdefault(change.kind, {})[change.maker] = None
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for node, kinds in by_node.items():
        kind = next(iter(kinds)) if len(kinds) == 1 else "changed"
        makers = tuple(sorted({maker for found in kinds.values() for maker in found}))
        alike.setdefault((kind, makers), []).append(node)
    place = {name: number for number, name in enumerate(known)}
    found = [(_first(nodes, place), Row(_who(nodes), WORDS[kind], makers)) for (kind, makers), nodes in alike.items()]
    return [row for _, row in sorted(found, key=lambda item: (item[0], item[1].kind))]


def _first(nodes: list[str], place: dict[str, int]) -> int:
    last = len(place) + 1
    return last if nodes == [""] else min(place.get(node, last - 1) for node in nodes)


def _who(nodes: list[str]) -> str:
    if nodes == [""]:
        return SITE
    folded = fold(node for node in nodes if node)
    return folded if len(folded) <= 30 else f"{len(nodes)} nodes"
