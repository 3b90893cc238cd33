"""Writing a tree: a new generation beside the old, then one rename; how a generation is made is in `draft`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from clusterdef.artifact import Artifact
from clusterdef.problem import Refused
from clusterdef.tree import lock
from clusterdef.tree.ahead import Ahead
from clusterdef.tree.draft import Draft
from clusterdef.tree.former import LINKS, Former, standing
from clusterdef.tree.generation import Generation, damaged
from clusterdef.tree.manifest import Entry
from clusterdef.tree.root import Root, opened

KEPT = 10
"""Generations that are kept, the current one included."""


def write(
    root: Path,
    artifacts: Iterable[Artifact],
    *,
    inputs: str,
    version: str,
    facts: Mapping[str, object],
    look: Callable[[Former], None] | None = None,
    carry: Callable[[Entry], bool] | None = None,
    memo: Callable[[], bytes] | None = None,
    ahead: Ahead | None = None,
    progress: Callable[[int, int], None] | None = None,
    wait: float = lock.WAIT,
    kept: int = KEPT,
    links: int = LINKS,
    for_files: bool = False,
) -> Generation:
    """Make `artifacts` the current generation of the tree at `root`, and return it.

    Killed at any moment, `current` is exactly the old or exactly the new. When neither files nor `inputs`, `version`
    and `facts` differ and nobody touched the files, no generation is made; with
    `for_files` these three do not count. `look` is shown what stands before the
    first artifact is asked for; after the last one `carry` says which other files of the current generation stay, and
    `memo` gives bytes that the next `look` will find there: they are no part of the generation. `ahead` is a copy that
    was begun before, and holds the lock. `progress` is called with files done and files in all (0: not known yet).
    Afterwards `kept` generations remain. Raises Refused, with the
    old tree intact: for paths that cannot be had, when another writer holds the lock longer than `wait` seconds, when
    the operating system refuses.
    """
    total = len(artifacts) if isinstance(artifacts, Sized) else 0
    with _terminable(), opened(root, create=True) as top, nullcontext() if ahead else lock.held(top, wait):
        with top.explained:
            if not ahead:
                top.sweep()
            number = top.current()
        copied = ahead is not None and ahead.of(number)
        copy = ahead.copy if ahead and copied else None
        with standing(top, number, links) as old, Draft(top, old, copy, progress, total) as draft:
            with top.explained:
                if copied:
                    old.vouch()
                old.look()
            if carry and number and not old.text:
                raise Refused(damaged(root, number))
            if look:
                look(old)
            for artifact in artifacts:
                draft.add(artifact)
            draft.carry(carry or _nothing)
            made = draft.place(version, inputs, facts, memo, for_files)
            _prune(top, old, made, kept)
    return Generation(root, made)


def _nothing(entry: Entry) -> bool:
    return False


def _prune(top: Root, old: Former, made: int, kept: int) -> None:
    """Keep the newest; the current one stays, and the one that a rollback would go to.

    The new tree stands by now: what cannot be removed is no reason to refuse, and is tried again next time.
    """
    if made == old.number:
        return
    spare = max(0, kept - 1 - bool(old.number))
    with suppress(OSError):
        others = [number for number in top.numbers() if number not in (made, old.number)]
        for number in others[: max(0, len(others) - spare)]:
            top.retire(number)


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM and SIGHUP unwind the stack here, so that what is half made is removed on the way out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(128 + number)
