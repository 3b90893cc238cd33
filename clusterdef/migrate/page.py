"""A YAML text that is edited by what stands where in it: keys renamed, values replaced, entries moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from clusterdef.problem import Mark
from clusterdef.source import Document, parse_yaml

BREAK = re.compile(r"\r\n|\r|\n")
HEAD = re.compile(r"#\s*yaml-language-server:|---|%")
"""Lines that must stay the first ones."""
STEP = 2
"""Blanks by which the entries of a new map stand further in than its key."""

Path_ = tuple[str, ...]


class CannotEdit(Exception):
    """A place that only a person can edit; the message says what to do, `mark` where."""

    def __init__(self, message: str, mark: Mark) -> None:
        super().__init__(message)
        self.mark = mark


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a map: from where to where it is cut, what stands behind its colon, and its value alone.

    In a block an entry has its lines for itself, `indent` blanks in; between braces that is None. `fits` is true for
    a value that may stand between braces.
    """

    start: int
    end: int
    typed: str
    value: str
    indent: int | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A text between two edits, and what stands where in it. An edit makes a new page."""

    name: str
    text: str
    document: Document

    @classmethod
    def of(cls, text: str, name: str) -> Page:
        """Read a text. Raises Refused when it is no YAML that we take."""
        return cls(name, text, parse_yaml(text.encode(), name))

    @property
    def line_break(self) -> str:
        """How its lines end."""
        found = BREAK.search(self.text)
        return found[0] if found else "\n"

    def value(self, *path: str) -> Any:
        """The value at a path, a place for the nearest parent that is none; None where there is none."""
        found: Any = self.document.data
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        return found

    def has(self, *path: str) -> bool:
        """True when the path leads to a key."""
        holder = self.value(*path[:-1])
        return not path or (isinstance(holder, dict) and path[-1] in holder)

    def replaced(self, start: int, end: int, text: str) -> Page:
        """With other text from one character up to another."""
        return Page.of(self.text[:start] + text + self.text[end:], self.name)

    def with_value(self, path: Path_, typed: str) -> Page:
        """With another value, as one types it, in place of one that is no block."""
        return self.replaced(*self.document.span(*path), typed)

    def renamed(self, path: Path_, key: str) -> Page:
        """With another name for the key that ends the path."""
        return self.replaced(*self.document.key_span(*path), key)

    def with_first(self, key: str, typed: str) -> Page:
        """With a new first key: behind the head of the file, before the comment that belongs to the next key."""
        start = self.document.span()[0]
        if self._braces():
            return self.replaced(start + 1, start + 1, f"{key}: {typed}, ")
        place = self._with_comment(start)
        indent = self.text[self._line_start(start) : start]
        return self.replaced(place, place, f"{indent}{key}: {typed}{self.line_break}")

    def moved(self, path: Path_, target: Path_) -> Page:
        """With the entry at `path` under another parent, perhaps by another name, with the comments inside it.

        A parent that would be left empty goes too; a new one is made for a target of two keys. Raises CannotEdit where
        an entry of several lines would have to stand between braces, or shares its line with something else.
        """
        entry = self.entry(path)
        page = self._without(path)
        if not page.has(*target[:-1]):
            return page._with_parent(entry, target, self.document.key_mark(*path))
        if page._braces(*target[:-1]):
            return page._between_braces(entry, target, self.document.key_mark(*path))
        last = page.entry((*target[:-1], list(page.value(*target[:-1]))[-1]))
        return page._with_lines(last.end, _lines(entry, target[-1], last.indent or 0, self.line_break))

    def entry(self, path: Path_) -> Entry:
        """The entry at a path. Raises CannotEdit when it shares its line with something else."""
        key, value = self.document.key_span(*path), self.document.span(*path)
        typed = self.text[slice(*value)]
        if self._braces(*path[:-1]):
            start, end = self._with_comma(key[0], value[1])
            return Entry(start, end, typed, typed, None, True)
        start = self._line_start(key[0])
        if self.text[start : key[0]].strip():
            raise CannotEdit("write it on a line of its own", self.document.key_mark(*path))
        end = self._block_end(value, key[0] - start, self._fits(*path))
        behind = self.text[self.text.index(":", key[1]) + 1 : end]
        return Entry(start, end, behind, typed, key[0] - start, self._fits(*path))

    def _braces(self, *path: str) -> bool:
        """True for a map in braces."""
        return self.text[self.document.span(*path)[0]] == "{"

    def _fits(self, *path: str) -> bool:
        start, _ = self.document.span(*path)
        return (
            self.text[start : start + 1] in ("{", "[")
            if isinstance(self.value(*path), dict | list)
            else (self.text[start : start + 1] not in ("|", ">"))
        )

    def _without(self, path: Path_) -> Page:
        if len(path) > 1 and len(self.value(*path[:-1])) == 1:
            return self._without(path[:-1])
        entry = self.entry(path)
        return self.replaced(entry.start, entry.end, "")

    def _with_parent(self, entry: Entry, target: Path_, mark: Mark) -> Page:
        if len(target) != 2:
            raise CannotEdit(f"write {'.'.join(target[:-1])} first", mark)
        lines = _lines(entry, target[1], STEP, self.line_break)
        return self._with_lines(len(self.text), f"{target[0]}:{self.line_break}{lines}")

    def _with_lines(self, place: int, lines: str) -> Page:
        begun = self.text[:place].endswith(("\n", "\r")) or not self.text[:place]
        return self.replaced(place, place, lines if begun else self.line_break + lines)

    def _between_braces(self, entry: Entry, target: Path_, mark: Mark) -> Page:
        if not entry.fits:
            raise CannotEdit(f"write it into {'.'.join(target[:-1])} by hand: several lines do not fit there", mark)
        place = len(self.text[: self.document.span(*target[:-1])[1] - 1].rstrip())
        comma = "" if self.text[place - 1] in "{," else ", "
        return self.replaced(place, place, f"{comma}{target[-1]}: {entry.value}")

    def _with_comma(self, start: int, end: int) -> tuple[int, int]:
        """An entry between braces with the comma behind it, or else with the one before it."""
        behind = re.compile(r"\s*,[ \t]*").match(self.text, end)
        if behind:
            return start, behind.end()
        before = self.text[:start].rstrip()
        return (len(before) - 1 if before.endswith(",") else start), end

    def _block_end(self, value: tuple[int, int], indent: int, fits: bool) -> int:
        """Behind the last line of an entry; lines of comment that stand no further in than its key are not its own."""
        last = self._line_end(max(value[0], value[1])) if fits else value[1]
        lines = self.text[:last].splitlines(keepends=True)
        while not fits and lines and _foreign(lines[-1], indent):
            lines.pop()
        return sum(map(len, lines))

    def _with_comment(self, start: int) -> int:
        """Where the comment above a line begins; the line itself when that comment begins the file."""
        first = place = self._line_start(start)
        while place:
            before = self._line_start(place - 1)
            line = self.text[before:place].strip()
            if not line.startswith("#") or HEAD.match(line):
                return place
            place = before
        return first

    def _line_start(self, offset: int) -> int:
        text = self.text[:offset]
        return max(text.rfind("\n"), text.removesuffix("\r").rfind("\r")) + 1

    def _line_end(self, offset: int) -> int:
        """Where the next line begins."""
        found = BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)


def _foreign(line: str, indent: int) -> bool:
    plain = line.strip()
    return not plain or (plain.startswith("#") and len(line) - len(line.lstrip()) <= indent)


def _lines(entry: Entry, key: str, indent: int, line_break: str) -> str:
    """An entry as lines that stand `indent` blanks in."""
    first, *rest = BREAK.split(entry.typed.rstrip())
    by = indent - (entry.indent or 0)
    lines = [f"{'':{indent}}{key}: {first.strip()}".rstrip(), *(_shifted(line, by) for line in rest)]
    return line_break.join(lines) + line_break


def _shifted(line: str, by: int) -> str:
    if not line.strip():
        return line
    return " " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip())) :]
