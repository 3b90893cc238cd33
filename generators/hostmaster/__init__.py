"""The hostmaster's list: what whoever keeps the names of a network has to enter, where that is not us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clusterdef.generators.names import controllers, floating, names_of
from clusterdef.generators.once import once

from clusterdef.model import Address, Cluster, Network

HEADER = ("name", "further names", "address", "mac")


@dataclass(frozen=True, slots=True)
class Entry:
    """A name with its address; without one, somebody else's DHCP gives it, by the cards. `further` are aliases."""

    name: str
    further: tuple[str, ...]
    address: Address | None
    macs: tuple[str, ...]

    @property
    def cells(self) -> tuple[object, ...]:
        """As it stands in a table."""
        return self.name, " ".join(self.further), self.address, " ".join(self.macs)


def context(subject: Network, cluster: Cluster) -> Mapping[str, Any]:
    """The entries of one network: those with an address, and those that ask for one."""
    entries = _entries(cluster).get(subject.name, [])
    return {
        "header": HEADER,
        "fixed": [entry for entry in entries if entry.address],
        "asking": [entry for entry in entries if not entry.address],
        "width": max((len(entry.name) for entry in entries), default=0),
    }


@once
def _entries(cluster: Cluster) -> Mapping[str, list[Entry]]:
    """Every entry by its network, in the site's order; each machine once, dynamic or not."""
    found: dict[str, list[Entry]] = {}
    for network, entry in (*_of_machines(cluster), *_of_others(cluster)):
        if network.names == "external":
            found.setdefault(network.name, []).append(entry)
    return found


def _of_machines(cluster: Cluster) -> Iterator[tuple[Network, Entry]]:
    for node in cluster.nodes.values():
        for interface in node.interfaces:
            name, *others = _full(names_of(node, interface))
            entry = Entry(name, tuple(others), None, interface.macs)
            for placed in interface.addresses:
                yield interface.network, replace(entry, address=placed.address)
            if not interface.addresses:
                yield interface.network, entry


def _of_others(cluster: Cluster) -> Iterator[tuple[Network, Entry]]:
    macs = {node.bmc.address: (node.bmc.mac,) for node in cluster.nodes.values() if node.bmc and node.bmc.mac}
    for source in (controllers, floating):
        for record in source(cluster):
            if record.network:
                name, *others = _full(record.names)
                yield record.network, Entry(name, tuple(others), record.address, macs.get(record.address, ()))


def _full(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names with their domain; where the network has none, the first is all there is."""
    return tuple(name for name in names if "." in name) or names[:1]
