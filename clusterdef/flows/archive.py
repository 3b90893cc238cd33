"""A part as one tar: owners by name, modes as they are where the files are used, the same bytes for the same files."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterable, Mapping
from typing import IO

from clusterdef.problem import Problem, Refused
from clusterdef.tree import Entry
from clusterdef.tree.manifest import digest

PUBLIC = 0o644

Read = Callable[[str], bytes]
"""`read(path)`: the bytes of a file."""


def write(
    into: IO[bytes], entries: Iterable[Entry], read: Read, beside: Mapping[str, bytes], mode: int = PUBLIC
) -> None:
    """Write files of a tree, and those of `beside`, which are root's and have this mode.

    Raises Refused when a file is not what its entry says.
    """
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for entry in sorted(entries, key=lambda entry: entry.path):
            content = read(entry.path)
            if digest(content) != entry.sha256:
                raise Refused(_other(entry.path))
            _add(archive, entry.path, content, (entry.mode, entry.owner, entry.group))
        for path, content in sorted(beside.items()):
            _add(archive, path, content, (mode, "root", "root"))


def _add(archive: tarfile.TarFile, path: str, content: bytes, kept: tuple[int, str, str]) -> None:
    row = tarfile.TarInfo(path)
    row.size = len(content)
    row.mode, row.uname, row.gname = kept
    archive.addfile(row, io.BytesIO(content))


def _other(path: str) -> Problem:
    message = f"{path} in the current generation is not what clusterdef wrote, and is not published"
    return Problem("publish-drifted", message, subject=path, advice=("make it anew:   clusterdef generate",))
