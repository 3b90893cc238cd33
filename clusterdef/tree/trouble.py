"""What the operating system may refuse, said so that a person knows what to do; reading and writing are elsewhere."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from clusterdef.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Cause:
    """One kind of refusal: `{root}`, `{file}` and `{parent}` are filled in."""

    code: str
    message: str
    advice: tuple[str, ...]


AS_IT_WAS = "the tree is as it was; run the same command again after that"
ELSEWHERE = "or choose another directory with -o DIR"
PERMISSION = Cause(
    "tree-permission",
    "no permission for {file}",
    ("run as the owner of {root}, " + ELSEWHERE, AS_IT_WAS),
)

CAUSES: Mapping[int, Cause] = {
    errno.ENOSPC: Cause(
        "tree-full",
        "no space left on the disk of {root}",
        ("free space or inodes there (df -h, df -i), " + ELSEWHERE, AS_IT_WAS),
    ),
    errno.EDQUOT: Cause(
        "tree-quota",
        "the disk quota for {root} is used up",
        ("free space there or ask for a larger quota, " + ELSEWHERE, AS_IT_WAS),
    ),
    errno.EROFS: Cause(
        "tree-read-only",
        "{root} is on a read-only file system",
        ("mount it read-write (after a disk error, check the disk first), " + ELSEWHERE, AS_IT_WAS),
    ),
    errno.EACCES: PERMISSION,
    errno.EPERM: PERMISSION,
    errno.EMFILE: Cause(
        "tree-open-files",
        "too many open files",
        ("raise the limit in this shell: ulimit -n 4096", AS_IT_WAS),
    ),
    errno.ENFILE: Cause(
        "tree-open-files",
        "too many open files on this machine",
        ("raise fs.file-max, or stop what holds so many files open", AS_IT_WAS),
    ),
    errno.ENOENT: Cause(
        "tree-missing",
        "there is no {file}",
        ("create {parent} first, " + ELSEWHERE,),
    ),
    errno.ENOTDIR: Cause(
        "tree-not-a-directory",
        "{root} is not a directory",
        ("move that file away, " + ELSEWHERE,),
    ),
    errno.ELOOP: Cause(
        "tree-symlink",
        "{file} is a symbolic link, and clusterdef follows none inside a tree",
        ("look who made it, then remove it", ELSEWHERE.removeprefix("or ")),
    ),
    errno.ENOLCK: Cause(
        "tree-no-locks",
        "the file system of {root} has no locks",
        ("mount it with locking (NFS: without nolock), " + ELSEWHERE,),
    ),
    errno.EIO: Cause(
        "tree-disk-error",
        "the disk of {root} reports an input/output error",
        ("look into the kernel's log (dmesg) and check the disk, " + ELSEWHERE,),
    ),
    errno.ESTALE: Cause(
        "tree-stale",
        "the file server of {root} has lost track of it",
        ("mount it again, " + ELSEWHERE,),
    ),
}


class Explained:
    """A `with` block in which the operating system's refusals become a Refused; other errors pass unchanged."""

    __slots__ = ("root",)

    def __init__(self, root: Path) -> None:
        self.root = root

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError) and error.errno in CAUSES:
            raise Refused(problem(self.root, error)) from error


def problem(root: Path, error: OSError) -> Problem:
    """The problem behind `error`, which came up in the tree at `root`; its errno must be one of CAUSES."""
    cause = CAUSES[error.errno or 0]
    words = {"root": root, "file": _file(root, error), "parent": root.absolute().parent}
    return Problem(
        cause.code,
        cause.message.format_map(words),
        subject=str(root),
        advice=tuple(line.format_map(words) for line in cause.advice),
    )


def _file(root: Path, error: OSError) -> Path:
    """Names inside a tree are relative to an open directory: the root in front makes them findable."""
    return root / error.filename if isinstance(error.filename, str) else root
