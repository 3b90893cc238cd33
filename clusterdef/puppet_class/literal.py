"""Literal values of Puppet code: what a default is when nothing must be evaluated to know it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from clusterdef.puppet_class.tokens import NAME, NUMBER, SIGN, STRING, TEXT, Token

WORDS = {"true": True, "false": False, "undef": None}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "s": " ", "$": "$", '"': '"', "'": "'", "\\": "\\"}
EXPRESSIONS = frozenset(("if", "unless", "case", "default", "and", "or", "in"))
"""Words that are no bare strings."""


class NoLiteral(ValueError):
    """Something that only Puppet can evaluate."""


def value(tokens: Sequence[Token]) -> Any:
    """The value that tokens stand for; None for undef. Raises NoLiteral when they must be evaluated."""
    reader = _Reader(tokens)
    found = reader.value()
    if reader.place != len(tokens):
        raise NoLiteral
    return found


def string(token: Token) -> str:
    """The text of a string in single or double quotes. Raises NoLiteral where something is put in."""
    inner = token.text[1:-1]
    if token.kind == STRING:
        return re.sub(r"\\([\\'])", r"\1", inner)
    if re.search(r"(?<!\\)(?:\\\\)*\$(?:\{|::|[a-z_])", inner):
        raise NoLiteral
    return re.sub(r"\\(u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|.)", _unescaped, inner, flags=re.DOTALL)


def _unescaped(found: re.Match[str]) -> str:
    word = found[1]
    if len(word) > 1:
        return chr(int(word[1:].strip("{}"), 16))
    return ESCAPES.get(word, found[0])


def number(text: str) -> int | float:
    """A number as Puppet reads it: decimal, 0x hexadecimal, 0 octal, or with a point."""
    if re.fullmatch(r"0[xX][0-9A-Fa-f]+", text):
        return int(text, 16)
    if re.fullmatch(r"0[0-7]+", text):
        return int(text, 8)
    return int(text) if text.isdigit() else float(text)


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.place = 0

    def value(self) -> Any:
        token = self._next()
        if token.kind in (STRING, TEXT):
            return string(token)
        if token.kind == NUMBER:
            return number(token.text)
        if token.kind == NAME:
            return self._word(token.text)
        if token.is_sign("-") and self._peek(NUMBER):
            return -number(self._next().text)
        if token.is_sign("["):
            return list(self._items("]", self.value))
        if token.is_sign("{"):
            return dict(self._items("}", self._pair))
        raise NoLiteral

    def _word(self, word: str) -> Any:
        if word in WORDS:
            return WORDS[word]
        if word in EXPRESSIONS or self._peek(SIGN, "(") or "::" in word:
            raise NoLiteral
        return word

    def _items(self, end: str, item: Any) -> list[Any]:
        found: list[Any] = []
        while not self._peek(SIGN, end):
            found.append(item())
            if not self._peek(SIGN, end) and not self._next().is_sign(","):
                raise NoLiteral
        self.place += 1
        return found

    def _pair(self) -> tuple[str, Any]:
        key = self.value()
        if not isinstance(key, str) or not self._next().is_sign("=>"):
            raise NoLiteral
        return key, self.value()

    def _peek(self, kind: str, text: str | None = None) -> bool:
        if self.place >= len(self.tokens):
            return False
        token = self.tokens[self.place]
        return token.kind == kind and text in (None, token.text)

    def _next(self) -> Token:
        if self.place >= len(self.tokens):
            raise NoLiteral
        self.place += 1
        return self.tokens[self.place - 1]
