"""Versions of Puppet modules, and the ranges in which others want them: `>= 4.13.1 < 9.0.0`, `5.x`, `1.2.3`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

Version = tuple[int, ...]
COMPARE: Mapping[str, Callable[[Version, Version], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
    "": operator.eq,
}
TERM = re.compile(r"(>=|<=|>|<|=|)\s*(\d+(?:\.(?:\d+|x))*(?:\.x)?)")


def version(text: str) -> Version | None:
    """The three numbers of a version; None for anything else, such as a branch."""
    found = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?", text)
    return tuple(map(int, found.groups())) if found else None


def fits(text: str, wanted: str) -> bool:
    """Whether a version lies in a range. What cannot be compared is not complained of."""
    found = version(text)
    return found is None or all(_fits(found, sign, bound) for sign, bound in TERM.findall(wanted))


def _fits(found: Version, sign: str, bound: str) -> bool:
    numbers = tuple(int(one) for one in bound.split(".") if one != "x")
    if sign in ("", "="):
        return found[: len(numbers)] == numbers
    return COMPARE[sign](found, (*numbers, 0, 0, 0)[:3])
