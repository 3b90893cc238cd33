"""What settings ask of disks and of the loader that no installer can do, or that nothing is there for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clusterdef.formats import size_in_bytes
from clusterdef.model import OperatingSystem
from clusterdef.problem import Also, Problem, Severity, listing
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.relations import place
from clusterdef.resolve.settings import Settings
from clusterdef.source import Document

INSTALLED = ("network", "usb")
"""Ways of installation by which an installer divides the disks."""

KEEPING = ("el",)
"""Families whose installer can leave a file system as it is."""


def keep_problems(document: Document, draft: NodeDraft, settings: Settings) -> Iterator[Problem]:
    """What a node is to keep, and would not be kept. Scripts that divide the disks themselves answer for themselves."""
    keep = draft.settings["keep"]
    layout = settings.layouts.get(draft.settings["disk_layout"]) if keep else None
    if layout is None or draft.install not in INSTALLED or draft.settings.get("scripts", {}).get("part"):
        return
    there = {volume.mount for volume in layout.volumes} - {"swap"}
    nowhere = [mount for mount in dict.fromkeys(keep) if mount not in there]
    system = _system(document, draft, settings)
    refused = system and system.family not in KEEPING and any(mount in there for mount in keep)
    if not nowhere and not refused:
        return
    mark = place(draft, "keep") or document.key_mark("nodes", draft.written.key)
    if nowhere:
        message = f"nothing is kept of {listing(nowhere)}: disk layout {layout.name} has no such file system"
        advice = f"it has {listing(sorted(there))}; disks that are not part of it are never touched"
        yield Problem("keep-nowhere", message, mark, severity=Severity.NOTE, advice=(advice,))
    if system and refused:
        kept = listing(dict.fromkeys(mount for mount in keep if mount in there))
        message = f"the installer of {system.name} cannot keep {kept}, and takes no disk that is not empty"
        advice = "a new installation is refused until somebody adds clusterdef.discard to its boot line"
        yield Problem("keep-refused", message, mark, severity=Severity.NOTE, advice=(advice,))


def size_problems(document: Document, draft: NodeDraft) -> Iterator[Problem]:
    """Bounds that no disk lies within."""
    for purpose, disk in draft.settings["disks"].items():
        least, most = disk.get("min"), disk.get("max")
        if least and most and size_in_bytes(least) > size_in_bytes(most):
            mark = place(draft, "disks", purpose, "min") or document.key_mark("nodes", draft.written.key)
            message = f"no disk fits for {purpose}: it would have at least {least} and at most {most}"
            advice = ("correct one of them; a disk has fewer bytes than its label says, so leave some room",)
            yield Problem("out-of-bounds", message, mark, advice=advice)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way of installation with one loader for all: where machines start, which loader, what else may be done."""

    place: str
    loader: str
    advice: str


_ONE_LOADER: Mapping[str, _Way] = {
    "network": _Way(
        "the network",
        "the loader that machines get from the network",
        "install the machines of the other family from a key (`install: usb`)",
    ),
    "usb": _Way(
        "one key",
        "the loader on a key",
        "install the machines of the other family over the network (`install: network`)",
    ),
}


def loader_problems(document: Document, drafts: Mapping[str, NodeDraft], settings: Settings) -> Iterator[Problem]:
    """Secure Boot for systems of two families by one way: its loader trusts its own maker's kernels alone."""
    secure = [draft for draft in drafts.values() if draft.settings["secure_boot"] and not draft.profile.device]
    for install, way in _ONE_LOADER.items():
        first: dict[str, NodeDraft] = {}
        for draft in secure:
            system = _system(document, draft, settings)
            if system and draft.install == install:
                first.setdefault(system.family, draft)
        if len(first) > 1:
            yield _two_families(document, list(first.items()), way)


def _two_families(document: Document, found: Sequence[tuple[str, NodeDraft]], way: _Way) -> Problem:
    (one, draft), (other, second) = found[:2]
    mark = place(second, "secure_boot") or document.key_mark("nodes", second.written.key)
    also = place(draft, "secure_boot") or document.key_mark("nodes", draft.written.key)
    return Problem(
        "secure-boot-families",
        f"{draft.name} ({one}) and {second.name} ({other}) cannot both start from {way.place} with Secure Boot",
        mark,
        also=() if also == mark else (Also(also, f"for {draft.name} here"),),
        advice=(
            f"{way.loader} is of one family, and trusts only kernels of its own maker",
            f"{way.advice}, or leave secure_boot out for them",
        ),
    )


def _system(document: Document, draft: NodeDraft, settings: Settings) -> OperatingSystem | None:
    name = draft.settings.get("os") or document.data["cluster"].get("os", "")
    return settings.systems.get(name)
