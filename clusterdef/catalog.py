"""Which roles, modules, disk layouts and generators exist, and on which shelf each stands.

Shelves, later wins: built-in, installed packages, the site's own folder. What a definition means
is not known here, only that it has the right shape.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from clusterdef.complaint import clear_problems, shape_problems
from clusterdef.declarations import declaration_problems
from clusterdef.problem import Mark, Problem, Refused, Severity
from clusterdef.schema import flat
from clusterdef.source import Document, load_json

BUILT_IN = "built-in"
SITE = "site"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of definition: its file's name, where shelves keep it, and its schema.

    `whole` says that other files beside it are carried as they are.
    """

    word: str
    file: str
    package: str
    below: str
    folder: str
    whole: bool = False


KINDS = (
    Kind("role", "role.json", "clusterdef.roles", "", "roles"),
    Kind("module", "module.json", "clusterdef.puppet", "modules", "modules", whole=True),
    Kind("layout", "layout.json", "clusterdef.kickstart", "layouts", "layouts"),
    Kind("generator", "generator.json", "clusterdef.generators", "", "generators"),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place that definitions of one kind come from."""

    name: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition as it was read. `over` is the definition of the same name that it replaces."""

    kind: str
    name: str
    shelf: str
    file: Path
    document: Document
    over: Definition | None = None

    @property
    def data(self) -> Mapping[str, Any]:
        """The definition's content."""
        found: Mapping[str, Any] = self.document.data
        return found


@dataclass(slots=True)
class Catalog:
    """Everything that was found; `broken` names what could not be read, so that nobody calls it unknown."""

    roles: dict[str, Definition] = field(default_factory=dict)
    modules: dict[str, Definition] = field(default_factory=dict)
    layouts: dict[str, Definition] = field(default_factory=dict)
    generators: dict[str, Definition] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Definition]:
        """The definitions of a kind by name: `role`, `module`, `layout` or `generator`."""
        found: dict[str, Definition] = getattr(self, f"{kind}s")
        return found

    def every(self) -> Iterator[Definition]:
        """All definitions, kind by kind."""
        for kind in KINDS:
            yield from self.of(kind.word).values()


def shelves(kind: Kind, site: Path | None) -> list[Shelf]:
    """The shelves that hold a kind of definition, the weakest first."""
    found = [Shelf(BUILT_IN, package_folder(kind.package) / kind.below)]
    installed = sorted(entry_points(group=f"clusterdef.{kind.folder}"), key=lambda point: point.name)
    found += [Shelf(point.name, package_folder(point.value)) for point in installed]
    if site:
        found.append(Shelf(SITE, site / kind.folder))
    return found


def package_folder(name: str) -> Path:
    """The directory of an installed package."""
    file = import_module(name).__file__
    assert file
    return Path(file).parent


def load(site: Path | None = None) -> Catalog:
    """Read every shelf. What is wrong with a definition stands in `problems`; the rest is there."""
    catalog = Catalog()
    for kind in KINDS:
        for shelf in shelves(kind, site):
            for folder in _folders(shelf.folder):
                _add(catalog, kind, shelf, folder, site)
    return catalog


def _folders(shelf: Path) -> list[str]:
    """Names of the definitions' folders, sorted; a shelf that is not there is empty."""
    try:
        with os.scandir(shelf) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir() and entry.name[0] not in "._")
    except (FileNotFoundError, NotADirectoryError):
        return []


def _add(catalog: Catalog, kind: Kind, shelf: Shelf, name: str, site: Path | None) -> None:
    file = shelf.folder / name / kind.file
    if not file.exists():
        if shelf.name == SITE:
            catalog.problems.append(_without_file(kind, file, site))
        return
    try:
        document = load_json(file, shown(file, shelf.name, site))
    except Refused as refused:
        catalog.problems.extend(refused.problems)
        catalog.broken.add((kind.word, name))
        return
    _place(catalog, kind, Definition(kind.word, name, shelf.name, file, document, catalog.of(kind.word).get(name)))


def _place(catalog: Catalog, kind: Kind, definition: Definition) -> None:
    wrong = shape_problems(definition.document, flat(kind.word))
    if definition.shelf != BUILT_IN:
        catalog.problems.extend(clear_problems(definition.document))
        if kind.word == "module" and not wrong:
            wrong = declaration_problems(definition.document)
    twice = kind.word == "generator" and definition.over
    catalog.problems.extend(wrong)
    if twice:
        catalog.problems.append(_second_generator(definition))
    elif wrong:
        catalog.broken.add((kind.word, definition.name))
    else:
        catalog.of(kind.word)[definition.name] = definition


def shown(file: Path, shelf: str, site: Path | None) -> str:
    """How to call a file: relative to the site for its own, from the shelf's name on for the others."""
    if shelf == SITE and site:
        return str(file.relative_to(site))
    return str(Path(*file.parts[-3:])) if file.parent.name else str(file)


def _without_file(kind: Kind, file: Path, site: Path | None) -> Problem:
    return Problem(
        "empty-definition",
        f"{kind.folder}/{file.parent.name} has no {kind.file}",
        Mark(shown(file, SITE, site), 1, 1),
        advice=(f"write {kind.file} there, or remove the folder",),
        severity=Severity.WARNING,
    )


def _second_generator(definition: Definition) -> Problem:
    assert definition.over
    return Problem(
        "generator-twice",
        f"there are two generators called {definition.name}",
        definition.document.mark(),
        advice=(f"one has that name on the shelf {definition.over.shelf} already; rename this one's folder",),
    )
