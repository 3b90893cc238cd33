"""Records of what is going on: a directory for each, of root's own, with a JSON file that is replaced whole."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterdef.problem import Problem, Refused

RECORD, LOCK, PAPER = "job.json", "lock", "join"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class JobFiles:
    """`work` is the word for it, for people: `recovering`."""

    folder: Path
    work: str

    @contextmanager
    def held(self, name: str, by: str) -> Iterator[None]:
        """See ports.jobs. The kernel lets go of the lock when its holder dies."""
        folder = self._folder(name)
        try:
            _made(folder)
            file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refused(self._unwritable(error)) from error
        try:
            self._take(file, name)
            _sign(file, {"by": by, "pid": os.getpid(), "since": int(time.time())})
            yield
            _sign(file, {})
        finally:
            os.close(file)

    def read(self, name: str) -> Mapping[str, Any] | None:
        """See ports.jobs. A record of another format, or a damaged one, counts for nothing."""
        try:
            found = json.loads((self._folder(name) / RECORD).read_bytes())
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise Refused(self._unwritable(error)) from error
        except (OSError, ValueError):
            return None
        whole = isinstance(found, dict) and found.pop("format", None) == FORMAT
        return found if whole else None

    def write(self, name: str, record: Mapping[str, Any]) -> None:
        """See ports.jobs."""
        self._replace(self._folder(name) / RECORD, json.dumps({**record, "format": FORMAT}, sort_keys=True) + "\n")

    def paper(self, name: str, text: str) -> None:
        """See ports.jobs."""
        self._replace(self.place(name), text)

    def place(self, name: str) -> Path:
        """See ports.jobs."""
        return self._folder(name).absolute() / PAPER

    def forget(self, name: str) -> None:
        """See ports.jobs. The lock stays: somebody may wait for it."""
        for file in (PAPER, RECORD):
            with suppress(FileNotFoundError):
                (self._folder(name) / file).unlink()

    def _folder(self, name: str) -> Path:
        return self.folder / name

    def _take(self, file: int, name: str) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(self._busy(file, name)) from error

    def _replace(self, path: Path, text: str) -> None:
        """Its new content in one rename, on the disk before anybody can rely on it."""
        draft = path.with_name(f".{path.name}.new")
        try:
            _made(draft.parent)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            raise Refused(self._unwritable(error)) from error

    def _unwritable(self, error: OSError) -> Problem:
        message = f"{self.folder} cannot be written: {error.strerror}"
        advice = ("it keeps what is going on: run this as root, or say another directory: --state DIR",)
        return Problem("job-unwritable", message, advice=advice, subject=str(self.folder))

    def _busy(self, file: int, name: str) -> Problem:
        advice = ("wait until that is done; what it does can be seen there",)
        return Problem("job-busy", f"{_holder(file)} is {self.work} {name}", advice=advice, subject=name)


def _made(folder: Path) -> None:
    """A record's directory, which only its owner may enter, and the one of all records likewise."""
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    for one in (folder.parent, folder):
        one.mkdir(mode=0o700, exist_ok=True)


def _sign(file: int, who: Mapping[str, object]) -> None:
    """The holder's name stands in the lock meanwhile; on a full disk it does not, and nothing else suffers."""
    with suppress(OSError):
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(who).encode() if who else b"", 0)


def _holder(file: int) -> str:
    try:
        said = json.loads(os.pread(file, 4096, 0))
        since = time.strftime("%H:%M on %d %B", time.localtime(int(said["since"])))
        who = f"{said['by']} (pid {int(said['pid'])}, since {since})"
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return "somebody else"
    return who if who.isprintable() else "somebody else"
