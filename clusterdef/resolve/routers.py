"""Addresses of routers that stand under `networks:` and that a machine has as well.

A machine that is the router, as the definition knows it, may have them: one that provides the service, or a device.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from clusterdef.model import Address
from clusterdef.problem import Also, Mark, Problem
from clusterdef.resolve.draft import NodeDraft
from clusterdef.source import Document

GATEWAY = "gateway"
"""The service of whoever passes packets on."""

Router = tuple[str, str, Mark]
"""The network, what the address is there, and where that is written."""


def router_problems(document: Document, drafts: Iterable[NodeDraft]) -> Iterator[Problem]:
    """Machines and controllers that have the address of a router, each place once."""
    routers = dict(_routers(document))
    told: set[Mark] = set()
    for draft in drafts if routers else ():
        if draft.bmc and draft.bmc.address in routers:
            yield from _taken(draft.bmc.name, draft.bmc.address, _bmc_place(document, draft), routers, told)
        if draft.profile.device or GATEWAY in draft.provides:
            continue
        for interface in draft.interfaces:
            for placed in interface.addresses:
                if placed.address in routers:
                    mark = _place(document, draft, interface.network.name)
                    yield from _taken(draft.name, placed.address, mark, routers, told)


def _routers(document: Document) -> Iterator[tuple[Address, Router]]:
    """Gateways and relays that are written as addresses; where a node is named, it is that node."""
    for network, data in document.data["networks"].items():
        for holder in _holders(data):
            for key in (GATEWAY, "relay"):
                try:
                    yield ip_address(holder.get(key, "")), (network, key, document.mark_in(holder, key))
                except ValueError:
                    continue


def _holders(data: Any) -> Iterator[dict[str, Any]]:
    every = [data, *(data.get("subnets") or ())] if isinstance(data, dict) else ()
    yield from (holder for holder in every if isinstance(holder, dict))


def _bmc_place(document: Document, draft: NodeDraft) -> Mark:
    said = draft.written.said("bmc")
    assert said
    value, word = said
    return document.mark_in(value, "address") if isinstance(value, dict) else document.mark_in(word.data, "bmc")


def _place(document: Document, draft: NodeDraft, network: str) -> Mark:
    """Where the address on a network is written."""
    net = next(word.data["net"] for word in reversed(draft.written.words) if network in (word.data.get("net") or ()))
    long = net[network]
    return document.mark_in(long, "address") if isinstance(long, dict) else document.mark_in(net, network)


def _taken(
    name: str, address: Address, mark: Mark, routers: Mapping[Address, Router], told: set[Mark]
) -> Iterator[Problem]:
    if mark in told:
        return
    told.add(mark)
    network, what, where = routers[address]
    message = f"{name}: address {address} is the {what} of network {network}"
    advice = "give one of the two another address"
    if what == GATEWAY and not name.endswith("-bmc"):
        advice += f"; if {name} is the gateway, name it there: `gateway: {name}`"
    yield Problem("address-taken", message, mark, also=(Also(where, "taken here"),), advice=(advice,))
