"""What a machine's networks go over: each over an interface of its own, or tagged; one that nobody named is told.

Only machines that an installer sets up: what a retrofitted one or a device has, it has already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from clusterdef.model import Interface
from clusterdef.nodeset import fold
from clusterdef.problem import Mark, Problem, Severity, listing
from clusterdef.resolve.draft import NodeDraft
from clusterdef.source import Document, Table

INSTALLED = ("network", "usb", "image")
"""Ways of installing in which the installer sets up the networks."""

STARTED_FROM = ("el",)
"""Families whose installer knows which interface the machine started from."""


class Cause(NamedTuple):
    """What is wrong with one network of a machine: a sentence behind the machines' names, and what to do."""

    code: str
    network: str
    message: str
    advice: str
    severity: Severity = Severity.ERROR


def carrier_problems(document: Document, table: Table | None, drafts: Iterable[NodeDraft]) -> Iterator[Problem]:
    """Networks of a machine that cannot be told apart, or that the installer would leave out; each place once."""
    told: dict[tuple[Mark, Cause], list[str]] = {}
    for draft in drafts:
        if draft.install in INSTALLED and not _plain(draft):
            for cause in _causes(draft, _family(document, draft)):
                told.setdefault((_mark(document, table, draft, cause.network), cause), []).append(draft.name)
    for (mark, cause), names in told.items():
        message = f"{fold(names)}: {cause.message}"
        yield Problem(cause.code, message, mark, advice=(cause.advice,), severity=cause.severity)


def _family(document: Document, draft: NodeDraft) -> str:
    """The family of its operating system, empty when that is not known."""
    systems, name = document.data.get("os", {}), draft.settings.get("os", document.data["cluster"].get("os"))
    found = systems.get(name) if isinstance(name, str) else None
    return str(found.get("family", "")) if isinstance(found, dict) else ""


def _plain(draft: NodeDraft) -> bool:
    """Each network over an interface of its own that somebody named, as most machines have."""
    taken = set()
    for one in draft.interfaces:
        if len(one.devices) != 1 or len(one.macs) > 1 or one.bond:
            return False
        taken.add(one.devices[0])
    return len(taken) == len(draft.interfaces)


def _causes(draft: NodeDraft, family: str) -> Iterator[Cause]:
    if len(draft.interfaces) > 1:
        for one, other in combinations(draft.interfaces, 2):
            yield from _together(one, other)
    for interface in draft.interfaces:
        yield from _joined(interface)
    unnamed = [one.network.name for one in draft.interfaces if _unnamed(draft, one, family)]
    if unnamed:
        message = f"nobody said which interface {listing(unnamed)} {'is' if len(unnamed) == 1 else 'are'} on"
        advice = "the installer leaves out what it does not find; add it to the inventory, a row for each network"
        yield Cause("no-interface", unnamed[0], message, advice, Severity.NOTE)


def _together(one: Interface, other: Interface) -> Iterator[Cause]:
    """Two networks over the same hardware, where neither tag nor bond keeps them apart."""
    shared = [device for device in other.devices if device in one.devices]
    names = f"{one.network.name} and {other.network.name}"
    here = other.network.name
    same_bond = one.bond and other.bond and one.bond.name == other.bond.name
    if same_bond and set(one.devices) != set(other.devices):
        assert one.bond
        advice = "give one of them another name, such as `bond: {name: bond1, …}`"
        message = f"networks {names} have a bond {one.bond.name} each, of different interfaces"
        yield Cause("interface-taken", here, message, advice)
    elif shared and bool(one.bond or other.bond) and not same_bond:
        message = f"networks {names} are both on {listing(shared)}, which a bond joins with others"
        advice = "let both be on the bond, one of them tagged (`vlan:`), or take another interface"
        yield Cause("interface-taken", here, message, advice)
    elif shared and one.vlan == other.vlan:
        message = f"networks {names} are both on {listing(shared)}"
        advice = "give one of them another interface, or a tag: `vlan:`"
        yield Cause("interface-taken", here, message, advice)


def _joined(interface: Interface) -> Iterator[Cause]:
    """Several interfaces on one network are one only when something joins them."""
    devices = tuple(dict.fromkeys(interface.devices))
    several = devices if len(devices) > 1 else tuple(dict.fromkeys(interface.macs))
    if len(several) > 1 and not interface.bond and not interface.bridge:
        name = interface.network.name
        message = f"{listing(several)} are on network {name}, and nothing joins them; only {several[0]} is set up"
        advice = "say `bond: {mode: active-backup}` or another mode, or keep one of them"
        yield Cause("not-joined", name, message, advice, Severity.WARNING)


def _unnamed(draft: NodeDraft, interface: Interface, family: str) -> bool:
    """Whether nobody can tell what an interface is. The one that a machine starts from, and its only one, are found."""
    if interface.devices or (interface.macs and not interface.bond and interface.network.kind != "infiniband"):
        return False
    if interface.bond or interface.network.kind == "infiniband":
        return True
    boot = next((one for one in draft.interfaces if one.network.boot), None)
    if boot and draft.install == "network" and family in STARTED_FROM:
        return interface is not boot
    return len(draft.interfaces) > 1


def _mark(document: Document, table: Table | None, draft: NodeDraft, network: str) -> Mark:
    """Where the interface is written, in the inventory or the site; else where the network is."""
    nets = [word.data["net"] for word in draft.written.words if network in (word.data.get("net") or ())]
    long = nets[-1][network]
    if isinstance(long, dict) and "interface" in long:
        return document.mark_in(long, "interface")
    return _row(table, draft.name, network) or document.key_mark_in(nets[-1], network)


def _row(table: Table | None, name: str, network: str) -> Mark | None:
    """The cell of the inventory that names the interface."""
    if table is None or not {"interface", "name", "network"} <= set(table.header):
        return None
    for row in table.rows:
        if (row.values["name"], row.values["network"]) == (name, network) and row.values["interface"]:
            return table.mark(row, "interface")
    return None
