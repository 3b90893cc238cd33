"""Which characters a pattern lets through, and which of them mean something to somebody. Nothing here asserts."""

from __future__ import annotations

import re
from functools import cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

SIGNS = frozenset(" \t\n\r\0\x1b;$`'\"\\<>{}()|&#*?!%^~é\u202e\u200b\U0001f600")
"""Characters that some language takes for more than a letter; one of each kind stands for those beyond ASCII."""

CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


@cache
def signs(pattern: str) -> frozenset[str]:
    """The signs that may stand somewhere in what the pattern accepts."""
    return frozenset(_signs(parser.parse(pattern)))


def _signs(parts: Any) -> set[str]:
    found: set[str] = set()
    for kind, what in parts:
        if kind in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY):
            found |= {sign for sign in SIGNS if _takes(kind, what, sign)}
        elif kind not in (op.AT, op.ASSERT, op.ASSERT_NOT):
            for inner in _inside(kind, what):
                found |= _signs(inner)
    return found


def _inside(kind: Any, what: Any) -> list[Any]:
    """The parts that a group, a choice or a repetition is made of."""
    if kind == op.BRANCH:
        return list(what[1])
    if kind in (op.SUBPATTERN, op.MAX_REPEAT, op.MIN_REPEAT):
        return [what[-1]]
    raise ValueError(f"a pattern with {kind}: say here what it lets through")


def _takes(kind: Any, what: Any, sign: str) -> bool:
    if kind == op.ANY:
        return True
    if kind == op.IN:
        negated = what[0][0] == op.NEGATE
        return bool(negated != any(_takes(one, value, sign) for one, value in what[negated:]))
    if kind == op.RANGE:
        return bool(what[0] <= ord(sign) <= what[1])
    if kind == op.CATEGORY:
        return re.fullmatch(CATEGORIES[what], sign) is not None
    return bool((ord(sign) == what) == (kind == op.LITERAL))
