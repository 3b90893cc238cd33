"""Archives of code that others made, unpacked so that nothing lands outside of the folder it is meant for."""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath

from clusterdef.problem import Problem, Refused

LARGEST = 256 << 20
"""Bytes of one module, unpacked; the largest ones in use have a few million."""


def unpack(archive: Path, into: Path, name: str, below: bool) -> None:
    """Files and folders of a tar, packed or not; links and devices are left out. With `below`, the one folder at its
    top is taken off.

    Raises Refused for an archive that is broken, is too large or leads outside.
    """
    try:
        with tarfile.open(archive) as opened:
            _take(opened, into, below)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        message = f"{name}: what was fetched cannot be unpacked: {error}"
        raise Refused(Problem("module-archive", message, subject=name)) from error


def _take(opened: tarfile.TarFile, into: Path, below: bool) -> None:
    total = 0
    for member in opened:
        parts = PurePosixPath(member.name).parts[1 if below else 0 :]
        total += member.size
        if total > LARGEST:
            raise ValueError(f"it has more than {LARGEST} bytes")
        if not parts or not member.isfile():
            continue
        if ".." in parts or PurePosixPath(*parts).is_absolute():
            raise ValueError(f"{member.name} lies outside")
        content = opened.extractfile(member)
        assert content
        target = into.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.read())
