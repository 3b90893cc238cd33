"""JSON (RFC 8259) to a Document, in one walk over its tokens: the standard library's reader knows no places.

The sentences about what is wrong live in `json_syntax`.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, NoReturn

from clusterdef.problem import Problem, Refused, in_file_order
from clusterdef.source import json_syntax as syntax
from clusterdef.source import refusal
from clusterdef.source.content import read, text_of
from clusterdef.source.document import Document
from clusterdef.source.duplicates import Duplicates
from clusterdef.source.limits import Limits
from clusterdef.source.lines import Lines, pack

DEFAULT = Limits()
WORDS = {"true": True, "false": False, "null": None}
STRING, NUMBER, WORD, SIGN = 1, 2, 3, 4
# Possessive, so that a string or number that breaks off is not tried again at every length.
TOKEN = re.compile(
    r'[ \t\r\n]*+(?:("[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+")'
    r"|(-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.+-]))"
    r"|(true|false|null)(?![\w.+-])"
    r"|([{}\[\]:,]))"
)


def load_json(path: Path, name: str | None = None, limits: Limits = DEFAULT) -> Document:
    """Read a JSON file; `name` is what the user calls it.

    Raises Refused with a syntax error, or with each duplicate key and impossible number, or with
    why the file could not be read.
    """
    shown = str(path) if name is None else name
    return parse_json(read(path, shown, limits), shown, limits)


def parse_json(content: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Like `load_json`, from bytes that were read already."""
    builder = Builder(Lines(name, text_of(content, name, limits)), limits)
    data = builder.document()
    return Document(builder.lines, data, builder.place, builder.places)


class Builder:
    """One walk over the tokens of one text: `document()` once, then `place` and `places`."""

    def __init__(self, lines: Lines, limits: Limits) -> None:
        self.lines = lines
        self.place = 0
        self.places: dict[int, list[int]] = {}
        self._limits = limits
        self._text = lines.text
        self._before = 0
        self._start = 0
        self._end = 0
        self._open: list[int] = []
        self._duplicates = Duplicates()
        self._problems: list[Problem] = []

    def document(self) -> Any:
        """The data; raises Refused with everything found up to where reading had to stop."""
        if not self._text.strip():
            self._stop(refusal.empty(self.lines))
        data = self._value(self._next("a value"))
        if self._text[self._end :].strip(" \t\r\n"):
            self._fail("the end of the file")
        if self._problems or self._duplicates:
            raise Refused(*self._found())
        return data

    def _next(self, wanted: str) -> int:
        """Move to the next token and return its kind; `wanted` is for the sentence when there is none."""
        found = TOKEN.match(self._text, self._end)
        if found is None:
            self._fail(wanted)
        self._before = self._end
        self._end = found.end()
        self._start = found.start(found.lastindex or 0)
        return found.lastindex or 0

    def _value(self, kind: int) -> Any:
        """The value that begins with the token we are at; `self.place` is then where it stands."""
        self.place = pack(self._start, self._end)
        if kind == STRING:
            return self._string()
        if kind == NUMBER:
            return self._number()
        if kind == WORD:
            return WORDS[self._text[self._start : self._end]]
        sign = self._text[self._start]
        if sign not in "{[":
            self._reject("a value")
        return self._container(sign)

    def _container(self, sign: str) -> Any:
        start = self._start
        self._open.append(start)
        if len(self._open) > self._limits.depth:
            self._stop(refusal.too_deep(self._mark(), self._limits.depth))
        data: Any = {} if sign == "{" else []
        places = [0]
        if sign == "{":
            self._members(data, places)
        else:
            self._items(data, places)
        self._open.pop()
        self.place = places[0] = pack(start, self._end)
        self.places[id(data)] = places
        return data

    def _members(self, data: dict[str, Any], places: list[int]) -> None:
        kind = self._next("a key or }")
        if self._is(kind, "}"):
            return
        while True:
            if kind != STRING:
                self._reject("a key")
            key, place = self._string(), pack(self._start, self._end)
            if not self._is(self._next("a colon"), ":"):
                self._reject("a colon")
            if key in data:
                self._duplicates.add(data, places, key, place)
                self._count()
                self._value(self._next("a value"))
            else:
                places.append(place)
                data[key] = self._value(self._next("a value"))
                places.append(self.place)
            if not self._more("}"):
                return
            kind = self._next("a key")

    def _items(self, data: list[Any], places: list[int]) -> None:
        kind = self._next("a value or ]")
        if self._is(kind, "]"):
            return
        while True:
            data.append(self._value(kind))
            places.append(self.place)
            if not self._more("]"):
                return
            kind = self._next("a value")

    def _more(self, closing: str) -> bool:
        """After a value: True behind a comma, False behind the bracket that closes."""
        wanted = f"a comma or {closing}"
        kind = self._next(wanted)
        if self._is(kind, closing):
            return False
        if not self._is(kind, ","):
            self._reject(wanted)
        return True

    def _is(self, kind: int, sign: str) -> bool:
        return kind == SIGN and self._text[self._start] == sign

    def _string(self) -> str:
        typed = self._text[self._start : self._end]
        if "\\" not in typed:
            return typed[1:-1]
        try:
            value: str = json.loads(typed)
            value.encode()
        except json.JSONDecodeError:
            self._stop(syntax.escape(self.lines, self._start))
        except UnicodeEncodeError:
            self._add(syntax.half_character(self._mark()))
            value = ""
        return value

    def _number(self) -> Any:
        typed = self._text[self._start : self._end]
        whole = typed.lstrip("-").isdigit()
        value: Any = int(typed) if whole and len(typed) < 20 else float(typed) if not whole else math.inf
        if math.isinf(value) or (whole and abs(value) >= 10**18):
            self._add(syntax.large_number(typed, self._mark()))
            return 0
        return value

    def _mark(self) -> Any:
        return self.lines.mark(self._start, self._end)

    def _add(self, problem: Problem) -> None:
        self._problems.append(problem)
        self._count()

    def _count(self) -> None:
        if len(self._problems) + len(self._duplicates) >= self._limits.problems:
            self._stop(refusal.too_many_problems(self.lines.file, self._limits.problems))

    def _reject(self, wanted: str) -> NoReturn:
        """The token we are at is none that may stand here."""
        self._end = self._before
        self._fail(wanted)

    def _fail(self, wanted: str) -> NoReturn:
        self._stop(syntax.syntax(self.lines, self._end, wanted, self._open))

    def _stop(self, problem: Problem) -> NoReturn:
        raise Refused(*in_file_order([*self._found(), problem]))

    def _found(self) -> list[Problem]:
        return in_file_order([*self._problems, *self._duplicates.problems(self.lines)])
