"""Puppet code as tokens: enough of the language to find classes and read their headers; what they mean is elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from clusterdef.problem import Problem, Refused
from clusterdef.source.lines import Lines

END = "end"
NAME = "name"
TYPE = "type"
VARIABLE = "variable"
NUMBER = "number"
STRING = "string"
TEXT = "text"
REGEXP = "regexp"
HEREDOC = "heredoc"
SIGN = "sign"

BLANK = re.compile(r"(?:[ \t\r\n\f\v]+|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
TOKEN = re.compile(
    r"""
    (?P<variable>\$(?:::)?(?:\w+(?:::\w+)*))
  | (?P<type>(?:::)?[A-Z]\w*(?:::[A-Z]\w*)*)
  | (?P<name>(?:::)?[a-z_]\w*(?:-\w+)*(?:::[a-z_]\w*)*)
  | (?P<number>0[xX][0-9A-Fa-f]+|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<sign>=>|\+>|->|~>|==|!=|=~|!~|<=|>=|<<|>>|[^\w\s'"])
    """,
    re.VERBOSE | re.DOTALL,
)
SLASHED = re.compile(r"/(?:[^/\\\n]|\\[^\n])*/")
HEREDOC_START = re.compile(r'@\("?([^")/:\n]+)[^)\n]*\)')
PLAIN = re.compile(r'[^"\\$]+|\\.|\$(?!\{)', re.DOTALL)
BEFORE_DIVISION = frozenset((VARIABLE, NUMBER, STRING, TEXT, REGEXP))
"""After one of these a slash divides; anywhere else it begins a regular expression."""


class Token(NamedTuple):
    """One word of Puppet code, and the numbers of its first character and of the one after it.

    Strings keep their quotes, regular expressions their slashes.
    """

    kind: str
    text: str
    start: int
    end: int

    def is_sign(self, *signs: str) -> bool:
        """True for one of these signs."""
        return self.kind == SIGN and self.text in signs


def tokens(lines: Lines) -> Iterator[Token]:
    """The tokens of a file, comments left out, one of kind END last. Raises Refused at what is no Puppet code."""
    text, place, before = lines.text, 0, None
    heredocs: list[Token] = []
    while True:
        blank = BLANK.match(text, place)
        place = _behind(heredocs, text, blank.end() if blank else place)
        if place == len(text):
            yield Token(END, "", place, place)
            return
        before = _token(lines, place, before)
        if before.kind == HEREDOC:
            heredocs.append(before)
        yield before
        place = before.end


def _behind(heredocs: list[Token], text: str, place: int) -> int:
    """Where code goes on: behind the texts of heredocs once the line that announces them is over."""
    if not heredocs or "\n" not in text[heredocs[0].end : place]:
        return place
    place = text.index("\n", heredocs[0].end)
    for heredoc in heredocs:
        found = HEREDOC_START.match(heredoc.text)
        tag = re.escape(found[1].strip()) if found else ""
        last = re.compile(rf"\n[ \t]*\|?[ \t]*-?[ \t]*{tag}[ \t]*(?=\r?\n|\Z)").search(text, place)
        place = last.end() if last else len(text)
    heredocs.clear()
    blank = BLANK.match(text, place)
    return blank.end() if blank else place


def _token(lines: Lines, place: int, before: Token | None) -> Token:
    text = lines.text
    if text[place] == '"':
        end = _end_of_text(lines, place)
        return Token(TEXT, text[place:end], place, end)
    if text[place] == "/" and not _divides(before):
        slashed = SLASHED.match(text, place)
        if slashed:
            return Token(REGEXP, slashed[0], place, slashed.end())
    heredoc = HEREDOC_START.match(text, place)
    if heredoc:
        return Token(HEREDOC, heredoc[0], place, heredoc.end())
    found = TOKEN.match(text, place)
    if found is None or (found[0] == "/" and text.startswith("/*", place)):
        raise Refused(_unended(lines, place))
    return Token(found.lastgroup or SIGN, found[0], place, found.end())


def _divides(before: Token | None) -> bool:
    return before is not None and (before.kind in BEFORE_DIVISION or before.is_sign(")", "]"))


def _end_of_text(lines: Lines, start: int) -> int:
    """Behind the closing quote of a double-quoted string, whose `${…}` may hold strings of their own."""
    place, text = start + 1, lines.text
    while place < len(text):
        if text[place] == '"':
            return place + 1
        plain = PLAIN.match(text, place)
        place = plain.end() if plain else _end_of_interpolation(lines, place)
    raise Refused(_unended(lines, start))


def _end_of_interpolation(lines: Lines, start: int) -> int:
    place, depth, text = start + 2, 1, lines.text
    while place < len(text) and depth:
        sign = text[place]
        if sign == '"':
            place = _end_of_text(lines, place)
        elif sign == "'" and (quoted := TOKEN.match(text, place)):
            place = quoted.end()
        else:
            depth += {"{": 1, "}": -1}.get(sign, 0)
            place += 1
    return place


def _unended(lines: Lines, place: int) -> Problem:
    what = {"'": "string", '"': "string", "/": "comment"}.get(lines.text[place])
    if what:
        return _trouble(lines, place, f"this {what} has no end", "close it")
    return _trouble(lines, place, f"'{lines.text[place]}' is no Puppet code", "try: puppet parser validate FILE")


def _trouble(lines: Lines, place: int, message: str, advice: str) -> Problem:
    return Problem("puppet-syntax", message, lines.mark(place, place + 1), advice=(advice,))
