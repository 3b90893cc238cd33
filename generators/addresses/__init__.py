"""Which addresses are taken, by whom: every network with its machines, controllers, gateways and pools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from clusterdef.generators.names import full_name
from clusterdef.generators.once import once

from clusterdef.model import Address, Cluster, Network, Node

HEADER = ("network", "address", "last", "name", "machine", "what", "mac")
"""Columns of the table; `last` is the end of a pool."""

DHCP = {
    "managed": "our DHCP",
    "relay": "our DHCP, through a relay",
    "proxy": "the DHCP of others; ours only adds what to boot from",
    "none": "nobody of ours",
}
"""Who gives out addresses, in words."""


@dataclass(frozen=True, slots=True)
class Row:
    """An address, or all from `address` to `last`. `what` is a device of the machine, or why the address is taken."""

    address: Address
    name: str = ""
    machine: str = ""
    what: str = ""
    mac: str = ""
    last: Address | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As it stands in the page."""
        address = f"{self.address} to {self.last}" if self.last else str(self.address)
        return address, self.name, self.machine, self.what, self.mac


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The tables, and the same as one."""
    found = tables(cluster)
    return {
        "tables": found,
        "header": HEADER,
        "dhcp": DHCP,
        "records": [
            (network.name, row.address, row.last, row.name, row.machine, row.what, row.mac)
            for network, rows in found
            for row in rows
        ],
    }


@once
def tables(cluster: Cluster) -> list[tuple[Network, list[Row]]]:
    """Rows by network, IPv4 first, in the order of their addresses."""
    found: dict[str, list[Row]] = {name: [] for name in cluster.networks}
    for node in cluster.nodes.values():
        for network, row in _of_node(node):
            found[network.name].append(row)
    for network in cluster.networks.values():
        found[network.name] += _others(network, {row.address for row in found[network.name]})
    for one in cluster.floating:
        where = f"moves between {', '.join(one.nodes)}"
        found[one.network.name].append(Row(one.address.address, full_name(one.name, one.network), "", where))
    return [
        (network, sorted(found[name], key=lambda row: (row.address.version, int(row.address))))
        for name, network in cluster.networks.items()
    ]


def _of_node(node: Node) -> Iterator[tuple[Network, Row]]:
    for interface in node.interfaces:
        for placed in interface.addresses:
            words = (interface.device, "gateway" if placed.subnet.gateway == placed.address else None)
            what = ", ".join(filter(None, words))
            yield interface.network, Row(placed.address, interface.fqdn, node.name, what, interface.mac or "")
    if node.bmc and node.bmc.network:
        yield node.bmc.network, Row(node.bmc.address, node.bmc.fqdn, node.name, "bmc", node.bmc.mac or "")


def _others(network: Network, ours: Set[Address]) -> Iterator[Row]:
    """Addresses that no machine of ours has, and pools."""
    for subnet in network.subnets:
        for address, what in ((subnet.gateway, "gateway"), (subnet.relay, "DHCP relay")):
            if address and address not in ours:
                yield Row(address, what=what)
        if subnet.pool:
            yield Row(subnet.pool.first, what="pool, for machines nobody knows", last=subnet.pool.last)
