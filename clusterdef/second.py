"""A second process that does something while this one goes on. What it does is not known here."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import NoReturn

ROOM = 1 << 20
"""Bytes that may lie in the pipe between the two; the second process waits with the rest."""


class Second:
    """`with Second(work) as second:` starts `work` in a copy of this process, as it is now; nothing of it remains
    after the block. It says one thing after the other, whatever `work` gives."""

    def __init__(self, work: Callable[[], Iterable[bytes]]) -> None:
        end, start = os.pipe()
        with suppress(OSError):
            fcntl.fcntl(start, fcntl.F_SETPIPE_SZ, ROOM)
        self._process = os.fork()
        if not self._process:
            os.close(end)
            _do(work, start)
        os.close(start)
        self._pipe = open(end, "rb")  # noqa: SIM115  (closed when the block ends)

    def result(self) -> bytes:
        """The next thing that it says, waited for; nothing where it failed, or has said everything."""
        head = self._pipe.read(LENGTH.size)
        length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
        said = self._pipe.read(length)
        return said if len(said) == length else b""

    def __enter__(self) -> Second:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._pipe.close()
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


LENGTH = struct.Struct("=Q")
"""Before each thing that is said."""


def _do(work: Callable[[], Iterable[bytes]], out: int) -> NoReturn:
    """The life of the second process. It leaves without a word: nothing that the first one began is its to end."""
    try:
        for said in work():
            rest = memoryview(LENGTH.pack(len(said)) + said)
            while rest:
                rest = rest[os.write(out, rest) :]
    finally:
        os._exit(0)
