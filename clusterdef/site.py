"""A site as a whole, from its files to its cluster and its generators: what every command looks at first."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from clusterdef import catalog, generator
from clusterdef.catalog import BUILT_IN, SITE, Catalog, Definition
from clusterdef.generator import Generator
from clusterdef.inputs import Inputs, read
from clusterdef.model import Cluster
from clusterdef.problem import Problem, in_file_order
from clusterdef.render import Render, rooms
from clusterdef.resolve import Resolution, Stand, resolve

TEMPLATES = "templates"
"""The site's folder of templates and snippets that replace shipped ones."""


@dataclass(slots=True)
class Site:
    """A site that was read and resolved. `problems` is everything that is wrong, in file order."""

    file: Path
    inputs: Inputs
    resolution: Resolution
    generators: tuple[Generator, ...]
    problems: list[Problem]

    @property
    def cluster(self) -> Cluster | None:
        """The cluster; None when there are errors."""
        return self.resolution.cluster

    @property
    def folder(self) -> Path:
        """The site's folder."""
        return self.inputs.folder

    def render(self) -> Render:
        """The templates of all shelves."""
        return Render(
            rooms(self.generators, self.folder / TEMPLATES, [catalog.package_folder("clusterdef.kickstart")]),
            self.shown,
        )

    def shown(self, file: Path) -> str:
        """How a person knows a template: relative to the site's folder for its own."""
        return str(file.relative_to(self.folder)) if file.is_relative_to(self.folder) else str(Path(*file.parts[-3:]))


def load(file: Path, stand: Stand | None = None) -> Site:
    """Read and resolve the site; `stand` is shown its nodes as soon as they are there. Raises Refused when site.yaml
    cannot be read at all."""
    inputs = read(file)
    resolution = resolve(inputs, stand)
    problems = in_file_order(resolution.problems, [inputs.site.file])
    return Site(file, inputs, resolution, generators(inputs.catalog), problems)


def generators(shelves: Catalog) -> tuple[Generator, ...]:
    """The generators of all shelves."""
    return tuple(_generator(definition) for definition in shelves.generators.values())


def _generator(definition: Definition) -> Generator:
    return generator.load(definition.file.parent, definition.data, definition.shelf, _package(definition))


def _package(definition: Definition) -> str | None:
    """The dotted name of a generator's Python, where its shelf may bring any and it does."""
    if definition.shelf == SITE or not (definition.file.parent / "__init__.py").exists():
        return None
    if definition.shelf == BUILT_IN:
        return f"clusterdef.generators.{definition.name}"
    point = next(point for point in entry_points(group="clusterdef.generators") if point.name == definition.shelf)
    return f"{point.value}.{definition.name}"
