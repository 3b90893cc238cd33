"""Ruby's regular expressions as those of JSON Schema, where both mean the same."""

from __future__ import annotations

import re
import warnings

ANCHORS = {"A": "^", "z": "$", "Z": "$", "/": "/", "t": r"\t", "n": r"\n", "r": r"\r", "b": r"\b"}
CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\r\n\f\v", "h": "0-9A-Fa-f"}
"""What these stand for in Ruby; elsewhere they may take more than ASCII."""
NAMED = {
    "alpha": "A-Za-z",
    "digit": "0-9",
    "alnum": "A-Za-z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "xdigit": "0-9A-Fa-f",
    "space": r" \t\r\n\f\v",
}
SYNTAX = frozenset(r"^$\.*+?()[]{}|-")
GROUPS = re.compile(r"\((?:\?(?::|=|!))?(?!\?)")
POSIX = re.compile(r"\[:(\w+):\]")
GREEDY = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??")


class Untranslatable(ValueError):
    """An expression that says something else, or nothing, outside Ruby."""


def translated(source: str) -> str:
    """The expression for a JSON Schema `pattern`. Raises Untranslatable."""
    place, found = 0, []
    while place < len(source):
        part, place = _part(source, place)
        found.append(part)
    pattern = "".join(found)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(pattern)
        except (re.error, Warning) as error:
            raise Untranslatable(source) from error
    return pattern


def _part(source: str, place: int) -> tuple[str, int]:
    """One piece of the expression in its new spelling, and where the next one begins."""
    sign = source[place]
    if sign == "\\":
        return _escape(source, place), place + 2
    if sign == "[":
        return _class(source, place)
    if sign == "(":
        return _group(source, place)
    if sign in "*+?{":
        return _times(source, place)
    if sign == "#" and source.startswith("#{", place):
        raise Untranslatable(source)
    return sign, place + 1


def _escape(source: str, place: int) -> str:
    word = source[place + 1 : place + 2]
    if word in ANCHORS:
        return ANCHORS[word]
    if word in CLASSES:
        return f"[{CLASSES[word]}]"
    if word.lower() in CLASSES and word:
        return f"[^{CLASSES[word.lower()]}]"
    return _literal(source, word)


def _literal(source: str, word: str) -> str:
    if not word or word.isalnum():
        raise Untranslatable(source)
    return f"\\{word}" if word in SYNTAX else word


def _group(source: str, place: int) -> tuple[str, int]:
    found = GROUPS.match(source, place)
    if found is None:
        raise Untranslatable(source)
    return found[0], found.end()


def _times(source: str, place: int) -> tuple[str, int]:
    """A quantifier; one more `+` behind it would make it possessive in Ruby and Python, and an error elsewhere."""
    found = GREEDY.match(source, place)
    if found is None or source[found.end() : found.end() + 1] in ("*", "+", "?"):
        raise Untranslatable(source)
    return found[0], found.end()


def _class(source: str, place: int) -> tuple[str, int]:
    """A bracket expression: what is special inside is escaped, so that nobody reads a set operation into it."""
    begin = place + (2 if source.startswith("[^", place) else 1)
    found, here = [source[place:begin]], begin
    while here < len(source) and (source[here] != "]" or here == begin):
        part, here = _inside(source, here)
        found.append(part)
    if here >= len(source):
        raise Untranslatable(source)
    return "".join([*found, "]"]), here + 1


def _inside(source: str, here: int) -> tuple[str, int]:
    named = POSIX.match(source, here)
    if named and named[1] in NAMED:
        return NAMED[named[1]], named.end()
    sign, word = source[here], source[here + 1 : here + 2]
    if sign == "[" or source.startswith("&&", here):
        raise Untranslatable(source)
    if sign != "\\":
        return (f"\\{sign}" if sign in "$&~|]" else sign), here + 1
    if word in CLASSES:
        return CLASSES[word], here + 2
    if word in "tnr":
        return f"\\{word}", here + 2
    return _literal(source, word), here + 2
