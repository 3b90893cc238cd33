"""Keys that stand twice in one mapping: collected while reading, told at the end."""

from __future__ import annotations

from typing import Any

from clusterdef.problem import Problem
from clusterdef.source import refusal
from clusterdef.source.lines import Lines


class Duplicates:
    """The duplicate keys met so far; where each was first is looked for at the end, once a mapping."""

    def __init__(self) -> None:
        self._met: list[tuple[dict[str, Any], list[int], str, int]] = []

    def __len__(self) -> int:
        return len(self._met)

    def add(self, data: dict[str, Any], places: list[int], key: str, place: int) -> None:
        """`key` is in `data` already, and stands at `place` again."""
        self._met.append((data, places, key, place))

    def problems(self, lines: Lines) -> list[Problem]:
        """One problem for each."""
        numbers: dict[int, dict[str, int]] = {}
        problems = []
        for data, places, key, place in self._met:
            if id(data) not in numbers:
                numbers[id(data)] = {name: number for number, name in enumerate(data)}
            first = places[2 * numbers[id(data)][key] + 1]
            problems.append(refusal.duplicate(key, lines.packed(place), lines.packed(first)))
        return problems
