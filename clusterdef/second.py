"""A second process that does one thing while this one goes on. What it does is not known here."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

ROOM = 1 << 20
"""Bytes that may lie in the pipe between the two; the second process waits with the rest."""


class Second:
    """`with Second(work) as second:` starts `work` in a copy of this process, as it is now; nothing of it remains
    after the block."""

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._end, start = os.pipe()
        with suppress(OSError):
            fcntl.fcntl(start, fcntl.F_SETPIPE_SZ, ROOM)
        self._process = os.fork()
        if not self._process:
            os.close(self._end)
            _do(work, start)
        os.close(start)
        self._said: bytes | None = None

    def result(self) -> bytes:
        """What the work came to, when it is done; nothing where it failed."""
        if self._said is None:
            with open(self._end, "rb", closefd=False) as pipe:
                said = pipe.read()
            self._said = said[:-1] if said.endswith(WHOLE) else b""
        return self._said

    def __enter__(self) -> Second:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._end)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


WHOLE = b"."
"""Ends a result that is there as a whole."""


def _do(work: Callable[[], bytes], out: int) -> NoReturn:
    """The life of the second process. It leaves without a word: nothing that the first one began is its to end."""
    try:
        rest = memoryview(work() + WHOLE)
        while rest:
            rest = rest[os.write(out, rest) :]
    finally:
        os._exit(0)
