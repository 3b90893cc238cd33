"""The generation that stands now, opened to compare a new one with it and to link from it; writing is elsewhere."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

from clusterdef.tree import manifest, snapshot
from clusterdef.tree.folders import DIRECTORY, Folders
from clusterdef.tree.generation import MEMO
from clusterdef.tree.manifest import Entry, Manifest
from clusterdef.tree.root import Root
from clusterdef.tree.snapshot import Record, Snapshot

LINKS = 60_000
"""Hard links that a file may have before it is copied anew: ext4 ends at 65,000."""

NO_MANIFEST = Manifest("", "", "", {})
NO_RECORD = Record(0, "", "", "")


class Former:
    """A generation as it is on disk and as it was written. Number 0 is the one before the first: it holds nothing."""

    def __init__(self, number: int, folders: Folders | None, links: int) -> None:
        self.number = number
        self._folders = folders
        self._links = links

    def at(self, folder: str) -> int:
        """A descriptor of one of its directories, good until the next call. Raises OSError."""
        if self._folders is None:
            raise FileNotFoundError(errno.ENOENT, "no former generation", folder)
        return self._folders.at(folder)

    def read(self, path: str) -> bytes:
        """The bytes that one of its files holds now. Raises OSError, also when it is no regular file."""
        if self._folders is None:
            raise FileNotFoundError(errno.ENOENT, "no former generation", path)
        return self._folders.read(path)

    def link(self, path: str, into: Folders) -> None:
        """Put a hard link to one of its files at the same path somewhere else. Raises OSError."""
        folder, _, name = path.rpartition("/")
        os.link(name, name, src_dir_fd=self.at(folder), dst_dir_fd=into.at(folder), follow_symlinks=False)

    def vouch(self) -> None:
        """Take its files for what they were when they were written: somebody has just looked at each of them."""
        self.__dict__["snapshot"] = Snapshot(self.record.rows, frozenset())
        self.__dict__["clean"] = bool(self.number and self.text)

    def look(self) -> None:
        """Read now what else is read at first use, so that a refusal of the operating system comes here."""
        _ = self.entries, self.touched

    @cached_property
    def record(self) -> Record:
        """How its files looked when they were written; an empty record when that cannot be read."""
        try:
            return snapshot.record(self.read(snapshot.NAME))
        except (OSError, ValueError):
            return NO_RECORD

    @cached_property
    def snapshot(self) -> Snapshot:
        """How its files look now."""
        return snapshot.taken(self._folders, self._links) if self._folders else Snapshot({}, frozenset())

    @cached_property
    def text(self) -> bytes:
        """Its manifest's bytes; none when they are not those that were written.

        Without a record they are taken as they are: then nothing is linked, and every copy is held against its digest.
        """
        try:
            text = self.read(manifest.NAME)
        except OSError:
            return b""
        return text if self.record.manifest in ("", manifest.digest(text)) else b""

    @cached_property
    def memo(self) -> bytes:
        """What its maker wanted to know now; nothing when that is not what was written."""
        try:
            memo = self.read(MEMO) if self.record.memo else b""
        except OSError:
            return b""
        return memo if manifest.digest(memo) == self.record.memo else b""

    @cached_property
    def manifest(self) -> Manifest:
        """What it was written to hold; an empty manifest when that cannot be read."""
        try:
            return manifest.parsed(self.text)
        except ValueError:
            return NO_MANIFEST

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Its files by path."""
        return self.manifest.entries

    @cached_property
    def clean(self) -> bool:
        """True when every file looks as it did when it was written, and there is none more."""
        return bool(self.number and self.text) and snapshot.lines(self.snapshot.rows) == self.record.text

    @cached_property
    def touched(self) -> frozenset[str]:
        """Paths that look otherwise than they were written, are missing or too much."""
        if self.clean:
            return frozenset()
        pairs = self.record.rows.items() ^ self.snapshot.rows.items()
        return frozenset(path for path, _ in pairs)

    @property
    def whole(self) -> bool:
        """True when each of its files can be had from here."""
        return self.clean and not self.snapshot.crowded

    def has(self, paths: Iterable[str]) -> bool:
        """True when each of these is one of its files, and is there."""
        return self.entries.keys() & self.snapshot.rows.keys() >= set(paths)

    def lends(self, entry: Entry) -> bool:
        """True when `entry` can be had from here by a hard link: same path, bytes and mode on disk, untouched."""
        own = self.entries.get(entry.path)
        return (
            own is not None
            and own.sha256 == entry.sha256
            and (own.mode == entry.mode or own.disk_mode == entry.disk_mode)
            and entry.path not in self.touched
            and entry.path not in self.snapshot.crowded
        )


@contextmanager
def standing(root: Root, number: int | None, links: int = LINKS) -> Iterator[Former]:
    """Generation `number` of `root`, or the empty one when there is none."""
    if not number:
        yield Former(0, None, links)
        return
    with root.explained:
        fd = os.open(str(number), DIRECTORY, dir_fd=root.fd)
    folders = Folders(fd)
    try:
        yield Former(number, folders, links)
    finally:
        folders.close()
        os.close(fd)
