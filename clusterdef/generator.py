"""What a generator is: a name and a row for each kind of file it makes. Making them is `generate`'s work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

Context = Callable[[Any, Any], Mapping[str, Any]]
"""`context(subject, cluster)`: what a template gets besides its subject. It is pure."""

Parts = Callable[[Any], Iterable[tuple[str, Any]]]
"""`parts(cluster)`: the subjects of outputs that are for each part, by name. It is pure."""


@dataclass(frozen=True, slots=True)
class Output:
    """One kind of file: for what, when, where, from which template, and who may read it.

    Without a template, a file is what its subject's `content` says. With `serial`, its template gets a number that
    grows when the file changes. `to` are the services whose machines read it once it is published; `check` and
    `reload` are commands there, and with `always` the first is run also where the file did not change; with `fill`,
    secrets are put into its slots on the way.
    """

    name: str
    for_each: str
    path: str
    template: str = ""
    when: str = ""
    description: str = ""
    mode: int = 0o644
    owner: str = "root"
    group: str = "root"
    serial: bool = False
    link: str = ""
    link_for: str = ""
    to: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    always: bool = False
    reload: tuple[str, ...] = ()
    fill: bool = False


@dataclass(frozen=True, slots=True)
class Generator:
    """A room that makes files. `package` is its dotted name where it brings Python, which is imported when it is asked
    for: most commands make no files. A site's own generators bring none."""

    name: str
    description: str
    shelf: str
    directory: Path
    outputs: tuple[Output, ...]
    package: str | None = None

    @property
    def contexts(self) -> Mapping[str, Context]:
        """`context`, or `context_OUTPUT` (hyphens as underscores), by the name of the output."""
        found = {output.name: _context(self._room, output.name) for output in self.outputs}
        return MappingProxyType({name: context for name, context in found.items() if context})

    @property
    def parts(self) -> Parts | None:
        """Where the subjects of outputs come from that are for each part."""
        found: Parts | None = getattr(self._room, "parts", None)
        return found

    @property
    def _room(self) -> ModuleType | None:
        return import_module(self.package) if self.package else None


def load(directory: Path, data: Mapping[str, Any], shelf: str, package: str | None = None) -> Generator:
    """A generator from its room's generator.json, which has been checked against the schema before.

    `package` is the room's dotted name where it may bring Python: `context`, for all its outputs, or
    `context_OUTPUT` for one of them, and `parts`, for those that are for each part.
    """
    outputs = tuple(_output(row) for row in data["outputs"])
    return Generator(directory.name, data["description"], shelf, directory, outputs, package)


def _output(row: Mapping[str, Any]) -> Output:
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Output(**{**plain, "mode": int(row.get("mode", "0644"), 8)})


def _context(room: object, output: str) -> Context | None:
    own: Context | None = getattr(room, f"context_{output.replace('-', '_')}", None)
    return own or getattr(room, "context", None)
