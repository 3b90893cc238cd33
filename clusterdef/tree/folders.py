"""Directories below an open one, reached part by part, never through a symbolic link; what they hold is elsewhere."""

from __future__ import annotations

import errno
import os
import stat

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
OPEN_AT_ONCE = 64
DIRECTORY_MODE = 0o755


class Folders:
    """The directories below `fd`, which stays the caller's; the last few used are kept open until `close`.

    With `create`, a directory that is asked for and not there is made, with mode 0755 whatever the umask is.
    """

    def __init__(self, fd: int, *, create: bool = False) -> None:
        self._top = fd
        self._create = create
        self._open: dict[str, int] = {}

    def at(self, folder: str) -> int:
        """A descriptor of `folder` ("" is the top), good until the next call. Raises OSError."""
        if not folder:
            return self._top
        fd = self._open.pop(folder, None)
        if fd is None:
            fd = self._opened(folder)
        self._open[folder] = fd
        return fd

    def _opened(self, folder: str) -> int:
        above, _, name = folder.rpartition("/")
        parent = self.at(above)
        made = self._create and _made(name, parent)
        fd = os.open(name, DIRECTORY, dir_fd=parent)
        if made:
            os.fchmod(fd, DIRECTORY_MODE)
        if len(self._open) >= OPEN_AT_ONCE:
            os.close(self._open.pop(next(iter(self._open))))
        return fd

    def read(self, path: str) -> bytes:
        """The bytes of the regular file at `path`. Raises OSError, also when it is something else."""
        folder, _, name = path.rpartition("/")
        fd = os.open(name, READ, dir_fd=self.at(folder))
        with open(fd, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise OSError(errno.EINVAL, "not a regular file", path)
            return file.readall()

    def close(self) -> None:
        """Close what is open; the top stays open."""
        while self._open:
            os.close(self._open.popitem()[1])


def _made(name: str, parent: int) -> bool:
    try:
        os.mkdir(name, DIRECTORY_MODE, dir_fd=parent)
    except FileExistsError:
        return False
    return True


def discard(name: str, parent: int) -> None:
    """Remove `name` in `parent` and all below it; a symbolic link goes, what it points to stays. Raises OSError."""
    try:
        fd = os.open(name, DIRECTORY, dir_fd=parent)
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):
            raise
        os.unlink(name, dir_fd=parent)
        return
    try:
        with os.scandir(fd) as found:
            items = [(item.name, item.is_dir(follow_symlinks=False)) for item in found]
        for item, is_folder in items:
            if is_folder:
                discard(item, fd)
            else:
                os.unlink(item, dir_fd=fd)
    finally:
        os.close(fd)
    os.rmdir(name, dir_fd=parent)
