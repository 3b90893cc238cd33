"""YAML anchors, and what their aliases would come to if each were written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Anchored:
    """A value with a name: how many values it holds, how deep they go, how many aliases are in it."""

    value: Any = None
    place: int = 0
    closed: bool = False
    values: int = 1
    depth: int = 0
    aliases: int = 0


class Anchors:
    """The anchors met so far; `aliases` and `values` count what all aliases so far stand for, nested ones too.

    `places` leads from the place of an alias to that of the value.
    """

    def __init__(self) -> None:
        self.aliases = 0
        self.values = 0
        self.places: dict[int, int] = {}
        self._known: dict[str, Anchored] = {}
        self._sizes: dict[int, tuple[int, int]] = {}

    def names(self) -> list[str]:
        """The anchors met so far."""
        return list(self._known)

    def begin(self, name: str) -> Anchored:
        """From here on the name means the value that begins now."""
        anchored = self._known[name] = Anchored(aliases=self.aliases)
        return anchored

    def end(self, anchored: Anchored, value: Any, place: int) -> None:
        """The value is complete."""
        anchored.value, anchored.place, anchored.closed = value, place, True
        anchored.aliases = self.aliases - anchored.aliases
        anchored.values, anchored.depth = self._sizes[id(value)] = self._size(value)

    def scalar(self, name: str, value: Any, place: int) -> None:
        """From here on the name means this scalar."""
        self._known[name] = Anchored(value, place, closed=True)

    def alias(self, name: str, place: int) -> Anchored | None:
        """What the alias stands for, counted; None when there is no such anchor. It may not be closed yet."""
        anchored = self._known.get(name)
        if anchored and anchored.closed:
            self.aliases += anchored.aliases + 1
            self.values += anchored.values
            self.places[place] = anchored.place
        return anchored

    def _size(self, value: Any) -> tuple[int, int]:
        """Values and depth. What an alias shares was anchored, so it is in the table, and nothing is walked twice."""
        if not isinstance(value, (dict, list)):
            return 1, 0
        values, depth = 1, 0
        for item in value.values() if isinstance(value, dict) else value:
            inner, below = self._sizes.get(id(item)) or self._size(item)
            values, depth = values + inner, max(depth, below)
        return values, depth + 1
