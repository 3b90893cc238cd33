"""What the files of a generation look like from outside, and the record of it: the fast way to see that all is well."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from clusterdef.tree.folders import Folders

NAME = ".stat"
EMPTY = "empty directory"
UNREADABLE = "unreadable directory"
NOT_ENTERED = frozenset({errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def fingerprint(status: os.stat_result) -> str:
    """Inode, size, time of change in nanoseconds, type and mode. Not ctime: a new hard link changes that."""
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_mode:o}"


def lines(rows: Mapping[str, str]) -> str:
    """A line for each path, sorted: equal texts mean untouched files."""
    return "".join([f"{rows[path]}\t{path}\n" for path in sorted(rows)])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Fingerprints by path; `crowded` are the files that have so many hard links that they get no more."""

    rows: Mapping[str, str]
    crowded: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """The fingerprints as they were when the generation was made, the digests of its manifest and of its memo (empty:
    there is none), and the number of the generation that was current before (0: none). It is not part of a
    generation's identity, nor is the memo."""

    before: int
    manifest: str
    memo: str
    text: str

    @property
    def rows(self) -> dict[str, str]:
        """Fingerprints by path."""
        pairs = (line.partition("\t") for line in self.text.split("\n")[:-1])
        return {path: row for row, _, path in pairs}

    def encoded(self) -> bytes:
        """The file's bytes."""
        head = json.dumps({"before": self.before, "manifest": self.manifest, "memo": self.memo}, sort_keys=True)
        return f"{head}\n{self.text}".encode(errors="surrogateescape")


def record(content: bytes) -> Record:
    """The record that `Record.encoded` wrote. Raises ValueError when it is none."""
    head, _, text = content.decode(errors="surrogateescape").partition("\n")
    values = json.loads(head)
    if not isinstance(values, dict):
        raise ValueError("not a record")
    manifest, memo = (str(values.get(key, "")) for key in ("manifest", "memo"))
    return Record(int(values.get("before", 0)), manifest, memo, text)


def taken(folders: Folders, links: int) -> Snapshot:
    """Look at everything in a generation, the record itself excepted; `links` hard links make a file crowded."""
    rows: dict[str, str] = {}
    crowded: set[str] = set()
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        below, count = _look(folders, folder, rows, crowded, links)
        waiting += below
        if folder and not count:
            rows.setdefault(f"{folder}/", EMPTY)
    rows.pop(NAME, None)
    return Snapshot(rows, frozenset(crowded))


def _look(folders: Folders, folder: str, rows: dict[str, str], crowded: set[str], links: int) -> tuple[list[str], int]:
    """Enter the files of one directory; its directories, and how many things are in it."""
    below = []
    count = 0
    prefix = f"{folder}/" if folder else ""
    try:
        with os.scandir(folders.at(folder)) as found:
            for item in found:
                count += 1
                path = prefix + item.name
                if item.is_dir(follow_symlinks=False):
                    below.append(path)
                    continue
                status = item.stat(follow_symlinks=False)
                rows[path] = fingerprint(status)
                if status.st_nlink >= links:
                    crowded.add(path)
    except OSError as error:
        if error.errno not in NOT_ENTERED:
            raise
        rows[prefix] = UNREADABLE
    return below, count
