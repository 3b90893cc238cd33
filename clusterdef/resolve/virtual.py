"""Virtual machines: that each has a host, that the host can run it, and that they all fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from clusterdef.formats import as_size
from clusterdef.model import Interface, Node, Vm
from clusterdef.problem import Mark, Problem, Severity, did_you_mean, listing
from clusterdef.resolve.doubts import Doubts
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.relations import HYPERVISOR, place
from clusterdef.source import Document
from clusterdef.virtual import bridge, mac

LEAST: Mapping[str, int] = MappingProxyType({"el": 3 * 1024**3})
"""By family: bytes of memory below which an installer that comes over the network does not start. Enterprise Linux
keeps its image there, which is of about a gigabyte, and has no more than half of all for it."""


def plug_in(cluster: str, drafts: Mapping[str, NodeDraft]) -> None:
    """Give virtual machines the hardware addresses that nobody typed, and their hosts the bridges that they need.

    Without a bridge the guest could not reach its own host, which as a rule gives it its address.
    """
    for draft in drafts.values():
        host = drafts.get(draft.settings.get("vm", {}).get("host", ""))
        if host is None:
            continue
        _change(
            draft,
            {
                one.network.name: replace(one, macs=one.macs or (mac(cluster, draft.name, one.network.name),))
                for one in draft.interfaces
            },
        )
        shared = [one for one in host.interfaces if one.network.name in draft.networks]
        _change(host, {one.network.name: replace(one, bridge=one.bridge or bridge(one.network.name)) for one in shared})


def _change(draft: NodeDraft, changed: Mapping[str, Interface]) -> None:
    draft.interfaces = tuple(changed.get(one.network.name, one) for one in draft.interfaces)
    if draft.primary:
        draft.primary = changed.get(draft.primary.network.name, draft.primary)


def virtual_problems(
    document: Document, drafts: Mapping[str, NodeDraft], nodes: Mapping[str, Node], doubts: Doubts
) -> Iterator[Problem]:
    """What is wrong with virtual machines and their hosts."""
    able = [name for name, draft in drafts.items() if HYPERVISOR in draft.provides]
    guests: dict[str, list[tuple[NodeDraft, Vm]]] = {}
    for name, node in nodes.items():
        if node.vm:
            if node.vm.host not in doubts.dim:
                yield from _host(document, drafts[name], node.vm, drafts, able)
            yield from _controller(document, drafts[name])
            yield from _memory(document, drafts[name], node, node.vm)
            guests.setdefault(node.vm.host, []).append((drafts[name], node.vm))
    for host, found in guests.items():
        if host in nodes:
            yield from _capacity(document, nodes[host], found)


def _mark(document: Document, draft: NodeDraft, key: str) -> Mark:
    return place(draft, "vm", key) or document.key_mark("nodes", draft.written.key)


def _host(
    document: Document, draft: NodeDraft, vm: Vm, drafts: Mapping[str, NodeDraft], able: list[str]
) -> Iterator[Problem]:
    others = [name for name in able if name != draft.name]
    mark = _mark(document, draft, "host")
    none = "no other node is a hypervisor: give one a role that has one"
    advice = (f"hypervisors are {listing(others)}" if others else none,)
    if vm.host not in drafts:
        label = did_you_mean(vm.host, drafts)
        yield Problem("unknown-node", f"{draft.name} runs on {vm.host}, which is no node", mark, label, advice=advice)
    elif vm.host == draft.name:
        yield Problem("vm-host", f"{draft.name} cannot run on itself", mark, advice=advice)
    elif vm.host not in able:
        message = f"{draft.name} runs on {vm.host}, which is no hypervisor"
        yield Problem("vm-host", message, mark, did_you_mean(vm.host, others), advice=advice)
    else:
        yield from _cards(document, draft, drafts[vm.host])


def _controller(document: Document, draft: NodeDraft) -> Iterator[Problem]:
    if draft.bmc:
        message = f"{draft.name} is a virtual machine; it has no management controller"
        mark = document.key_mark("nodes", draft.written.key, "bmc")
        yield Problem("vm-bmc", message, mark, advice=("take the bmc out",))


def _cards(document: Document, draft: NodeDraft, host: NodeDraft) -> Iterator[Problem]:
    """A virtual machine reaches a network through a card of its host."""
    for network in draft.networks:
        if network not in host.networks:
            message = f"{draft.name} is on network {network}, where its host {host.name} has no card"
            mark = document.key_mark("nodes", draft.written.key, "net", network)
            advice = (f"attach {host.name} to {network}, or let {draft.name} run on a host that is on it",)
            yield Problem("vm-network", message, mark, advice=advice)


def _memory(document: Document, draft: NodeDraft, node: Node, vm: Vm) -> Iterator[Problem]:
    """What Enterprise Linux's own manual asks for."""
    least = LEAST.get(node.os.family, 0) if node.os and node.install == "network" else 0
    if vm.memory < least:
        message = (
            f"{node.name} has {as_size(vm.memory)} of memory; its installer comes over the network, and does not start"
        )
        advice = (f"at least {as_size(least)}, better {as_size(least + 1024**3)}; or `install: image`",)
        yield Problem("vm-memory", message, _mark(document, draft, "memory"), severity=Severity.WARNING, advice=advice)


def _wish(document: Document, guests: list[tuple[NodeDraft, Vm]], what: str) -> Mark:
    """The last place in the site that wants some of it; where roles alone do, the last machine."""
    places = [place(draft, "vm", what) for draft, _ in reversed(guests)]
    entry = document.key_mark("nodes", guests[-1][0].written.key)
    return next((mark for mark in places if mark and mark.file == document.file), entry)


def _capacity(document: Document, host: Node, guests: list[tuple[NodeDraft, Vm]]) -> Iterator[Problem]:
    for what in ("memory", "disk"):
        limit = getattr(host.hardware, what)
        wanted = sum(getattr(vm, what) for _, vm in guests)
        if limit is not None and wanted > limit:
            sizes = listing(f"{one.name} {as_size(getattr(vm, what))}" for one, vm in guests)
            message = f"the virtual machines on {host.name} want {as_size(wanted)} of {what}; it has {as_size(limit)}"
            mark = _wish(document, guests, what)
            yield Problem(
                "host-full", message, mark, advice=(sizes, "make them smaller, or correct `hardware` of the host")
            )
