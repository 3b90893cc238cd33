"""A reservation: the addresses and the name that DHCP keeps for hardware it knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from clusterdef.model import Address, Cluster, Network, Placed


@dataclass(frozen=True, slots=True)
class Reservation:
    """All cards that may ask (several for a bond), the addresses they get, and a name without its domain."""

    network: Network
    macs: tuple[str, ...]
    placed: tuple[Placed, ...]
    name: str

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The addresses alone."""
        return tuple(one.address for one in self.placed)


def reservations(cluster: Cluster, networks: Collection[str]) -> Iterator[Reservation]:
    """Every interface and controller with a known MAC address on one of `networks`, in the site's order."""
    for node in cluster.nodes.values():
        for interface in node.interfaces:
            if interface.network.name in networks and interface.macs and interface.addresses:
                yield Reservation(interface.network, interface.macs, interface.addresses, _short(interface.fqdn))
        if node.bmc and node.bmc.mac and node.bmc.network and node.bmc.network.name in networks:
            subnet = node.bmc.network.subnet_of(node.bmc.address)
            if subnet:
                placed = (Placed(node.bmc.address, subnet),)
                yield Reservation(node.bmc.network, (node.bmc.mac,), placed, _short(node.bmc.fqdn))


def _short(name: str) -> str:
    return name.partition(".")[0]
