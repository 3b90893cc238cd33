"""Secrets as files: a directory for its owner alone, one file a secret. What a secret is for is not known here."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clusterdef.artifact import SECRET_MODE
from clusterdef.ports.secrets import LARGEST, NAME, small, usual, without_line_end
from clusterdef.problem import Problem, Refused, Severity

FOLDER_MODE = 0o700
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
UNFINISHED = ".new"
"""The one name a secret has while it is written; whoever holds the lock may clear away what a crash left of it."""

WAIT = 10.0
"""Seconds that a second writer waits for the first."""
PAUSE = 0.05

ADVICE = {
    errno.EACCES: "be the user who keeps the secrets, often root",
    errno.EPERM: "be the user who keeps the secrets, often root",
    errno.ELOOP: "no symbolic link is followed there: put the file itself in its place",
    errno.ENOTDIR: "`secrets: path` must be a directory itself, no file and no symbolic link",
    errno.ENOSPC: "free space on that disk; the secrets there are as they were",
    errno.EDQUOT: "free space there or ask for a larger quota; the secrets there are as they were",
    errno.EROFS: "mount that file system read-write; after a disk error, check the disk first",
    errno.EISDIR: "move that directory away",
}


class FileSecrets:
    """Secrets in the directory `folder`, which is made, with mode 0700, when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def place(self) -> str:
        return str(self.folder)

    @property
    def writable(self) -> bool:
        return True

    def names(self) -> frozenset[str]:
        with self._opened() as fd:
            return frozenset() if fd is None else frozenset(name for name in os.listdir(fd) if NAME.fullmatch(name))

    def get(self, name: str) -> bytes | None:
        with self._opened(name) as fd:
            if fd is None:
                return None
            try:
                content = _content(fd, usual(name))
            except FileNotFoundError:
                return None
        return small(name, without_line_end(content))

    def add(self, name: str, value: bytes) -> bool:
        with self._writing(name, value) as fd:
            if _there(fd, name):
                return False
            _keep(fd, name, value)
        return True

    def set(self, name: str, value: bytes) -> None:
        with self._writing(name, value) as fd:
            _keep(fd, name, value)

    def remove(self, name: str) -> None:
        with self._opened(name) as fd:
            if fd is not None:
                with _locked(fd, self.place), suppress(FileNotFoundError):
                    os.unlink(usual(name), dir_fd=fd)
                    os.fsync(fd)

    def problems(self, asked: Iterable[str]) -> list[Problem]:
        try:
            with self._opened() as fd:
                return [] if fd is None else [*_folder_problems(fd, self.folder), *_file_problems(fd, self.folder)]
        except Refused as refused:
            return list(refused.problems)

    @contextmanager
    def _opened(self, name: str = "") -> Iterator[int | None]:
        """The open directory, None where there is none. What the system refuses inside becomes Refused."""
        try:
            fd = os.open(self.folder, FOLDER)
        except FileNotFoundError:
            yield None
            return
        except OSError as error:
            raise _refused(error, self.folder) from error
        try:
            yield fd
        except OSError as error:
            raise _refused(error, self.folder / name) from error
        finally:
            os.close(fd)

    @contextmanager
    def _writing(self, name: str, value: bytes) -> Iterator[int]:
        usual(name)
        small(name, value)
        self._make()
        with self._opened(name) as fd:
            if fd is None:
                raise _refused(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)), self.folder)
            if os.fstat(fd).st_mode & 0o022:
                raise Refused(_open_to_others(self.folder))
            with _locked(fd, self.place):
                yield fd

    def _make(self) -> None:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(FOLDER_MODE, exist_ok=True)
        except OSError as error:
            raise _refused(error, self.folder) from error


def _content(fd: int, name: str) -> bytes:
    """At most one byte more than a secret may have. Raises OSError, also for what is no regular file."""
    file = os.open(name, READ, dir_fd=fd)
    with open(file, "rb", buffering=0) as opened:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        return opened.read(LARGEST + 2) or b""


def _there(fd: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=fd, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _keep(fd: int, name: str, value: bytes) -> None:
    """Write beside, then rename: at any moment there is the old secret or the new one, readable by its owner alone."""
    with suppress(FileNotFoundError):
        os.unlink(UNFINISHED, dir_fd=fd)
    file = os.open(UNFINISHED, NEW, SECRET_MODE, dir_fd=fd)
    try:
        with open(file, "wb", buffering=0) as opened:
            os.fchmod(file, SECRET_MODE)
            _write(opened.fileno(), value + b"\n")
            os.fsync(file)
        os.rename(UNFINISHED, name, src_dir_fd=fd, dst_dir_fd=fd)
    except BaseException:
        with suppress(OSError):
            os.unlink(UNFINISHED, dir_fd=fd)
        raise
    os.fsync(fd)


def _write(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


@contextmanager
def _locked(fd: int, place: str) -> Iterator[None]:
    """One writer at a time; the kernel lets go of the lock when its holder dies."""
    end = time.monotonic() + WAIT
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as error:
            if time.monotonic() >= end:
                advice = ("wait until it is done, then run again",)
                message = f"another clusterdef is writing in {place}"
                raise Refused(Problem("secrets-busy", message, subject="secret", advice=advice)) from error
            time.sleep(PAUSE)
    try:
        yield
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)


def _refused(error: OSError, where: Path) -> Refused:
    reason = (error.strerror or "error").lower()
    advice = ADVICE.get(error.errno or 0, f"look there:   ls -la {where.parent}")
    return Refused(Problem("secrets-unreachable", f"{where}: {reason}", subject="secret", advice=(advice,)))


def _folder_problems(fd: int, folder: Path) -> Iterator[Problem]:
    status = os.fstat(fd)
    if status.st_mode & 0o077:
        yield _open_to_others(folder)
    yield from _owner_problems(status, folder)


def _open_to_others(folder: Path) -> Problem:
    message = f"{folder} is open to others than its owner"
    return Problem("secrets-open", message, subject="secret", advice=(f"chmod 700 {folder}",))


def _owner_problems(status: os.stat_result, path: Path) -> Iterator[Problem]:
    if status.st_uid not in (0, os.geteuid()):
        message = f"{path} belongs to user {status.st_uid}, who may read and replace it"
        yield Problem("secrets-owner", message, subject="secret", advice=(f"chown {os.geteuid()} {path}",))


def _file_problems(fd: int, folder: Path) -> Iterator[Problem]:
    for name in sorted(os.listdir(fd)):
        status = os.stat(name, dir_fd=fd, follow_symlinks=False)
        if not NAME.fullmatch(name):
            yield _stranger(folder / name)
        elif not stat.S_ISREG(status.st_mode):
            message = f"{folder / name} is no regular file"
            advice = ("put the file itself in its place; links are not followed",)
            yield Problem("secrets-no-file", message, subject="secret", advice=advice)
        else:
            yield from _mode_problems(status, folder / name)
            yield from _owner_problems(status, folder / name)


def _mode_problems(status: os.stat_result, path: Path) -> Iterator[Problem]:
    if status.st_mode & 0o077:
        message = f"{path} may be read or written by others"
        advice = (
            f"chmod 600 {path}",
            "who else has an account there may have read it: clusterdef secret rotate makes a new one",
        )
        yield Problem("secrets-open", message, subject="secret", advice=advice)


def _stranger(path: Path) -> Problem:
    if path.name == UNFINISHED:
        advice = ("the next secret that is kept clears it away",)
        message = f"{path} is what an interrupted write left"
    else:
        advice = ("move it elsewhere",)
        message = f"{path} has no secret's name and is never read"
    return Problem("secrets-stranger", message, subject="secret", severity=Severity.NOTE, advice=advice)
