"""Work in pieces, done by this process alone or together with a second one. What a piece is, is not known here.

The second process is a copy of this one at the moment when the work begins. Each takes the next piece that nobody has
taken, so the one that has less else to do does more.
"""

from __future__ import annotations

import os
import pickle
import struct
import traceback
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from clusterdef.second import Second

T = TypeVar("T")

MOST = 10_000
"""Pieces whose numbers fit into a pipe at once."""

NUMBER = struct.Struct("=I")


def done(count: int, do: Callable[[int], list[T]], together: bool) -> Iterator[tuple[int, list[T]]]:
    """The number of each piece with what `do` makes of it; in their order where one process does all of them.

    `do` must depend on nothing but what is there now, and what it makes must be picklable. An exception in the second
    process is a RuntimeError here. No process is left when the caller stops early.
    """
    if not together or not 1 < count <= MOST:
        yield from ((number, do(number)) for number in range(count))
        return
    queue = _queue(count)
    left = count
    try:
        with Second(lambda: _told(queue, do)) as second:
            for made in _both(queue, do, second):
                left -= 1
                yield made
    finally:
        os.close(queue)
    if left:
        raise RuntimeError("the second process ended before its work did")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _queue(count: int) -> int:
    """A pipe that holds the number of each piece: whoever reads one has it for himself."""
    end, start = os.pipe()
    os.write(start, b"".join(map(NUMBER.pack, range(count))))
    os.close(start)
    return end


def _taken(queue: int) -> Iterator[int]:
    while found := os.read(queue, NUMBER.size):
        yield from NUMBER.unpack(found)


def _both(queue: int, do: Callable[[int], list[T]], second: Second) -> Iterator[tuple[int, list[T]]]:
    """What both make, until there is no more."""
    for number in _taken(queue):
        yield number, do(number)
        yield from map(_heard, second.ready())
    while message := second.result():
        yield _heard(message)


def _told(queue: int, do: Callable[[int], list[Any]]) -> Iterator[bytes]:
    """What the second process makes, each with its number; or why it could not."""
    try:
        for number in _taken(queue):
            yield pickle.dumps((number, do(number)), pickle.HIGHEST_PROTOCOL)
    except Exception:
        yield pickle.dumps(traceback.format_exc())


def _heard(message: bytes) -> tuple[int, list[Any]]:
    found: str | tuple[int, list[Any]] = pickle.loads(message)
    if isinstance(found, str):
        raise RuntimeError(f"in the second process:\n{found}")
    return found
