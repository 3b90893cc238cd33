"""The headers of Puppet classes: name, parent, parameters with their types and defaults, and type aliases.

Bodies are not read, only stepped over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.problem import Mark, Problem, Refused
from clusterdef.puppet_class import comments, literal
from clusterdef.puppet_class.comments import Comments
from clusterdef.puppet_class.puppet_type import DEFAULT, Argument, Members, Regexp, Type
from clusterdef.puppet_class.tokens import END, NAME, NUMBER, REGEXP, SIGN, STRING, TEXT, TYPE, VARIABLE, Token, tokens
from clusterdef.source.lines import Lines

OPENING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter's default: as it is written, and its value where that is a literal (None for undef)."""

    text: str
    is_literal: bool
    value: Any = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a class. Without a type it takes anything; without a default it must be given."""

    name: str
    type: Type | None
    given: Given | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Signature:
    """A class as its callers see it."""

    name: str
    parent: str | None
    parameters: tuple[Parameter, ...]
    comments: Comments
    mark: Mark


def signatures(lines: Lines) -> list[Signature]:
    """The classes that a file defines, in its order. Raises Refused where a header cannot be read."""
    reader = _Reader(lines)
    found = []
    while not reader.at(END):
        start = reader.token
        if reader.takes(NAME, "class") and reader.at(NAME) and reader.follows(("(", "{"), ("inherits",)):
            found.append(reader.signature(start))
        elif reader.token is start:
            reader.step()
    return found


def aliases(lines: Lines) -> Mapping[str, Type]:
    """The type aliases that a file defines: name -> type. Raises Refused where one cannot be read."""
    reader = _Reader(lines)
    found: dict[str, Type] = {}
    while not reader.at(END):
        if reader.takes(NAME, "type") and reader.at(TYPE):
            name = reader.step().text.removeprefix("::")
            if reader.takes(SIGN, "="):
                found[name] = reader.type()
        else:
            reader.step()
    return found


class _Reader:
    """One walk over the tokens of a file."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._tokens = tokens(lines)
        self._next: Token | None = None
        self.token = next(self._tokens)

    def step(self) -> Token:
        """The token at hand; go on to the next."""
        token = self.token
        if token.kind != END:
            self.token = self._next or next(self._tokens)
            self._next = None
        return token

    def at(self, kind: str, text: str | None = None) -> bool:
        """True when the token at hand is of this kind, and this one where it is named."""
        return self.token.kind == kind and text in (None, self.token.text)

    def takes(self, kind: str, text: str) -> bool:
        """Step over this token if it is at hand."""
        found = self.at(kind, text)
        if found:
            self.step()
        return found

    def follows(self, signs: tuple[str, ...], words: tuple[str, ...]) -> bool:
        """True when one of these comes behind the token at hand."""
        if self._next is None:
            self._next = next(self._tokens, Token(END, "", 0, 0))
        return self._next.text in (*signs, *words)

    def signature(self, start: Token) -> Signature:
        """The header, from the class's name up to its body."""
        name = self.step()
        parameters = tuple(self._parameters()) if self.takes(SIGN, "(") else ()
        parent = self._parent() if self.takes(NAME, "inherits") else None
        if not self.at(SIGN, "{"):
            raise Refused(self._unexpected(f"the body of class {name.text}", "{ … }"))
        said = comments.read(comments.above(self._lines.text, start.start))
        return Signature(_plain(name.text), parent, parameters, said, self._mark(name))

    def _parent(self) -> str:
        if not self.at(NAME):
            raise Refused(self._unexpected("the name of a class", "inherits NAME"))
        return _plain(self.step().text)

    def _parameters(self) -> Iterator[Parameter]:
        while not self.takes(SIGN, ")"):
            type_ = None if self.at(VARIABLE) else self.type()
            if not self.at(VARIABLE):
                raise Refused(self._unexpected("the name of a parameter", "$name"))
            name = self.step()
            given = self._given() if self.takes(SIGN, "=") else None
            yield Parameter(name.text[1:], type_, given, self._mark(name))
            if not self.at(SIGN, ")") and not self.takes(SIGN, ","):
                raise Refused(self._unexpected(f"the end of parameter {name.text}", "a comma"))

    def _given(self) -> Given:
        """A default: everything up to the comma or the parenthesis that ends it."""
        found: list[Token] = []
        opened: list[Token] = []
        pipes = False
        while opened or pipes or not self.at(SIGN) or self.token.text not in ",)":
            if self.at(END):
                raise Refused(self._unexpected("the end of a default", "a comma"))
            token = self.step()
            found.append(token)
            pipes ^= not opened and token.is_sign("|")
            if token.is_sign(*OPENING):
                opened.append(token)
            elif opened and token.is_sign(*OPENING.values()):
                opened.pop()
        if not found:
            raise Refused(self._unexpected("a default", "a value"))
        text = self._lines.text[found[0].start : found[-1].end]
        try:
            return Given(text, True, literal.value(found))
        except literal.NoLiteral:
            return Given(text, False)

    def type(self) -> Type:
        """A type with its arguments."""
        if not self.at(TYPE):
            raise Refused(self._unexpected("a type or the name of a parameter", "String $name"))
        name = self.step().text.removeprefix("::")
        return Type(name, tuple(self._arguments()) if self.takes(SIGN, "[") else ())

    def _arguments(self) -> Iterator[Argument]:
        while not self.takes(SIGN, "]"):
            yield self._argument()
            if not self.at(SIGN, "]") and not self.takes(SIGN, ","):
                raise Refused(self._unexpected("the end of a type", "]"))

    def _argument(self) -> Argument:
        if self.at(TYPE):
            return self.type()
        if self.takes(SIGN, "{"):
            return Members(tuple(self._members()))
        if self.at(REGEXP):
            return Regexp(self.step().text[1:-1])
        if self.at(NAME, "default"):
            self.step()
            return DEFAULT
        return self._literal()

    def _literal(self) -> str | int | float | bool:
        negative = self.takes(SIGN, "-")
        if self.token.kind not in (NUMBER, STRING, TEXT, NAME) or (negative and not self.at(NUMBER)):
            raise Refused(self._unexpected("an argument of a type", "a type, a number, a string or default"))
        try:
            found: str | int | float | bool = literal.value([self.token])
        except literal.NoLiteral as error:
            raise Refused(self._unexpected("an argument of a type", "a plain string")) from error
        self.step()
        return -found if negative and not isinstance(found, str) else found

    def _members(self) -> Iterator[tuple[str | Type, Type]]:
        while not self.takes(SIGN, "}"):
            key = self.type() if self.at(TYPE) else str(self._literal())
            if not self.takes(SIGN, "=>"):
                raise Refused(self._unexpected(f"the type of {key}", "=>"))
            yield key, self.type()
            if not self.at(SIGN, "}") and not self.takes(SIGN, ","):
                raise Refused(self._unexpected("the end of a Struct", "}"))

    def _mark(self, token: Token) -> Mark:
        return self._lines.mark(token.start, token.end)

    def _unexpected(self, wanted: str, example: str) -> Problem:
        message = f"{wanted} was expected here" if self.token.kind != END else f"the file ends before {wanted}"
        advice = (f"expected {example}", "Puppet itself tells more:   puppet parser validate FILE")
        return Problem("puppet-syntax", message, self._mark(self.token), advice=advice)


def _plain(name: str) -> str:
    return name.removeprefix("::")
