"""Going back to an older generation, after every byte of it was looked at."""

from __future__ import annotations

from pathlib import Path

from clusterdef.problem import Problem, Refused, listing
from clusterdef.tree import lock
from clusterdef.tree.drift import WORDS, drifted, printable
from clusterdef.tree.former import standing
from clusterdef.tree.generation import Generation, damaged
from clusterdef.tree.root import Root, opened


def rollback(root: Path, number: int | None = None, *, wait: float = lock.WAIT) -> Generation:
    """Make generation `number` current again: one rename. By default the one that was current before the current one.

    Raises Refused, changing nothing, when there is no such generation, when one of its files is not what was written,
    or when another writer holds the lock.
    """
    with opened(root) as top, lock.held(top, wait), top.explained:
        top.sweep()
        wanted = number if number is not None else _before(top)
        if wanted not in top.numbers():
            raise Refused(_unknown(top, wanted))
        _verify(top, wanted)
        if wanted != top.current():
            top.point(wanted)
    return Generation(root, wanted)


def _before(top: Root) -> int:
    """What was current before; when that was pruned, the nearest older one; 0 when there is none."""
    current, numbers = top.current(), top.numbers()
    if current is None:
        return max(numbers, default=0)
    with standing(top, current) as old:
        before = old.record.before
    return before if before in numbers else max((number for number in numbers if number < current), default=0)


def _verify(top: Root, number: int) -> None:
    with standing(top, number) as old:
        if not old.text:
            raise Refused(damaged(top.path, number))
        bad = [found for found in drifted(old, verify=True) if found.what != "touched"]
    if bad:
        what = listing((f"{found.path} {WORDS[found.what]}" for found in bad), 3)
        raise Refused(damaged(top.path, number, printable(what)))


def _unknown(top: Root, wanted: int) -> Problem:
    numbers = top.numbers()
    known = f"there are: {listing(map(str, numbers))}" if numbers else "there are none yet: run clusterdef generate"
    which = f"no generation {wanted}" if wanted else "no generation before the current one"
    return Problem("tree-no-generation", f"{which} in {top.path}", subject=str(top.path), advice=(known,))
