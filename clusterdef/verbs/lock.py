"""Lock: which code the modules of others have, exactly; to fetch that, and to look whether it is there."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clusterdef import code_lock, code_needs, puppet_code, replacement, wiring
from clusterdef.code_lock import NAME, PUPPETFILE, Lock, Locked
from clusterdef.code_needs import Need
from clusterdef.fetched import FETCH, Fetched
from clusterdef.model import Cluster
from clusterdef.ports.origin import Origin
from clusterdef.problem import Problem, Refused, Severity, did_you_mean, has_errors, listing
from clusterdef.site import Site, load

SECTION = "modules"
LOCKING = "have it fetched, and commit what that writes:   clusterdef module lock"
SAME, HERE = "as before", "fetched"
"""How a module stands to the former lock, and in the store."""
Origins = Mapping[str, Origin]
"""Kind of place -> whoever fetches from there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One module: how it stands to the former lock (`new`, `changed`, `as before`, `gone`), or in the store."""

    name: str
    locked: Locked
    state: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it; `left` are modules that the server has from its own packages, with who needs them; `unlocked`
    are those that it needs and that nobody locked."""

    rows: tuple[Row, ...]
    left: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    unlocked: tuple[str, ...] = ()


def said(site: Site) -> Mapping[str, Any]:
    """The site's section about other people's modules."""
    data = site.inputs.site.data
    found = data.get(SECTION) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def lock(file: Path, only: Collection[str], environment: Mapping[str, str]) -> Report:
    """Look anew what every source means, fetch it, and write the lock and the Puppetfile.

    With `only`, the others stay as they are locked. Raises Refused, with nothing written, when something is not there.
    """
    site, cluster = _sound(file)
    before = code_lock.read(site.folder)
    work = _Locking(site, before, only, environment)
    found = code_needs.follow(code_needs.wishes(cluster, site.inputs.catalog, said(site)), work.fetch)
    if found.problems:
        raise Refused(*found.problems)
    if strange := [name for name in only if name not in found.needs]:
        raise Refused(_strange(strange[0], found.needs))
    made = Lock({name: work.locked[name] for name in sorted(found.needs)})
    if not made.modules and not (site.folder / NAME).exists():
        return Report((), found.left)
    replacement.put(site.folder / PUPPETFILE, made.puppetfile().encode())
    replacement.put(site.folder / NAME, made.text().encode())
    Fetched(site.folder).forget(made)
    return Report(tuple(_compared(before, made, found.needs)), found.left)


class _Locking:
    """One run of `lock`: what was fetched so far."""

    def __init__(self, site: Site, before: Lock, only: Collection[str], environment: Mapping[str, str]) -> None:
        self.locked: dict[str, Locked] = {}
        self._store = Fetched(site.folder)
        self._origins = origins(site, environment)
        self._before = before
        self._only = only

    def fetch(self, need: Need) -> Path:
        """The folder of the module's code, fetched unless it may stay as it is."""
        former = self._before.modules.get(need.name)
        stays = self._only and need.name not in self._only and former and former.source == need.source
        exact, content = (former.exact, former.content) if stays and former else ("", "")
        if not content or self._store.state(need.name, Locked(need.source, exact, content)) != HERE:
            exact, content = _into(self._store, self._origins, need.name, Locked(need.source, exact, content))
        self.locked[need.name] = Locked(need.source, exact, content)
        return self._store.place(need.name, content)


def fetch(file: Path, environment: Mapping[str, str]) -> Report:
    """Fetch what the lock names and what is not here yet, or was changed here.

    Raises Refused when something is not there any more, or is no longer what was locked.
    """
    site, _ = _sound(file)
    store, found = Fetched(site.folder), code_lock.read(site.folder)
    by = origins(site, environment)
    rows = []
    for name, one in found.modules.items():
        state = store.state(name, one)
        if state != HERE:
            shutil.rmtree(store.place(name, one.content), ignore_errors=True)
            _into(store, by, name, one)
        rows.append(Row(name, one, SAME if state == HERE else HERE))
    store.forget(found)
    return Report(tuple(rows), {})


def verify(file: Path) -> Report:
    """How every locked module stands here, and whether the lock is what the definition asks for. Nothing is changed."""
    site, cluster = _sound(file)
    store, found = Fetched(site.folder), code_lock.read(site.folder)
    rows = tuple(Row(name, one, store.state(name, one)) for name, one in found.modules.items())
    return Report(rows, {}, tuple(problems(site, cluster)), tuple(unfetched(site, cluster)))


def problems(site: Site, cluster: Cluster) -> Iterator[Problem]:
    """What a check says of the lock: sources that it lacks or knows otherwise (until it is published, somebody may
    still be at work there), and code that is not here."""
    try:
        found = code_lock.read(site.folder)
    except Refused as refused:
        yield from refused.problems
        return
    wished = code_needs.wishes(cluster, site.inputs.catalog, said(site))
    for name, need in wished.named.items():
        if name not in found.modules or found.modules[name].source != need.source:
            yield _unlocked(site, cluster, need, found.modules.get(name))
    missing = [
        name for name, one in found.modules.items() if not Fetched(site.folder).place(name, one.content).is_dir()
    ]
    if missing:
        message = f"{', '.join(missing)}: locked, and not fetched on this machine"
        yield Problem("module-unfetched", message, advice=(FETCH,), subject=NAME)


def unlocked(site: Site) -> list[Problem]:
    """The sources that the lock lacks, as errors: what is published without its code fails on every machine."""
    found = (problem for problem in site.problems if problem.code == "module-unlocked")
    return [replace(problem, severity=Severity.ERROR) for problem in found]


def unfetched(site: Site, cluster: Cluster) -> list[str]:
    """Puppet modules that the configuration server needs, and that neither its system's packages nor the lock bring."""
    wished = code_needs.wishes(cluster, site.inputs.catalog, said(site))
    every = {name for folder in wished.shelved.values() for name, _ in code_needs.dependencies(folder)}
    return sorted(every - wished.shelved.keys() - code_lock.read(site.folder).modules.keys()) if wished.fetched else []


def lacking(names: Sequence[str]) -> str:
    """What to do about modules that the configuration server needs, and that nobody locked."""
    return (
        f"the configuration server needs Puppet modules {listing(names)}: clusterdef module lock fetches them, "
        "unless they are there already (`modules: {libraries: packaged}`)"
    )


def code(site: Site, cluster: Cluster) -> Mapping[str, Path]:
    """Puppet's name and the folder of all code that the cluster's server is given.

    Raises Refused unless what was locked is there, exactly as it was.
    """
    fetched_ = Fetched(site.folder).folders(code_lock.read(site.folder))
    return {**puppet_code.shelved(cluster, site.inputs.catalog), **fetched_}


def origins(site: Site, environment: Mapping[str, str]) -> Origins:
    """Whoever fetches from where, by way of the site's mirrors."""
    return wiring.origins(said(site), site.folder, environment)


def _into(store: Fetched, by: Origins, name: str, wanted: Locked) -> tuple[str, str]:
    """Fetch one module into the store: what exactly was found, and the digest of its code."""
    scratch = store.scratch(name)
    try:
        exact = by[wanted.source.kind].fetch(wanted.source, wanted.exact, scratch)
        if not (scratch / puppet_code.MANIFESTS).is_dir() and not (scratch / "lib").is_dir():
            raise Refused(_no_module(name, wanted))
        content = store.keep(name, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if wanted.content and content != wanted.content:
        raise Refused(_differs(name, wanted))
    return exact, content


def _sound(file: Path) -> tuple[Site, Cluster]:
    site = load(file)
    if site.cluster is None or has_errors(site.problems):
        raise Refused(*(problem for problem in site.problems if problem.severity is Severity.ERROR))
    return site, site.cluster


def _compared(before: Lock, made: Lock, needs: Mapping[str, Need]) -> Iterator[Row]:
    for name in sorted(before.modules.keys() | made.modules.keys()):
        was, now = before.modules.get(name), made.modules.get(name)
        if now is None:
            assert was
            yield Row(name, was, "gone")
        else:
            yield Row(name, now, "new" if was is None else SAME if was == now else "changed", needs[name].by)


def _unlocked(site: Site, cluster: Cluster, need: Need, locked: Locked | None) -> Problem:
    definition = site.inputs.catalog.modules.get(need.by.removeprefix("module "))
    mark = definition.document.mark("source") if definition else None
    known = f"the lock has {locked.source} of it" if locked else "it is not locked yet"
    message = f"{need.by} takes its Puppet code from {need.source}, and {known}"
    return Problem("module-unlocked", message, mark, advice=(LOCKING,), severity=Severity.WARNING)


def _strange(name: str, needs: Mapping[str, Need]) -> Problem:
    message = f"there is no fetched Puppet module {name}"
    return Problem("unknown-definition", message, label=did_you_mean(name, needs), subject=name)


def _no_module(name: str, wanted: Locked) -> Problem:
    message = f"{wanted.source} is no Puppet module: it has neither {puppet_code.MANIFESTS} nor lib at its top"
    return Problem("module-empty", message, subject=name)


def _differs(name: str, wanted: Locked) -> Problem:
    message = f"{wanted.source} is not the code that was locked for module {name}"
    advice = (
        "somebody changed it there: find out who",
        f"to take what is there now, and read what that changes:   clusterdef module lock {name}",
    )
    return Problem("module-differs", message, advice=advice, subject=name)


__all__ = [
    "HERE",
    "NAME",
    "PUPPETFILE",
    "SAME",
    "Report",
    "Row",
    "code",
    "fetch",
    "lacking",
    "lock",
    "problems",
    "unfetched",
    "unlocked",
    "verify",
]
