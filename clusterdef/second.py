"""A second process that does something while this one goes on. What it does is not known here."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from queue import Queue
from types import TracebackType
from typing import NoReturn

ROOM = 1 << 20
"""Bytes that may lie in the pipe between the two."""

AHEAD = 4
"""Things that the second process may have to say besides before it waits: it goes on while a long one is on its way."""

LENGTH = struct.Struct("=Q")
"""Before each thing that is said."""

END = b""


class Second:
    """`with Second(work) as second:` starts `work` in a copy of this process, as it is now; nothing of it remains
    after the block. It says one thing after the other, whatever `work` gives."""

    def __init__(self, work: Callable[[], Iterable[bytes]]) -> None:
        self._end, start = os.pipe()
        with suppress(OSError):
            fcntl.fcntl(start, fcntl.F_SETPIPE_SZ, ROOM)
        self._process = os.fork()
        if not self._process:
            os.close(self._end)
            _do(work, start)
        os.close(start)
        self._heard = bytearray()

    def result(self) -> bytes:
        """The next thing that it says, waited for; nothing where it failed, or has said everything."""
        os.set_blocking(self._end, True)
        while (said := self._next()) is None:
            if not (heard := os.read(self._end, ROOM)):
                return END
            self._heard += heard
        return said

    def ready(self) -> Iterator[bytes]:
        """What it has said by now."""
        os.set_blocking(self._end, False)
        with suppress(BlockingIOError):
            while heard := os.read(self._end, ROOM):
                self._heard += heard
        while (said := self._next()) is not None:
            yield said

    def _next(self) -> bytes | None:
        """The next thing, when it is here as a whole."""
        if len(self._heard) < LENGTH.size:
            return None
        after = LENGTH.size + LENGTH.unpack_from(self._heard)[0]
        if len(self._heard) < after:
            return None
        said = bytes(memoryview(self._heard)[LENGTH.size : after])
        del self._heard[:after]
        return said

    def __enter__(self) -> Second:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._end)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _do(work: Callable[[], Iterable[bytes]], out: int) -> NoReturn:
    """The life of the second process. It leaves without a word: nothing that the first one began is its to end."""
    done: Queue[bytes] = Queue(AHEAD)
    thread = threading.Thread(target=_tell, args=(out, done))
    thread.start()
    try:
        for said in work():
            done.put(LENGTH.pack(len(said)) + said)
    finally:
        done.put(END)
        thread.join()
        os._exit(0)


def _tell(out: int, done: Queue[bytes]) -> None:
    """Send what is done, up to the end; where nobody listens any more, there is nothing left to do."""
    try:
        while message := done.get():
            rest = memoryview(message)
            while rest:
                rest = rest[os.write(out, rest) :]
    except BaseException:
        os._exit(0)
