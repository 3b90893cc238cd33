"""From the number of a character to its line and column. Knows text, not what it means."""

from __future__ import annotations

from clusterdef.problem import Mark

LONGEST = 100_000
"""A line longer than this is not shown: nobody can read it, and showing it would cost more than reading the file."""

BREAKS = "\n\r"
YAML_BREAKS = "\n\r\x85\u2028\u2029"
BLOCK = 1 << 16

END = (1 << 32) - 1
"""The half of a packed place that holds its end; the other half holds its start."""


def pack(start: int, end: int) -> int:
    """Two character numbers in one integer: half a million places cost half a million integers, not objects."""
    return start << 32 | end


class Lines:
    """The text of a file, and the marks in it.

    Nothing is prepared: line breaks are counted when a mark is asked for, and remembered by the
    block, so that one mark is cheap in a large file, and a thousand are as well.
    """

    __slots__ = ("_breaks", "_counts", "_line", "file", "text")

    def __init__(self, file: str, text: str, breaks: str = BREAKS) -> None:
        self.file = file
        self.text = text
        self._breaks = [sign for sign in breaks if sign in text]
        self._counts = [0]
        self._line = (0, -1)

    def mark(self, start: int, end: int = 0) -> Mark:
        """The place of the characters from `start` up to `end`, as far as they stand on one line."""
        first, after = self.around(start)
        width = len(self.text[start : min(end, after, start + LONGEST)].rstrip())
        shown = self.text[first:after] if after - first <= LONGEST else ""
        return Mark(self.file, self.number(start), start - first + 1, max(1, width), shown)

    def packed(self, place: int) -> Mark:
        """The place that `pack` made."""
        return self.mark(place >> 32, place & END)

    def number(self, offset: int) -> int:
        """The line, counted from 1, in which the character stands."""
        block = offset // BLOCK
        while len(self._counts) <= block:
            start = (len(self._counts) - 1) * BLOCK
            self._counts.append(self._counts[-1] + self._count(start, start + BLOCK))
        return self._counts[block] + self._count(block * BLOCK, offset) + 1

    def around(self, offset: int) -> tuple[int, int]:
        """Where the line that holds the character begins, and where its line break does."""
        first, after = self._line
        if not first <= offset <= after:
            first, after = 0, len(self.text)
            for sign in self._breaks:
                first = max(first, self.text.rfind(sign, first, offset) + 1)
                found = self.text.find(sign, offset, after)
                after = after if found < 0 else found
            self._line = (first, after)
        return first, after

    def line(self, offset: int) -> str:
        """The text of the line that holds the character."""
        first, after = self.around(offset)
        return self.text[first:after]

    def _count(self, start: int, end: int) -> int:
        """Line breaks between the two; a carriage return and a line feed are one, counted at the first."""
        total = sum(self.text.count(sign, start, end) for sign in self._breaks)
        if "\r" in self._breaks:
            total -= self.text.count("\r\n", start, end) + (
                0 < start < end and self.text[start - 1 : start + 1] == "\r\n"
            )
        return total
