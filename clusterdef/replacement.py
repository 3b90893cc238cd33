"""A file of the site put in the old one's place by a rename: at any moment there is all of one or all of the other.

Trees of generated files and secrets have rooms of their own.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from clusterdef.problem import Problem, Refused

MODE = 0o644


def put(file: Path, content: bytes) -> None:
    """Write the file; one that is there keeps its mode, and its owner where that is allowed. Links are followed.

    Raises Refused when the machine does not let us; then nothing has changed.
    """
    real = Path(os.path.realpath(file))
    beside = real.with_name(f".{real.name}.new-{os.getpid()}")
    try:
        before = real.stat() if real.exists() else None
        _write(beside, content, stat.S_IMODE(before.st_mode) if before else None)
        if before:
            with suppress(PermissionError):
                os.chown(beside, before.st_uid, before.st_gid)
                beside.chmod(stat.S_IMODE(before.st_mode))
        beside.replace(real)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise Refused(_trouble(file, error)) from error


def _write(file: Path, content: bytes, mode: int | None) -> None:
    fd = os.open(
        file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, MODE if mode is None else mode
    )
    with open(fd, "wb") as opened:
        opened.write(content)
        opened.flush()
        if mode is not None:
            os.fchmod(fd, mode)
        os.fsync(fd)


def folder(path: Path) -> None:
    """Make a folder and those above it. Raises Refused when the machine does not let us."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(_trouble(path, error)) from error


def _trouble(file: Path, error: OSError) -> Problem:
    reason = (error.strerror or "error").lower()
    advice = ("nothing was changed; run the same command again when it can be written",)
    return Problem("write-refused", f"{file} cannot be written: {reason}", subject=str(file), advice=advice)
