"""Small artifacts and what to look at on disk afterwards; the assertions are in the tests."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from clusterdef.artifact import Artifact
from clusterdef.tree import Generation, write

VERSION = "1.2.3"


def artifact(
    path: str, text: str | bytes = "text\n", maker: str = "hosts", subject: str = "", mode: int = 0o644
) -> Artifact:
    """An artifact with as little said as possible."""
    content = text if isinstance(text, bytes) else text.encode()
    return Artifact(path, content, maker, subject, mode)


def artifacts(files: Mapping[str, str] | Mapping[str, bytes]) -> list[Artifact]:
    """An artifact for each path."""
    return [artifact(path, text) for path, text in files.items()]


def written(
    root: Path, files: Mapping[str, str] | Mapping[str, bytes] | Iterable[Artifact], inputs: str = "", **more: object
) -> Generation:
    """Write with the arguments that a test does not care about."""
    given = artifacts(files) if isinstance(files, Mapping) else files
    return write(root, given, inputs=inputs or digest_of(given), version=VERSION, facts={}, **more)  # type: ignore[arg-type]


def digest_of(given: Iterable[Artifact]) -> str:
    """Some digest of the inputs: another one for other artifacts."""
    return hashlib.sha256(repr(list(given)).encode()).hexdigest()


def files(root: Path) -> dict[str, bytes]:
    """The files of the current generation, clusterdef's own aside, by path."""
    return contents(root / "current")


def contents(top: Path) -> dict[str, bytes]:
    """Every regular file below `top`, which may be a link, that is not clusterdef's own."""
    real = top.resolve()
    found = {str(path.relative_to(real)): path.read_bytes() for path in real.rglob("*") if path.is_file()}
    return {path: content for path, content in found.items() if not path.startswith(".")}


def everything(top: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and bytes (or target) of all below `top`, nothing followed: two equal answers mean nothing changed."""
    found = {}
    for folder, folders, names in os.walk(top):
        for name in folders + names:
            path = Path(folder) / name
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                found[str(path.relative_to(top))] = (mode, bytes(path.readlink()))
            elif stat.S_ISREG(mode):
                found[str(path.relative_to(top))] = (mode, path.read_bytes())
            else:
                found[str(path.relative_to(top))] = (mode, b"")
    return found


def names(root: Path) -> list[str]:
    """What stands in the root, the lock aside."""
    return sorted(name for name in os.listdir(root) if name != ".lock")
