"""A generation as others see it: its number, what it holds, when it was made; making one is elsewhere."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clusterdef.problem import Problem, Refused
from clusterdef.tree import manifest
from clusterdef.tree.folders import DIRECTORY, Folders
from clusterdef.tree.manifest import Entry, Manifest
from clusterdef.tree.root import opened
from clusterdef.tree.trouble import Explained

FACTS = ".facts.json"
MEMO = ".memo.json"
"""What the caller of `write` wants to know when he writes again; no part of what the generation is."""

MISSING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EINVAL})
SHORT = 12
"""Digits of an identity that people see."""


@dataclass(frozen=True)
class Generation:
    """One written tree. It is read when asked, and only once; reading raises Refused when it is damaged or gone.

    Without slots, as what was read is kept.
    """

    root: Path
    number: int

    @property
    def path(self) -> Path:
        """The directory that holds the files."""
        return self.root / str(self.number)

    @cached_property
    def manifest(self) -> Manifest:
        """Everything it holds; `manifest.entries` is by path."""
        with _Sound(self):
            return manifest.parsed(self._manifest)

    def changed_to(self, new: Generation) -> tuple[Mapping[str, Entry], Mapping[str, Entry]]:
        """The rows by path that only this one has, and those that only the other one has."""
        with _Sound(self):
            old = self._manifest
            manifest.heading(old)
        with _Sound(new):
            return manifest.differing(old, new._manifest)

    def made_by(self, makers: Collection[str]) -> list[Entry]:
        """The rows of these makers' files, by path; cheaper than all."""
        with _Sound(self):
            found = manifest.made_by(self._manifest, makers)
            return [entry for entry in found.values() if entry.maker in makers]

    def contents(self, entries: Iterable[Entry]) -> Iterator[bytes]:
        """The bytes of several of its files. Raises Refused when one cannot be read, or is not what was written."""
        with Explained(self.root), self._folders() as folders:
            for entry in entries:
                content = folders.read(entry.path)
                if manifest.digest(content) != entry.sha256:
                    raise Refused(damaged(self.root, self.number, f"{entry.path} is not what was written"))
                yield content

    @cached_property
    def heading(self) -> Manifest:
        """The manifest without its entries: cheap."""
        with _Sound(self):
            return manifest.heading(self._manifest)

    @cached_property
    def facts(self) -> Mapping[str, object]:
        """What the caller of `write` stored beside the files."""
        with _Sound(self):
            content = self.read(FACTS)
            if manifest.digest(content) != self.heading.facts:
                raise ValueError("the digest is another")
            facts: Mapping[str, object] = json.loads(content)
            return facts

    @property
    def inputs(self) -> str:
        """The digest of everything it was made from."""
        return self.heading.inputs

    @property
    def version(self) -> str:
        """The clusterdef that made it."""
        return self.heading.version

    @property
    def identity(self) -> str:
        """The digest of its manifest: two generations with the same files, facts and inputs share it."""
        return manifest.digest(self._manifest)

    @property
    def short(self) -> str:
        """The first digits of the identity, for people."""
        return self.identity[:SHORT]

    @property
    def files(self) -> int:
        """How many files it holds."""
        return max(0, self._manifest.count(b"\n") - 1)

    @cached_property
    def made(self) -> float:
        """When it was written, in seconds since 1970."""
        with Explained(self.root):
            return (self.path / manifest.NAME).lstat().st_mtime

    def read(self, path: str) -> bytes:
        """The bytes of one of its files. Raises Refused when it cannot be read; follows no symbolic link inside."""
        with Explained(self.root):
            try:
                return self._bytes(path)
            except OSError as error:
                if error.errno not in MISSING:
                    raise
                raise Refused(damaged(self.root, self.number, f"it has no file {path}")) from error

    def _bytes(self, path: str) -> bytes:
        with self._folders() as folders:
            return folders.read(path)

    @contextmanager
    def _folders(self) -> Iterator[Folders]:
        fd = os.open(self.path, DIRECTORY)
        folders = Folders(fd)
        try:
            yield folders
        finally:
            folders.close()
            os.close(fd)

    @cached_property
    def _manifest(self) -> bytes:
        return self.read(manifest.NAME)


class _Sound:
    """A `with` block in which an unreadable text becomes a Refused that names the generation."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ValueError):
            raise Refused(damaged(self._generation.root, self._generation.number)) from error


def damaged(root: Path, number: int, what: str = "its list of files cannot be read") -> Problem:
    """The problem of a generation that is not what was written."""
    return Problem(
        "tree-damaged",
        f"generation {number} in {root} is damaged: {what}",
        subject=str(root),
        advice=("make a new one: clusterdef generate", "or go back to another: clusterdef generations"),
    )


def current(root: Path) -> Generation | None:
    """The current generation, or None when there is none yet. Refused when `root` is not a tree."""
    if not os.path.lexists(root):
        return None
    with opened(root) as top, top.explained:
        number = top.current()
        return Generation(root, number) if number and top.holds(number) else None


def generations(root: Path) -> list[Generation]:
    """Every generation, newest first."""
    if not os.path.lexists(root):
        return []
    with opened(root) as top, top.explained:
        return [Generation(root, number) for number in reversed(top.numbers())]
