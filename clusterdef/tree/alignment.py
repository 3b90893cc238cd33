"""Which lines of two texts belong together; how a difference is shown is elsewhere.

Lines that occur once in both texts hold the rest in place, and difflib only fills the small gaps between them: alone it
takes minutes for two long lists of nodes in which every address changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

SMALL = 40_000
"""Lines of one gap times lines of the other, up to which difflib looks into it."""

Pair = tuple[int, int]


def pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Indexes of equal lines, rising in both texts."""
    before = (0, 0)
    for anchor in [*_anchors(old, new), (len(old), len(new))]:
        yield from _gap(old, new, before, anchor)
        if anchor[0] < len(old):
            yield anchor
        before = (anchor[0] + 1, anchor[1] + 1)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The longest rising sequence of lines that occur once here and once there."""
    there = _once(new)
    common = [(index, there[line]) for line, index in _once(old).items() if line in there]
    return _longest_rising(sorted(common))


def _once(lines: Sequence[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {line: index for index, line in enumerate(lines) if counts[line] == 1}


def _longest_rising(found: list[Pair]) -> list[Pair]:
    """Patience sorting: `last` ends the best sequence of each length, `links` leads back along it."""
    last: list[int] = []
    at: list[int] = []
    links: list[int] = []
    for index, (_, there) in enumerate(found):
        length = bisect_left(last, there)
        last[length : length + 1] = [there]
        at[length : length + 1] = [index]
        links.append(at[length - 1] if length else -1)
    best = []
    index = at[-1] if at else -1
    while index >= 0:
        best.append(found[index])
        index = links[index]
    return best[::-1]


def _gap(old: Sequence[str], new: Sequence[str], start: Pair, end: Pair) -> Iterator[Pair]:
    """Equal lines between two anchors: first those at both edges, then what difflib finds in the rest."""
    (i, j), (i_end, j_end) = start, end
    while i < i_end and j < j_end and old[i] == new[j]:
        yield i, j
        i, j = i + 1, j + 1
    edge = 0
    while i < i_end - edge and j < j_end - edge and old[i_end - edge - 1] == new[j_end - edge - 1]:
        edge += 1
    yield from _inside(old, new, (i, j), (i_end - edge, j_end - edge))
    for back in range(edge, 0, -1):
        yield i_end - back, j_end - back


def _inside(old: Sequence[str], new: Sequence[str], start: Pair, end: Pair) -> Iterator[Pair]:
    (i, j), (i_end, j_end) = start, end
    if not 0 < (i_end - i) * (j_end - j) <= SMALL:
        return
    found = SequenceMatcher(None, old[i:i_end], new[j:j_end], autojunk=False)
    for block in found.get_matching_blocks():
        for step in range(block.size):
            yield i + block.a + step, j + block.b + step
