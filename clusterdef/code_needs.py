"""Which Puppet modules a cluster needs from others, and which of those have to be fetched: decided, not yet fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterdef import puppet_code
from clusterdef.catalog import Catalog, package_folder
from clusterdef.code_source import FORGE, Source, source
from clusterdef.model import Cluster
from clusterdef.problem import Problem, Refused
from clusterdef.puppetfile import parsed
from clusterdef.version_range import fits

PINS = "Puppetfile"
"""Beside the shipped modules: the versions of others' that these were tried with."""
PACKAGED = ("debian", "ubuntu")
"""Families whose servers have packages of the usual libraries."""
SERVER = "configuration"
"""The service whose machine reads the code."""
METADATA = "metadata.json"


@dataclass(frozen=True, slots=True)
class Need:
    """A module that is fetched, and who asked for it."""

    name: str
    source: Source
    by: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a definition says: modules with a source of their own, code that is there, pins, and whether libraries are
    fetched as well or left to the server's packages."""

    named: Mapping[str, Need]
    shelved: Mapping[str, Path]
    pins: Mapping[str, Source]
    own: frozenset[str]
    fetched: bool


def wishes(cluster: Cluster, catalog: Catalog, said: Mapping[str, Any]) -> Wishes:
    """What the definition says; `said` is the site's section `modules`."""
    named = {}
    for name, module in cluster.modules.items():
        if "source" in module.definition and module.classes:
            puppet = puppet_code.puppet_name(module.classes)
            named[puppet] = Need(puppet, source(module.definition["source"]), f"module {name}")
    own = {name: source(one) for name, one in said.get("pins", {}).items()}
    return Wishes(
        named, puppet_code.shelved(cluster, catalog), {**shipped(), **own}, frozenset(own), _fetched(cluster, said)
    )


def shipped() -> Mapping[str, Source]:
    """The versions of other people's modules that the shipped ones were tried with."""
    file = package_folder("clusterdef.puppet") / PINS
    return {name.rpartition("-")[2]: Source(FORGE, name, version) for name, version in parsed(file.read_text("utf-8"))}


def _fetched(cluster: Cluster, said: Mapping[str, Any]) -> bool:
    if "libraries" in said:
        return bool(said["libraries"] == "fetched")
    servers = cluster.providers(SERVER)
    return bool(servers) and not (servers[0].os and servers[0].os.family in PACKAGED)


Fetch = Callable[[Need], Path]
"""`fetch(need)`: the folder with its code."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of following the dependencies: what is fetched, and what is left to packages of the server."""

    needs: Mapping[str, Need]
    left: Mapping[str, str]
    problems: tuple[Problem, ...]


def follow(wished: Wishes, fetch: Fetch) -> Found:
    """Everything that is needed, with what that needs in turn; each is fetched once."""
    needs = dict(wished.named)
    left: dict[str, str] = {}
    problems: list[Problem] = []
    open_ = [(f"module {name}", folder) for name, folder in wished.shelved.items()]
    waiting = list(needs.values())
    while open_ or waiting:
        if not open_:
            need = waiting.pop(0)
            open_.append((need.name, fetch(need)))
        by, folder = open_.pop(0)
        for name, wanted in dependencies(folder):
            if name in wished.shelved or name in left:
                continue
            if name not in needs:
                pin = wished.pins.get(name) if wished.fetched or name in wished.own else None
                if pin is None and (wished.fetched or not _usual(name)):
                    problems.append(_unpinned(name, by, wanted))
                if pin is None:
                    left[name] = by
                    continue
                needs[name] = Need(name, pin, by)
                waiting.append(needs[name])
            if not fits(needs[name].source.version, wanted):
                problems.append(_unfit(needs[name], by, wanted))
    return Found(needs, left, tuple(problems))


def dependencies(folder: Path) -> Iterator[tuple[str, str]]:
    """What a module's metadata.json says it needs: Puppet's name of each, and the range of versions."""
    file = folder / METADATA
    try:
        rows = json.loads(file.read_bytes()).get("dependencies", [])
        for row in rows:
            yield row["name"].replace("/", "-").rpartition("-")[2], row.get("version_requirement", "")
    except FileNotFoundError:
        return
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused(Problem("module-metadata", f"{file} cannot be read: {error}", subject=str(file))) from error


def _usual(name: str) -> bool:
    return name in shipped()


def _unpinned(name: str, by: str, wanted: str) -> Problem:
    message = (
        f"{by} needs Puppet module {name}{f' ({wanted})' if wanted else ''}, and nobody says where that comes from"
    )
    advice = (f"in site.yaml:   modules: {{pins: {{{name}: {{forge: OWNER-{name}, version: 1.2.3}}}}}}",)
    return Problem("module-unpinned", message, advice=advice, subject=name)


def _unfit(need: Need, by: str, wanted: str) -> Problem:
    message = f"{by} needs {need.name} {wanted}, and {need.by} names {need.source}"
    advice = (f"in site.yaml:   modules: {{pins: {{{need.name}: …}}}}", "or take another version of the one that asks")
    return Problem("module-version", message, advice=advice, subject=need.name)
