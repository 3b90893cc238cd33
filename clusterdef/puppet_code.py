"""The Puppet code behind a cluster's modules, file by file as it stands on the shelves. What is in it is Puppet's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clusterdef.catalog import Catalog
from clusterdef.model import Cluster
from clusterdef.problem import Problem, Refused

PARTS = (
    *("data", "facts.d", "files", "functions", "hiera.yaml", "lib", "locales", "manifests", "metadata.json"),
    *("scripts", "templates", "types"),
)
"""What a server reads of a module; tests, tasks and pages for people are not among it."""

MANIFESTS = "manifests"


@dataclass(frozen=True, slots=True)
class CodeFile:
    """One file of a module's code: the name that Puppet knows the module by, the path in it, and where it stands."""

    module: str
    path: str
    place: Path

    @property
    def content(self) -> bytes:
        """Its bytes. Raises Refused when it cannot be read."""
        try:
            return self.place.read_bytes()
        except OSError as error:
            raise Refused(_unreadable(self.place, error)) from error


def shelved(cluster: Cluster, catalog: Catalog) -> Mapping[str, Path]:
    """Puppet's name and the folder of every module of the cluster whose code stands beside its definition."""
    found = {}
    for name, module in cluster.modules.items():
        home = catalog.modules[name].file.parent if name in catalog.modules else None
        if home and module.classes and "source" not in module.definition and (home / MANIFESTS).is_dir():
            found[puppet_name(module.classes)] = home
    return dict(sorted(found.items()))


def puppet_name(classes: Iterable[str]) -> str:
    """How Puppet calls the module: the beginning of its first class's name, as its folder must be called."""
    return next(iter(classes)).partition("::")[0]


def files(modules: Mapping[str, Path]) -> Iterator[CodeFile]:
    """Every file of these modules' code, by name. Raises Refused for a link: nobody knows where it leads later."""
    for name, folder in modules.items():
        for part in PARTS:
            for path in _below(folder / part):
                yield CodeFile(name, path.relative_to(folder).as_posix(), path)


def _below(part: Path) -> Iterator[Path]:
    if part.is_symlink():
        raise Refused(_link(part))
    if part.is_file():
        yield part
    for parent, folders, names in os.walk(part):
        folders[:] = sorted(name for name in folders if name[0] != "." and name != "__pycache__")
        for path in (Path(parent, name) for name in sorted([*names, *folders])):
            if path.is_symlink():
                raise Refused(_link(path))
            if path.name[0] != "." and path.name in names:
                yield path


def _link(path: Path) -> Problem:
    message = f"{path} is a link, and Puppet code has none"
    return Problem("module-link", message, advice=("put the file itself there",), subject=str(path))


def _unreadable(path: Path, error: OSError) -> Problem:
    message = f"{path} cannot be read: {(error.strerror or 'error').lower()}"
    return Problem("file-unreadable", message, subject=str(path))
