"""Node sets: `worker[01-32]` as names with numbers, names folded back into sets, and what a person selects by.

The arithmetic of ranges is ClusterShell's; what is ours is the number in a name, by which addresses go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LARGEST = 200_000
"""A set with more members than this is taken for a typing error."""

_BRACKETS = re.compile(r"([a-z0-9][a-z0-9-]*)\[([^\]]*)\]([a-z0-9-]*)")


@dataclass(frozen=True, slots=True)
class Member:
    """One name of a set, with the number that its address goes by (None for a name that stands alone)."""

    name: str
    number: int | None


class Unclear(ValueError):
    """A node set that cannot be expanded; the message says why, in the user's words, `advice` what to write."""

    def __init__(self, message: str, advice: str = "write a name, or a set such as worker[01-32]") -> None:
        super().__init__(message)
        self.advice = advice


def expand(text: str) -> tuple[Member, ...]:
    """The members of a set in the order of their numbers.

    Raises Unclear for a range that runs backwards or is larger than LARGEST.
    """
    if "[" not in text:
        return (Member(text, None),)
    found = _BRACKETS.fullmatch(text)
    if not found:
        raise Unclear(f"{text} is no node set")
    prefix, ranges, suffix = found.groups()
    return tuple(Member(f"{prefix}{digits}{suffix}", int(digits)) for digits in _digits(ranges))


def _digits(ranges: str) -> list[str]:
    from ClusterShell.RangeSet import RangeSet, RangeSetException

    _refuse_reversed(ranges)
    try:
        digits = list(RangeSet(ranges, autostep=None))
    except RangeSetException as error:
        raise Unclear(f"{ranges} is no range of numbers") from error
    return sorted(set(digits), key=lambda number: (int(number), len(number)))


def _refuse_reversed(ranges: str) -> None:
    total = 0
    for part in ranges.split(","):
        first, _, last = part.partition("/")[0].partition("-")
        if last and int(last) < int(first):
            raise Unclear(f"the range {part} runs backwards", f"write the smaller number first: {last}-{first}")
        total += int(last or first) - int(first) + 1
    if total > LARGEST:
        advice = "check the numbers: it looks like a typing error"
        raise Unclear(f"{ranges} has {total} members; a set may have {LARGEST}", advice)


def number_in(name: str) -> int | None:
    """The last number in a name: 7 of `worker07`; None when there is none."""
    found = re.findall(r"[0-9]+", name)
    return int(found[-1]) if found else None


def fold(names: Iterable[str]) -> str:
    """The shortest way to write several names: `worker[01-04,06]`."""
    names = list(names)
    if len(names) > MANY and (simple := _folded(names)) is not None:
        return simple
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet

    return str(NodeSet.fromlist(names, resolver=RESOLVER_NOGROUP))


MANY = 10
"""From so many names on, those of the usual form are folded here: ClusterShell looks at each as a set of its own."""

_USUAL = re.compile(r"([a-z-]*)([0-9]*)([a-z-]*)").fullmatch


def _folded(names: Iterable[str]) -> str | None:
    """The same as ClusterShell's, for names with one number at most; None where padding or form are unusual."""
    series: dict[str, set[str]] = {}
    for name in names:
        found = _USUAL(name)
        if not found:
            return None
        prefix, digits, suffix = found.groups()
        series.setdefault(f"{prefix}%s{suffix}" if digits else name, set()).add(digits)
    ranges = [(pattern, _ranges(digits)) for pattern, digits in sorted(series.items())]
    if any(one is None for _, one in ranges):
        return None
    return ",".join(pattern.replace("%s", one or "") for pattern, one in ranges)


def _ranges(digits: set[str]) -> str | None:
    """`[01-04,06]`; nothing for no number, None where some numbers are padded and others are not."""
    if len(digits) == 1:
        return next(iter(digits))
    if len(set(map(len, digits))) > 1 and any(one[0] == "0" for one in digits):
        return None
    runs: list[list[str]] = []
    for one in sorted(digits, key=int):
        if runs and int(one) == int(runs[-1][1]) + 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return f"[{','.join(first if first == last else f'{first}-{last}' for first, last in runs)}]"


def select(text: str, known: Sequence[str], groups: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """What a person means by NODESET: (known names in the site's order, words that nobody knows).

    Sets, names, lists joined by commas, `@NAME` for a role or group, and `all`. ClusterShell's
    operators work: `worker[01-09]!worker03`, `@worker&@rack1`.
    Raises Unclear when the text is no node set at all.
    """
    if text in ("all", "@all", "*"):
        return list(known), []
    wanted, unknown = _named(text, groups)
    names = set(known)
    return [name for name in known if name in wanted], sorted(unknown + [name for name in wanted if name not in names])


def _named(text: str, groups: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet, NodeSetException

    unknown = [word for word in re.findall(r"@([A-Za-z0-9_:-]+)", text) if word not in groups]

    def members(found: re.Match[str]) -> str:
        return fold(groups.get(found[1], ())) or "@"

    plain = re.sub(r"@([A-Za-z0-9_:-]+)", members, text)
    if "@" in plain:
        return [], [f"@{word}" for word in unknown]
    try:
        return list(NodeSet(plain, resolver=RESOLVER_NOGROUP)), []
    except NodeSetException as error:
        raise Unclear(f"{text} is no node set") from error
