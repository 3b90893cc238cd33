"""Modules on operating systems that their definitions do not speak of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from clusterdef.catalog import Definition
from clusterdef.model import OperatingSystem
from clusterdef.problem import Problem, Severity, listing
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.settings import Settings
from clusterdef.source import Document


def system_problems(
    document: Document, modules: Mapping[str, Definition], drafts: Iterable[NodeDraft], settings: Settings
) -> Iterator[Problem]:
    """A warning for each operating system that some module of its machines does not list."""
    for system, used in _used(drafts, settings).items():
        strange = [name for name in sorted(used) if not _covers(modules.get(name), system)]
        if strange:
            yield _not_made_for(strange, system, document)


def _not_made_for(modules: Sequence[str], system: OperatingSystem, document: Document) -> Problem:
    single = len(modules) == 1
    subject = f"module {modules[0]} is" if single else f"modules {listing(modules, 6)} are"
    return Problem(
        "module-os",
        f"{subject} not made for {system.family} {system.release}",
        document.key_mark("os", system.name),
        severity=Severity.WARNING,
        advice=(f'list {system.family} under "os" of {"its" if single else "their"} module.json once it works there',),
    )


def _used(drafts: Iterable[NodeDraft], settings: Settings) -> Mapping[OperatingSystem, set[str]]:
    """The modules of the machines of each operating system."""
    found: dict[str, set[str]] = {}
    seen = set()
    for draft in drafts:
        pair = (id(draft.profile), id(draft.settings))
        if draft.profile.device or pair in seen:
            continue
        seen.add(pair)
        system = settings.system(draft.settings.get("os"))
        if system:
            found.setdefault(system.name, set()).update(draft.profile.modules)
    return {settings.systems[name]: names for name, names in found.items()}


def _covers(module: Definition | None, system: OperatingSystem) -> bool:
    """Whether a module lists the system; one that lists none is made for all, and 9 covers 9.6."""
    listed = module.data.get("os") if module else None
    if not listed:
        return True
    releases: Sequence[str] = listed.get(system.family, ())
    return any(system.release == one or system.release.startswith(f"{one}.") for one in releases)
