"""Virtual machines: that each has a host, that the host can run it, and that they all fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from clusterdef.formats import as_size
from clusterdef.model import Interface, Node, Vm
from clusterdef.problem import Mark, Problem, did_you_mean, listing
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.relations import HYPERVISOR, place
from clusterdef.source import Document
from clusterdef.virtual import bridge, mac


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
    document: Document, drafts: Mapping[str, NodeDraft], nodes: Mapping[str, Node]
) -> Iterator[Problem]:
    """What is wrong with virtual machines and their hosts."""
    guests: dict[str, list[tuple[NodeDraft, Vm]]] = {}
    for name, node in nodes.items():
        if node.vm:
            yield from _host(document, drafts[name], node.vm, drafts)
            guests.setdefault(node.vm.host, []).append((drafts[name], node.vm))
    for host, found in guests.items():
        if host in nodes:
            yield from _capacity(document, nodes[host], found)


def _mark(document: Document, draft: NodeDraft, key: str) -> Mark:
    return place(draft, "vm", key) or document.key_mark("nodes", draft.written.key)


def _host(document: Document, draft: NodeDraft, vm: Vm, drafts: Mapping[str, NodeDraft]) -> Iterator[Problem]:
    able = [name for name, other in drafts.items() if HYPERVISOR in other.provides]
    mark = _mark(document, draft, "host")
    advice = (f"hypervisors are {listing(able)}" if able else "no node is a hypervisor: give one a role that has one",)
    if vm.host not in drafts:
        yield Problem(
            "unknown-node",
            f"{draft.name} runs on {vm.host}, which is no node",
            mark,
            did_you_mean(vm.host, drafts),
            advice=advice,
        )
    elif vm.host == draft.name:
        yield Problem("vm-host", f"{draft.name} cannot run on itself", mark, advice=advice)
    elif vm.host not in able:
        yield Problem(
            "vm-host",
            f"{draft.name} runs on {vm.host}, which is no hypervisor",
            mark,
            did_you_mean(vm.host, able),
            advice=advice,
        )
    if draft.bmc:
        message = f"{draft.name} is a virtual machine; it has no management controller"
        yield Problem(
            "vm-bmc", message, document.key_mark("nodes", draft.written.key, "bmc"), advice=("take the bmc out",)
        )


def _capacity(document: Document, host: Node, guests: list[tuple[NodeDraft, Vm]]) -> Iterator[Problem]:
    for what in ("memory", "disk"):
        limit = getattr(host.hardware, what)
        wanted = sum(getattr(vm, what) for _, vm in guests)
        if limit is not None and wanted > limit:
            draft = guests[-1][0]
            sizes = ", ".join(f"{one.name} {as_size(getattr(vm, what))}" for one, vm in guests)
            message = f"the virtual machines on {host.name} want {as_size(wanted)} of {what}; it has {as_size(limit)}"
            mark = _mark(document, draft, what)
            yield Problem(
                "host-full", message, mark, advice=(sizes, "make them smaller, or correct `hardware` of the host")
            )
