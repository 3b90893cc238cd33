"""A generation in the making: files put and linked beside the old ones, then one rename; who wants one is elsewhere."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from operator import attrgetter
from types import TracebackType

from clusterdef import pieces
from clusterdef.artifact import Artifact
from clusterdef.problem import Problem, Refused
from clusterdef.tree import manifest, snapshot, sync
from clusterdef.tree.folders import DIRECTORY, DIRECTORY_MODE, Folders, discard
from clusterdef.tree.former import Former
from clusterdef.tree.generation import FACTS, MEMO
from clusterdef.tree.manifest import Entry, Manifest
from clusterdef.tree.paths import Claims
from clusterdef.tree.root import NEW, Root

CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PUBLIC = 0o444
NO_LINK = frozenset({errno.EMLINK, errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP})
"""Answers to link(2) that call for a copy: too many links, or a file system without links."""

CHANGED_BY_HAND = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EINVAL})
"""Answers to opening a file of the former generation when somebody put something else in its place."""

PART = 500
"""Files that are linked at once."""

MANY = 5000
"""Files from which on a second process is worth its start."""

STEP = 200
"""Files between two calls of a progress function."""


class Draft:
    """Collects artifacts; `place` makes a generation of them. Left without `place`, nothing stays on disk.

    Nothing is written before the first file that the former generation cannot lend. `copy` is asked then for the name
    of a directory that holds all of the former generation already; what is not wanted is taken out of it.
    """

    def __init__(
        self,
        root: Root,
        former: Former,
        copy: Callable[[], str] | None,
        progress: Callable[[int, int], None] | None,
        total: int,
    ) -> None:
        self._root = root
        self._former = former
        self._ask = copy
        self._progress = progress
        self._total = total
        self._done = 0
        self._claims = Claims()
        self._lent: list[Entry] = []
        self._copied: list[Entry] = []
        self._rows: dict[str, str] = {}
        self._name = f"{NEW}{os.getpid()}-{os.urandom(4).hex()}"
        self._fd = -1
        self._folders: Folders | None = None
        self._number = 0

    @cached_property
    def _full(self) -> bool:
        """Whether the draft began as a copy."""
        name = self._ask() if self._ask else ""
        self._name = name or self._name
        return bool(name)

    def __enter__(self) -> Draft:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folders is not None:
            self._folders.close()
            os.close(self._fd)
        with suppress(OSError):
            discard(self._name, self._root.fd)
        if error is not None and self._number and self._root.current() != self._number:
            self._root.retire(self._number)

    def add(self, artifact: Artifact) -> None:
        """Take in one artifact. A path that cannot be had is kept as a problem for `place` to refuse with."""
        entry = manifest.entry(artifact)
        if not self._claims.take(entry):
            return
        if self._former.lends(entry):
            self._lent.append(entry)
        elif not self._claims.problems:
            with self._root.explained:
                self._put(entry, artifact.content)
            self._count()

    def carry(self, wanted: Callable[[Entry], bool]) -> None:
        """Take over what `wanted` says of the former generation's other files."""
        taken = self._claims.entries
        rest = [entry for path, entry in self._former.entries.items() if path not in taken and wanted(entry)]
        if self._former.whole and self._former.has([*taken, *[entry.path for entry in rest]]):
            self._claims.adopt(rest)
            self._lent += rest
            rest = []
        for entry in rest:
            if self._claims.take(entry):
                (self._lent if self._former.lends(entry) else self._copied).append(entry)
        self._total = len(taken)

    def place(
        self,
        version: str,
        inputs: str,
        facts: Mapping[str, object],
        memo: Callable[[], bytes] | None,
        for_files: bool = False,
    ) -> int:
        """The number of the generation that now is current: the former one when nothing at all differs, or with
        `for_files` when no file does.

        Raises Refused with every problem of paths, and when the disk refuses.
        """
        if self._claims.problems:
            raise Refused(*self._claims.problems)
        stored = json.dumps(facts, sort_keys=True, ensure_ascii=False).encode() + b"\n"
        text = Manifest(version, inputs, manifest.digest(stored), self._claims.entries).text()
        alike = text == self._former.text or (for_files and self._claims.entries == self._former.entries)
        if self._former.clean and alike:
            return self._former.number
        with self._root.explained:
            self._link_all()
            self._take_out()
            self._seal(stored, text, memo() if memo else b"")
            self._switch()
        return self._number

    def _take_out(self) -> None:
        """Remove from the copy what the new generation has not, and directories that are empty then."""
        folders = set[str]()
        for path in self._former.entries.keys() - self._claims.entries.keys() if self._full else ():
            folder, _, name = path.rpartition("/")
            # A directory may stand there by now, or a file where its directory was.
            with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                os.unlink(name, dir_fd=self._at(folder))
            folders.add(folder)
        for folder in folders:
            self._remove_empty(folder)

    def _remove_empty(self, folder: str) -> None:
        """This directory and those above it, as far as nothing is in them."""
        with suppress(OSError):
            while folder:
                os.rmdir(folder, dir_fd=self._fd)
                folder = folder.rpartition("/")[0]

    def _make_room(self, path: str) -> None:
        """Remove from the copy what stands at that path, and a file where a directory is to be."""
        above = path
        while above := above.rpartition("/")[0]:
            if above in self._former.entries:
                with suppress(IsADirectoryError):
                    os.unlink(above, dir_fd=self._fd)
        with suppress(FileNotFoundError):
            discard(path, self._fd)

    def _link_all(self) -> None:
        lent = sorted(self._lent, key=attrgetter("path"))
        parts = [lent[start : start + PART] for start in range(0, len(lent), PART)]
        self._at("")
        if self._full:
            self._enter(lent, {})
            parts = []
        together = len(lent) >= MANY and pieces.processors() > 1
        for number, refused in pieces.done(len(parts), lambda number: self._linked(parts[number]), together):
            self._enter(parts[number], dict(refused))
        for entry in self._copied:
            self._copy(entry)
            self._count()
        if self._progress:
            self._progress(self._done, self._total)

    def _seal(self, stored: bytes, text: bytes, memo: bytes) -> None:
        self._create(FACTS, PUBLIC, stored)
        if memo:
            self._create(MEMO, PUBLIC, memo)
        self._create(manifest.NAME, PUBLIC, text)
        rows = snapshot.lines(self._rows)
        record = snapshot.Record(
            self._former.number, manifest.digest(text), manifest.digest(memo) if memo else "", rows
        )
        self._create(snapshot.NAME, PUBLIC, record.encoded())
        sync.settle(self._fd)

    def _switch(self) -> None:
        self._number = self._root.free_number()
        os.rename(self._name, str(self._number), src_dir_fd=self._root.fd, dst_dir_fd=self._root.fd)
        self._root.point(self._number)

    def _put(self, entry: Entry, content: bytes) -> None:
        self._create(entry.path, entry.disk_mode, content)

    def _create(self, path: str, mode: int, content: bytes) -> None:
        """A file that never has a wider mode than its own, and has that one whatever the umask is."""
        folder, _, name = path.rpartition("/")
        if self._full:
            self._at("")
            self._make_room(path)
        fd = os.open(name, CREATE, mode, dir_fd=self._at(folder))
        try:
            _pour(fd, content)
            status = os.fstat(fd)
            if stat.S_IMODE(status.st_mode) != mode:
                os.fchmod(fd, mode)
                status = os.fstat(fd)
        finally:
            os.close(fd)
        self._rows[path] = snapshot.fingerprint(status)

    def _linked(self, entries: list[Entry]) -> list[tuple[str, OSError]]:
        """Link these, here or in another process; what was refused, by path."""
        refused = []
        for entry in entries:
            try:
                self._former.link(entry.path, self._made())
            except OSError as error:
                refused.append((entry.path, error))
        return refused

    def _enter(self, entries: list[Entry], refused: Mapping[str, OSError]) -> None:
        """Note how files look that were linked; what the file system has no link for is copied."""
        rows = self._former.snapshot.rows
        if not refused and not self._progress:
            self._rows.update((entry.path, rows[entry.path]) for entry in entries)
            return
        for entry in entries:
            if entry.path not in refused:
                self._rows[entry.path] = rows[entry.path]
            elif refused[entry.path].errno in NO_LINK:
                self._copy(entry)
            else:
                raise refused[entry.path]
            self._count()

    def _copy(self, entry: Entry) -> None:
        """Write the former generation's bytes anew; Refused when they are not what was written then."""
        try:
            content = self._former.read(entry.path)
        except OSError as error:
            if error.errno not in CHANGED_BY_HAND:
                raise
            content = b""
        if manifest.digest(content) != entry.sha256:
            raise Refused(self._lost(entry))
        self._put(entry, content)

    def _lost(self, entry: Entry) -> Problem:
        file = self._root.path / str(self._former.number) / entry.path
        return Problem(
            "tree-drifted",
            f"{file} is not what clusterdef wrote, and can not be kept",
            subject=entry.subject,
            advice=("generate the whole site, without naming nodes: that writes it anew",),
        )

    def _at(self, folder: str) -> int:
        return self._made().at(folder)

    def _made(self) -> Folders:
        """The directories of the draft, the draft itself made where there is none yet."""
        if self._folders is None:
            if not self._full:
                os.mkdir(self._name, DIRECTORY_MODE, dir_fd=self._root.fd)
            self._fd = os.open(self._name, DIRECTORY, dir_fd=self._root.fd)
            os.fchmod(self._fd, DIRECTORY_MODE)
            self._folders = Folders(self._fd, create=True)
        return self._folders

    def _count(self) -> None:
        self._done += 1
        if self._progress and not self._done % STEP:
            self._progress(self._done, self._total)


def _pour(fd: int, content: bytes) -> None:
    """All of `content`: a write to a nearly full disk may take only a part, and tell only the next time."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(fd, rest) :]
