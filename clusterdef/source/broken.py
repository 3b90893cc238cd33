"""The place where YAML stopped making sense, and what stands around it; `yaml_syntax` makes sentences of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clusterdef.problem import Also, Mark, Problem
from clusterdef.source.lines import Lines

WORD = re.compile(r"[^\s,\[\]{}:#]+(?::[^\s,\[\]{}:#]+)*")
COLON = re.compile(r":(?=[ \t]|$)")
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
        return self.text[self.lines.span(self.number)[0] : self.offset]

    @property
    def tail(self) -> str:
        """The rest of the line, without the blanks at its end."""
        return self.text[self.offset : self.lines.span(self.number)[1]].rstrip()

    @property
    def word(self) -> str:
        """The word at the place, or the sign."""
        found = WORD.match(self.text, self.offset)
        return found[0] if found else self.char

    @property
    def at_end(self) -> bool:
        """Nothing but blanks and comments follows."""
        return not re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", self.text[self.offset :]).strip()

    @property
    def behind(self) -> str:
        """The last character before the place that is no blank, when it stands in the same line."""
        return self.head.rstrip()[-1:]

    def line(self, number: int) -> str:
        """The text of a line."""
        start, end = self.lines.span(number)
        return self.text[start:end]

    def above(self) -> int:
        """The line before the place that holds something; 0 when there is none."""
        number = self.number - 1
        while number and (not self.line(number).strip() or self.line(number).lstrip().startswith("#")):
            number -= 1
        return number

    def mark(self, width: int = 0) -> Mark:
        """The place itself; the last thing written when the file ended."""
        if not self.at_end:
            return self.lines.mark(self.offset, self.offset + (width or len(self.word)))
        last = len(self.text[: self.offset].rstrip())
        return self.lines.mark(max(0, last - 1), last)

    def line_mark(self, number: int) -> Mark:
        """What is written in a line, without the blanks before it."""
        start, end = self.lines.span(number)
        first = start + len(self.line(number)) - len(self.line(number).lstrip())
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
