"""The root of a tree: numbered generations, the link `current`, what is half made; what is in them is elsewhere."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clusterdef.problem import Problem, Refused, listing
from clusterdef.tree import manifest
from clusterdef.tree.folders import DIRECTORY, DIRECTORY_MODE, discard
from clusterdef.tree.trouble import Explained

CURRENT = "current"
NEW = ".new-"
GONE = ".gone-"
NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
BESIDE = frozenset({CURRENT, ".lock", ".gitignore", ".keep", ".sealed", "armed", "lost+found"})
"""Names that may stand in a root before its first generation."""

ELSEWHERE = "choose another directory with -o DIR"


class Root:
    """An open root. `path` is what the user wrote, for messages; all work goes through `fd`."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self.fd = fd
        self.explained = Explained(path)

    def names(self) -> list[str]:
        """Everything that stands in the root."""
        return sorted(os.listdir(self.fd))

    def numbers(self) -> list[int]:
        """The generations, oldest first: a directory with a number for a name and a manifest inside."""
        named = [int(name) for name in self.names() if NUMBER.fullmatch(name)]
        return sorted(number for number in named if self.holds(number))

    def holds(self, number: int) -> bool:
        """True when `number` is a generation. A symbolic link of that name is not."""
        if not stat.S_ISDIR(self._mode(str(number))):
            return False
        return stat.S_ISREG(self._mode(f"{number}/{manifest.NAME}"))

    def free_number(self) -> int:
        """A number above every name that looks like one, and above what `current` says, should that be lost."""
        taken = [int(name) for name in self.names() if NUMBER.fullmatch(name)]
        return 1 + max([self._pointed() or 0, *taken])

    def _mode(self, name: str) -> int:
        try:
            return os.stat(name, dir_fd=self.fd, follow_symlinks=False).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return 0

    def current(self) -> int | None:
        """The number of the current generation; None when there is none, or when its directory is gone.

        Refused when `current` or that directory is something clusterdef did not make.
        """
        number = self._pointed()
        mode = self._mode(str(number)) if number else 0
        if not mode:
            return None
        if not stat.S_ISDIR(mode):
            kind = "a symbolic link" if stat.S_ISLNK(mode) else "a file"
            raise Refused(self._foreign(f"{self.path / str(number)} is {kind}, not a generation"))
        return number

    def _pointed(self) -> int | None:
        mode = self._mode(CURRENT)
        if not mode:
            return None
        if not stat.S_ISLNK(mode):
            raise Refused(self._foreign(f"{self.path / CURRENT} is no link to a generation"))
        target = os.readlink(CURRENT, dir_fd=self.fd)
        if not NUMBER.fullmatch(target):
            raise Refused(self._foreign(f"{self.path / CURRENT} points to {ascii(target)[1:-1]}, not to a generation"))
        return int(target)

    def _foreign(self, message: str) -> Problem:
        advice = ("look who made it, then remove it", f"or {ELSEWHERE}")
        return Problem("tree-foreign", message, subject=str(self.path), advice=advice)

    def refuse_foreign(self) -> None:
        """Refused when the root holds other things and no generation: it is somebody's directory, not a tree."""
        strange = [name for name in self.names() if name not in BESIDE and not name.startswith((NEW, GONE))]
        if not strange or self.numbers() or self._pointed():
            return
        found = listing((ascii(name)[1:-1] for name in strange), 3)
        raise Refused(
            Problem(
                "tree-not-ours",
                f"{self.path} is not empty and holds no generation: found {found}",
                subject=str(self.path),
                advice=(ELSEWHERE, "or move those files away"),
            )
        )

    def point(self, number: int) -> None:
        """Make `number` current by one rename. When this raises, it was not made current."""
        link = f"{NEW}{CURRENT}"
        try:
            # Inside, because a signal may come as soon as the link is there.
            os.symlink(str(number), link, dir_fd=self.fd)
            os.rename(link, CURRENT, src_dir_fd=self.fd, dst_dir_fd=self.fd)
        except BaseException:
            with suppress(OSError):
                os.unlink(link, dir_fd=self.fd)
            raise
        # Should the disk fail only now, a crash may bring the old link back: a whole tree too, and no reason to refuse.
        with suppress(OSError):
            os.fsync(self.fd)

    def retire(self, number: int) -> None:
        """Remove a generation; under its number it is never seen half removed. What stays is left to `sweep`."""
        gone = f"{GONE}{number}"
        with suppress(OSError):
            os.rename(str(number), gone, src_dir_fd=self.fd, dst_dir_fd=self.fd)
            discard(gone, self.fd)

    def sweep(self) -> None:
        """Remove what a killed run left; only for who holds the lock. What cannot be removed stays and harms nobody."""
        for name in self.names():
            if name.startswith((NEW, GONE)):
                with suppress(OSError):
                    discard(name, self.fd)


@contextmanager
def opened(path: Path, *, create: bool = False) -> Iterator[Root]:
    """The root at `path`, which may itself be a symbolic link to a directory; with `create` it is made when missing.

    Refused when it is no directory, cannot be opened, is missing, or holds other things than a tree.
    """
    explained = Explained(path)
    with explained:
        fd = _opened(path, create)
    root = Root(path, fd)
    try:
        with explained:
            root.refuse_foreign()
        yield root
    finally:
        os.close(fd)


def _opened(path: Path, create: bool) -> int:
    real = os.path.realpath(path)
    made = create and not os.path.lexists(path)
    if made:
        _make(Path(real))
    try:
        fd = os.open(real, DIRECTORY)
    except FileNotFoundError as error:
        if path.is_symlink():
            raise Refused(_leads_nowhere(path, real)) from error
        raise OSError(error.errno, error.strerror, "") from error
    except OSError as error:
        raise OSError(error.errno, error.strerror, "") from error
    if made:
        os.fchmod(fd, DIRECTORY_MODE)
    return fd


def _leads_nowhere(path: Path, real: str) -> Problem:
    message = f"{path} is a link to {real}, which is not there"
    advice = ("mount or create that directory, or remove the link", "or choose another directory with -o DIR")
    return Problem("tree-missing", message, subject=str(path), advice=advice)


def _make(real: Path) -> None:
    try:
        real.mkdir(DIRECTORY_MODE)
    except FileExistsError:
        return
    except FileNotFoundError as error:
        raise OSError(errno.ENOENT, error.strerror, str(real.parent)) from error
