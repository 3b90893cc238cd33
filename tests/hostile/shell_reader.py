"""What sh makes of a script: words, operators, comments and here-documents, with everything that sh would act upon told
apart from what it takes as it is (POSIX.1-2024, Shell Command Language, 2.2 to 2.10). Nothing here asserts.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any

Tree = Any
"""What a reader makes of a text: strings, and lists and dicts of them."""

OPERATORS = "&|;<>()"
ACTS = "*?[]{}=~!^%$`"
"""Characters that mean something to some shell where they stand without quotes."""


def active(char: str) -> str:
    """A character that the shell acts upon, as one that no value has."""
    return chr(0xF0000 + ord(char))


def script(text: str) -> list[Tree]:
    """The tokens of a script, in order; raises ValueError where something is not closed."""
    return _Reader(text).tokens("")


@dataclass(slots=True)
class _Reader:
    """A script and how far it is read."""

    text: str
    at: int = 0
    found: list[Tree] = field(default_factory=list)
    word: list[Tree] | None = None
    quoted: bool = False
    due: list[tuple[int, str]] = field(default_factory=list)

    def tokens(self, end: str) -> list[Tree]:
        """What comes until `end`, which closes this part; the whole script where there is no `end`."""
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if end and char == end:
                self._close()
                return self.found
            self._one(char, end)
        if end or self.due:
            raise ValueError(f"not closed: {end or self.due}")
        self._close()
        return self.found

    def _one(self, char: str, end: str) -> None:
        match char:
            case "'":
                self._add(self._until("'"), True)
            case '"':
                self._add_double()
            case "\\":
                self._escaped()
            case "$":
                self._dollar()
            case " " | "\t" if end != "}":
                self._close()
            case "\n" if end != "}":
                self._close()
                self.found.append(["end of line"])
                self._documents()
            case "#" if self.word is None and end != "}":
                self.at -= 1
                self.found.append(["comment", self._line()])
            case _ if char in OPERATORS and end != "}":
                self._operator(char)
            case _:
                self._add(active(char) if char in ACTS else char)

    def _add(self, part: Tree, quoted: bool = False) -> None:
        self.word = self.word if self.word is not None else []
        self.quoted = self.quoted or quoted
        if isinstance(part, str) and self.word and isinstance(self.word[-1], str):
            self.word[-1] += part
        else:
            self.word.append(part)

    def _close(self) -> None:
        """The word ends; after `<<` it is the end of a document."""
        if self.word is None:
            return
        last = self.found[-1] if self.found else None
        if last in (["operator", "<<"], ["operator", "<<-"]):
            if not self.quoted:
                raise ValueError("a here-document whose content the shell looks into")
            self.due.append((len(self.found), "".join(map(str, self.word))))
            self.found.append(["document"])
        else:
            self.found.append(["word", *self.word])
        self.word, self.quoted = None, False

    def _until(self, end: str) -> str:
        place = self.text.find(end, self.at)
        if place < 0:
            raise ValueError(f"not closed: {end}")
        part, self.at = self.text[self.at : place], place + len(end)
        return part

    def _line(self) -> str:
        place = self.text.find("\n", self.at)
        place = len(self.text) if place < 0 else place
        part, self.at = self.text[self.at : place], place
        return part

    def _escaped(self) -> None:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if char != "\n":
            self._add(char, True)

    def _add_double(self) -> None:
        """What stands in double quotes, in which four characters keep their meaning."""
        self._add("", True)
        while True:
            char = self.text[self.at : self.at + 1]
            self.at += 1
            if char == '"':
                return
            if not char:
                raise ValueError('not closed: "')
            if char == "\\" and self.text[self.at : self.at + 1] in ("$", "`", '"', "\\", "\n"):
                self._escaped()
            elif char == "$":
                self._dollar()
            else:
                self._add(active(char) if char == "`" else char)

    def _dollar(self) -> None:
        """A substitution with all that stands in it, or the sign alone."""
        end = {"(": ")", "{": "}"}.get(self.text[self.at : self.at + 1])
        self._add(active("$"))
        if end:
            inner = _Reader(self.text, self.at + 1)
            self._add([end, *inner.tokens(end)])
            self.at = inner.at

    def _operator(self, char: str) -> None:
        self._close()
        if char == "(":
            # A bracket that is closed again holds a list of its own; a pattern of `case` has only the closing one.
            self.found.append(["operator", char])
            return
        found = re.compile(re.escape(char) + "+").match(self.text, self.at)
        more = found[0] if found else ""
        if char + more == "<<" and self.text.startswith("-", self.at + 1):
            more += "-"
        self.at += len(more)
        self.found.append(["operator", char + more])

    def _documents(self) -> None:
        """The here-documents that were promised on the line before."""
        for place, end in self.due:
            lines: list[str] = []
            while True:
                if self.at >= len(self.text):
                    raise ValueError(f"not closed: {end}")
                line = self._line()
                self.at += 1
                if line == end:
                    break
                lines.append(line)
            self.found[place] = ["document", content("".join(f"{line}\n" for line in lines), self.found[:place])]
        self.due = []


def content(text: str, before: list[Tree]) -> Tree:
    """What a document holds, behind base64 where the command before it takes that away."""
    if ["word", "base64"] in before[-6:]:
        text = base64.b64decode(text).decode("utf-8", "surrogateescape")
    return ["script", *script(text)] if text.startswith(BEGINNINGS) else text


BEGINNINGS = ("#!", "set -e")
"""How our scripts begin."""
