"""Work in pieces, done by this process alone or together with a second one. What a piece is, is not known here.

The second process is a copy of this one at the moment when the work begins, and what it makes comes back through a
pipe. Each takes the next piece that nobody has taken, so the one that has less else to do does more.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import struct
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Queue
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

MOST = 10_000
"""Pieces whose numbers fit into a pipe at once."""

ROOM = 1 << 20
"""Bytes that fit into the pipe at once."""

AHEAD = 4
"""Pieces that the second process may be ahead by, besides: it goes on while a long one is on its way."""

END = b""

NUMBER = struct.Struct("=I")
LENGTH = struct.Struct("=Q")


def done(count: int, do: Callable[[int], list[T]], together: bool) -> Iterator[tuple[int, list[T]]]:
    """The number of each piece with what `do` makes of it; in their order where one process does all of them.

    `do` must depend on nothing but what is there now, and what it makes must be picklable. An exception in the second
    process is a RuntimeError here. No process is left when the caller stops early.
    """
    if not together or not 1 < count <= MOST:
        yield from ((number, do(number)) for number in range(count))
        return
    queue = _queue(count)
    second = _Second(queue, do)
    try:
        for number in _taken(queue):
            yield number, do(number)
            yield from second.made()
        yield from second.rest()
    finally:
        second.end()
        os.close(queue)


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


class _Second:
    """The second process, as the first one sees it."""

    def __init__(self, queue: int, do: Callable[[int], list[Any]]) -> None:
        self._end, start = os.pipe()
        with suppress(OSError):
            fcntl.fcntl(start, fcntl.F_SETPIPE_SZ, ROOM)
        self._process = os.fork()
        if not self._process:
            os.close(self._end)
            _work(queue, start, do)
        os.close(start)
        self._heard = bytearray()
        self._finished = False

    def made(self) -> Iterator[tuple[int, list[Any]]]:
        """What it has made by now."""
        os.set_blocking(self._end, False)
        with suppress(BlockingIOError):
            while heard := os.read(self._end, ROOM):
                self._heard += heard
        yield from self._whole()

    def rest(self) -> Iterator[tuple[int, list[Any]]]:
        """What it still makes, until it has finished."""
        os.set_blocking(self._end, True)
        while heard := os.read(self._end, ROOM):
            self._heard += heard
            yield from self._whole()
        if not self._finished:
            raise RuntimeError("the second process ended before its work did")

    def _whole(self) -> Iterator[tuple[int, list[Any]]]:
        """The messages that have arrived as a whole."""
        while len(self._heard) >= LENGTH.size:
            after = LENGTH.size + LENGTH.unpack_from(self._heard)[0]
            if len(self._heard) < after:
                return
            number, found = pickle.loads(self._heard[LENGTH.size : after])
            del self._heard[:after]
            if isinstance(found, str):
                raise RuntimeError(f"in the second process:\n{found}")
            self._finished = number is None
            if not self._finished:
                yield number, found

    def end(self) -> None:
        """Let nothing of it remain."""
        os.close(self._end)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _work(queue: int, out: int, do: Callable[[int], list[Any]]) -> NoReturn:
    """The life of the second process. It leaves without a word: nothing that the first one began is its to end."""
    done: Queue[bytes] = Queue(AHEAD)
    thread = threading.Thread(target=_tell, args=(out, done))
    thread.start()
    try:
        for number in _taken(queue):
            done.put(_message((number, do(number))))
        done.put(_message((None, [])))
    except BaseException:
        done.put(_message((None, traceback.format_exc())))
    finally:
        done.put(END)
        thread.join()
        os._exit(0)


def _message(said: object) -> bytes:
    content = pickle.dumps(said, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)) + content


def _tell(out: int, done: Queue[bytes]) -> None:
    """Send what is done, up to the end; where nobody listens any more, there is nothing left to do."""
    try:
        while message := done.get():
            rest = memoryview(message)
            while rest:
                rest = rest[os.write(out, rest) :]
    except BaseException:
        os._exit(0)
