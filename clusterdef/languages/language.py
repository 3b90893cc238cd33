"""What a language is: how it says a word, what it has for other places, and what it refuses to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from types import MappingProxyType
from typing import Any

from clusterdef.odd_text import SLOT

ANY = "any"
"""The language of text that needs no protection in any language, such as a secret's slot."""


class CannotSay(ValueError):
    """A language has no way to say this value in this place; the message says why."""

    def __init__(self, value: object, language: str, reason: str) -> None:
        super().__init__(f"{language} cannot say {_shown(value)}: {reason}")
        self.value = value
        self.language = language
        self.reason = reason


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


class Safe(str):
    """Text that its language has already protected; in another language it is an error."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Safe:
        safe = super().__new__(cls, text)
        safe.language = language
        return safe


@dataclass(frozen=True, slots=True)
class Language:
    """How one language says values.

    `word` is for the usual place, a single word or literal; `places` are the others, by the name of the filter that
    asks for them; `other` says what is neither text nor a number, where the language can.
    """

    name: str
    word: Callable[[str], str]
    places: Mapping[str, Callable[[Any], str]]
    other: Callable[[Any], str]

    def say(self, value: object) -> str:
        """`value` as this language writes it; raises CannotSay where it has no way to."""
        kind = type(value)
        if kind is str:
            return self.word(value)  # type: ignore[arg-type]
        if isinstance(value, Safe):
            return self._said(value)
        if kind is int:
            return str(value)
        if isinstance(value, str | IPv4Address | IPv6Address | IPv4Network | IPv6Network):
            return self.word(str(value))
        return _honest(self.other(value), self.name)

    def say_in(self, place: str, value: object) -> Safe:
        """`value` as this language writes it in a place other than the usual one."""
        if place not in self.places:
            raise CannotSay(value, self.name, f"it has no place called {place}")
        if isinstance(value, Safe):
            return Safe(self._said(value), self.name)
        return Safe(_honest(self.places[place](value), self.name), self.name)

    def _said(self, value: Safe) -> str:
        if value.language not in (self.name, ANY):
            raise CannotSay(value, self.name, f"it is already written in {value.language}")
        return value


ADDRESSES = (IPv4Address, IPv6Address, IPv4Network, IPv6Network)

UNSEEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no line of text may hold: control characters, everything some reader takes for the end of a line,
characters that make a line look like another one, and half a character."""


def _honest(text: str, language: str) -> str:
    """`text`, unless somebody's value looks like a slot: it would be filled with a secret."""
    if SLOT in text:
        raise CannotSay(text, language, f"{SLOT} is kept for secrets")
    return text


def one_line(value: str, language: str) -> str:
    """`value` itself, when it is text on one line (a tab is welcome); raises CannotSay otherwise."""
    found = UNSEEN.search(value)
    if found:
        raise CannotSay(value, language, f"it holds U+{ord(found[0]):04X}, which does not fit on one line of text")
    return value


def alphabet(language: str, characters: str, names: str) -> Callable[[str], str]:
    """A word escaper for a language without quoting: a closed alphabet, and nothing else."""
    matches = re.compile(f"[{characters}]+").fullmatch

    def word(value: str) -> str:
        if not matches(value):
            raise CannotSay(value, language, f"only {names} can stand there" if value else "it is empty")
        return value

    return word


def line(language: str) -> Callable[[Any], str]:
    """What stands behind a comment sign, or alone on its line."""

    def text(value: Any) -> str:
        return one_line(str(value), language)

    return text


def _only_text(language: str) -> Callable[[Any], str]:
    def other(value: Any) -> str:
        raise CannotSay(value, language, f"it is {type(value).__name__}, not text")

    return other


def language(
    name: str, word: Callable[[str], str], other: Callable[[Any], str], **places: Callable[[Any], str]
) -> Language:
    """A row of the table. The same words come again and again, so each is looked at once."""

    @lru_cache(maxsize=1 << 14)
    def remembered(value: str) -> str:
        return _honest(word(value), name)

    return Language(name, remembered, MappingProxyType(places), other)


def row(name: str, word: Callable[[str], str], **places: Callable[[Any], str]) -> Language:
    """A language of words: it also has comments, and several words with a space between."""

    def words(values: Any) -> str:
        return " ".join(map(said.say, values))

    said = language(name, word, _only_text(name), **{"comment": line(name), "words": words, **places})
    return said
