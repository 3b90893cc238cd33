"""One writer at a time: the lock of a tree, who holds it, how long others wait; what is done under it is elsewhere."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clusterdef.problem import Problem, Refused
from clusterdef.tree.root import Root

NAME = ".lock"
WAIT = 10.0
"""Seconds that a second writer waits for the first."""

PAUSE = 0.05
LOCK = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def held(root: Root, wait: float = WAIT) -> Iterator[None]:
    """Hold the tree's lock. Refused, naming the holder, when somebody else has it for `wait` seconds and more.

    The kernel lets go of it when the holder dies; what a dead holder wrote inside counts for nothing.
    """
    with root.explained:
        fd = _opened(root)
    try:
        _take(fd, root, wait)
        with _signed(fd):
            yield
    finally:
        os.close(fd)


@contextmanager
def _signed(fd: int) -> Iterator[None]:
    """The holder's name stands in the lock meanwhile; on a full disk it does not, and nothing else suffers."""
    with suppress(OSError):
        _write(fd, json.dumps(_holder()).encode())
    try:
        yield
    finally:
        with suppress(OSError):
            _write(fd, b"")


def _opened(root: Root) -> int:
    try:
        fd = os.open(NAME, LOCK, 0o644, dir_fd=root.fd)
    except OSError as error:
        if error.errno in (errno.EISDIR, errno.ENXIO):
            raise Refused(_foreign(root.path)) from error
        raise
    status = os.fstat(fd)
    if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
        return fd
    os.close(fd)
    raise Refused(_foreign(root.path))


def _foreign(root: Path) -> Problem:
    message = f"{root / NAME} is a hard link or no regular file: writing into it could harm another file"
    advice = ("look who made it, then remove it",)
    return Problem("tree-lock-foreign", message, subject=str(root), advice=advice)


def _take(fd: int, root: Root, wait: float) -> None:
    end = time.monotonic() + wait
    while not _locked(fd, root):
        if time.monotonic() >= end:
            raise Refused(_busy(fd, root.path))
        time.sleep(PAUSE)


def _locked(fd: int, root: Root) -> bool:
    with root.explained:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN):
                return False
            raise
    return True


def _write(fd: int, text: bytes) -> None:
    os.ftruncate(fd, 0)
    os.pwrite(fd, text, 0)


def _holder() -> dict[str, object]:
    return {"pid": os.getpid(), "user": _user(), "host": os.uname().nodename, "since": int(time.time())}


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _busy(fd: int, root: Path) -> Problem:
    advice = (f"wait until it is done, then run again; {root / NAME} needs no removing",)
    return Problem("tree-busy", _named(fd, root), subject=str(root), advice=advice)


def _named(fd: int, root: Path) -> str:
    try:
        holder = json.loads(os.pread(fd, 4096, 0))
        who = f"clusterdef (pid {holder['pid']}, user {holder['user']} on {holder['host']})"
        since = _clock(float(holder["since"]))
    except (ValueError, TypeError, KeyError, OverflowError):
        who = since = ""
    if not since or not who.isprintable():
        return f"another clusterdef is writing in {root}"
    return f"{who} has been writing in {root} since {since}"


def _clock(seconds: float) -> str:
    """The local time; the day too when it is not today."""
    then = time.localtime(seconds)
    today = time.localtime()[:3] == then[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", then)
