"""From the number of a character to its line and column. Knows text, not what it means."""

from __future__ import annotations

import re
from bisect import bisect_right

from clusterdef.problem import Mark

LONGEST = 100_000
"""A line longer than this is not shown: nobody can read it, and showing it would cost more than reading the file."""

BREAK = re.compile(r"\r\n|\r|\n")
YAML_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")


END = (1 << 32) - 1
"""The half of a packed place that holds its end; the other half holds its start."""


def pack(start: int, end: int) -> int:
    """Two character numbers in one integer: half a million places cost half a million integers, not objects."""
    return start << 32 | end


class Lines:
    """The text of a file, and the marks in it; line starts are looked for when the first mark is asked for."""

    __slots__ = ("_break", "_starts", "file", "text")

    def __init__(self, file: str, text: str, line_break: re.Pattern[str] = BREAK) -> None:
        self.file = file
        self.text = text
        self._break = line_break
        self._starts: list[int] = []

    def mark(self, start: int, end: int = 0) -> Mark:
        """The place of the characters from `start` up to `end`, as far as they stand on one line."""
        line = self.number(start)
        first, after = self.span(line)
        text = self.text[first:after]
        width = min(end, first + len(text.rstrip())) - start
        return Mark(self.file, line, start - first + 1, max(1, width), text if len(text) <= LONGEST else "")

    def packed(self, place: int) -> Mark:
        """The place that `pack` made."""
        return self.mark(place >> 32, place & END)

    def number(self, offset: int) -> int:
        """The line, counted from 1, in which the character stands."""
        return bisect_right(self._known_starts(), offset)

    def span(self, line: int) -> tuple[int, int]:
        """Where the line begins, and where its line break does."""
        starts = self._known_starts()
        found = self._break.search(self.text, starts[line - 1])
        return starts[line - 1], found.start() if found else len(self.text)

    def _known_starts(self) -> list[int]:
        if not self._starts:
            self._starts = [0, *(found.end() for found in self._break.finditer(self.text))]
        return self._starts
