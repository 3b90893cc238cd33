"""The place where YAML stopped making sense, and what stands around it; `yaml_syntax` makes sentences of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clusterdef.problem import Also, Mark, Problem
from clusterdef.source.lines import LONGEST, Lines

WORD = re.compile(r"[^\s,\[\]{}:#]+(?::[^\s,\[\]{}:#]+)*")
COLON = re.compile(r":(?=[ \t]|$)")
NOTHING = re.compile(r"(?:\s++|#[^\r\n]*+)*+\Z")
COMMENT = re.compile(r"(?:(?<=\s)|^)#")
NEAR = 1_000
"""Lines that are looked at for the one above; more comments than that are no context."""
LISTED = re.compile(r"[ \t]*(?:-[ \t]+)*")


@dataclass(frozen=True, slots=True)
class Broken:
    """`offset` is where the parser gave up, `context` where the thing begins that it was in.

    `opened` are the starts of the mappings and lists still open; `scalar` is from where to where
    the last quoted value reached; `said` is the parser's own sentence.
    """

    lines: Lines
    said: str
    offset: int
    context: int | None
    opened: tuple[int, ...]
    scalar: tuple[int, int]

    @property
    def text(self) -> str:
        """The whole file."""
        return self.lines.text

    @property
    def char(self) -> str:
        """The character at the place; empty at the end of the file."""
        return self.text[self.offset : self.offset + 1]

    @property
    def number(self) -> int:
        """The line of the place."""
        return self.lines.number(self.offset)

    @property
    def head(self) -> str:
        """What stands before the place in its line."""
        return self.text[self.lines.around(self.offset)[0] : self.offset]

    @property
    def tail(self) -> str:
        """The rest of the line, without the blanks at its end."""
        return self.text[self.offset : self.lines.around(self.offset)[1]].rstrip()

    @property
    def word(self) -> str:
        """The word at the place, or the sign."""
        found = WORD.match(self.text, self.offset)
        return found[0] if found else self.char

    @property
    def at_end(self) -> bool:
        """Nothing but blanks and comments follows."""
        return NOTHING.match(self.text, self.offset) is not None

    @property
    def behind(self) -> str:
        """The last character before the place that is no blank, when it stands in the same line."""
        return self.head.rstrip()[-1:]

    def line(self, offset: int) -> str:
        """The text of the line that holds the character."""
        return self.lines.line(offset)

    def above(self) -> int | None:
        """Where the line begins that holds something and stands before the place; None when there is none near."""
        start, _ = self.lines.around(self.offset)
        for _ in range(NEAR):
            if not start:
                return None
            start, _ = self.lines.around(start - 1)
            if not self.line(start).lstrip().startswith("#") and self.line(start).strip():
                return start
        return None

    def mark(self, width: int = 0) -> Mark:
        """The place itself; the last thing written when the file ended."""
        if not self.at_end:
            return self.lines.mark(self.offset, self.offset + (width or len(self.word)))
        last = self._written()
        return self.lines.mark(max(0, last - 1), last)

    def _written(self) -> int:
        """Where the last thing before the place ends that is neither blank nor comment."""
        last = self.offset
        for _ in range(NEAR):
            last = len(self.text[:last].rstrip())
            start, _ = self.lines.around(max(0, last - 1))
            comment = COMMENT.search(self.text, start, last) if last - start <= LONGEST else None
            if comment is None:
                return last
            last = comment.start()
        return last

    def line_mark(self, offset: int) -> Mark:
        """What is written in the line that holds the character, without the blanks before it."""
        start, end = self.lines.around(offset)
        first = start + len(self.line(offset)) - len(self.line(offset).lstrip())
        return self.lines.mark(first, end)

    def problem(
        self, code: str, message: str, *advice: str, mark: Mark | None = None, also: Also | None = None, label: str = ""
    ) -> Problem:
        """A problem at the place, or at `mark`."""
        return Problem(
            code=code,
            message=message,
            mark=mark or self.mark(),
            label=label,
            also=(also,) if also else (),
            advice=advice,
        )


def indentation(line: str) -> int:
    """How many blanks the line begins with."""
    return len(line) - len(line.lstrip(" "))


def content(line: str) -> str:
    """The line without indentation, the dashes of list items, and blanks at its end."""
    return line[LISTED.match(line).end() :].rstrip()  # type: ignore[union-attr]


def has_key(line: str) -> bool:
    """True when the line reads like `key: …`."""
    return COLON.search(content(line)) is not None


def short(text: str) -> str:
    """At most forty characters of the user's own words."""
    text = text.strip()
    return text if len(text) <= 40 else f"{text[:39]}…"
