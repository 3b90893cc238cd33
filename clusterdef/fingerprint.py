"""One digest over everything that decides the output: the site's files, and clusterdef itself.

Files are read as bytes and not understood: that is what makes a run without changes quick.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from clusterdef import __version__
from clusterdef.catalog import KINDS, package_folder
from clusterdef.code_lock import NAME as LOCK
from clusterdef.inputs import HOST_KEYS
from clusterdef.site import TEMPLATES

CODE = (".py", ".json", ".j2", ".sh")
"""Endings of clusterdef's own files that decide what is made; of Puppet code every file does."""


def of_site(file: Path, named: Iterable[str]) -> str:
    """The digest of site.yaml, of the lock and the folders beside it, read as they are, and of the files it names."""
    folder = file.parent
    total = hashlib.sha256()
    shelves = (*sorted(kind.folder for kind in KINDS), TEMPLATES, HOST_KEYS)
    every = [file.name, LOCK, *sorted(named), *(name for shelf in shelves for name in _below(folder / shelf, folder))]
    for name in dict.fromkeys(every):
        _feed(total, name, folder / name)
    return total.hexdigest()


def of_templates(folder: Path) -> str:
    """The digest of what a site's own templates and generators are made of."""
    total = hashlib.sha256()
    for shelf in (TEMPLATES, "generators"):
        for name in _below(folder / shelf, folder):
            _feed(total, name, folder / name)
    return total.hexdigest()


@cache
def of_program() -> str:
    """The digest of clusterdef itself and of installed definitions: version, code, schemas, roles, templates."""
    total = hashlib.sha256(__version__.encode())
    endings: dict[str, tuple[str, ...]] = {"clusterdef": CODE, "clusterdef.schemas": CODE}
    for kind in KINDS:
        installed = sorted(point.value for point in entry_points(group=f"clusterdef.{kind.folder}"))
        endings |= dict.fromkeys([kind.package, *installed], ("",) if kind.whole else CODE)
    for package, wanted in endings.items():
        root = package_folder(package)
        for name in _below(root, root):
            if name.endswith(wanted):
                _feed(total, f"{package}/{name}", root / name)
    return total.hexdigest()


def together(site: str, program: str) -> str:
    """Both digests as one."""
    return hashlib.sha256(f"{site} {program}".encode()).hexdigest()


def _below(folder: Path, root: Path) -> Iterator[str]:
    """Files below a folder, sorted, relative to `root`; caches and hidden files are none of ours."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__pycache__")
        yield from (str((Path(parent) / name).relative_to(root)) for name in sorted(files) if name[0] != ".")


def _feed(total: hashlib._Hash, name: str, file: Path) -> None:
    try:
        content = file.read_bytes()
    except OSError:
        total.update(f"\0{name}\0missing".encode())
        return
    total.update(f"\0{name}\0{len(content)}\0".encode())
    total.update(content)
