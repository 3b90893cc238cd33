"""A reservation: the address and name that DHCP keeps for a MAC address."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from clusterdef.model import Address, Cluster, Interface, Node


@dataclass(frozen=True, slots=True)
class Reservation:
    """What dnsmasq's dhcp-host says: hardware, addresses (IPv6 in brackets), and a name without its domain."""

    macs: tuple[str, ...]
    addresses: tuple[str, ...]
    name: str

    @property
    def words(self) -> tuple[str, ...]:
        """In the order in which dnsmasq wants them; the lease is for good."""
        return (*self.macs, *self.addresses, self.name, "infinite")


def reservations(cluster: Cluster, networks: Collection[str]) -> Iterator[Reservation]:
    """Every interface and controller with a known MAC address on one of `networks`, in the site's order."""
    for node in cluster.nodes.values():
        for interface in node.interfaces:
            if interface.network.name in networks and interface.macs and interface.addresses:
                yield _of_interface(interface)
        if node.bmc and node.bmc.mac and node.bmc.network and node.bmc.network.name in networks:
            yield _of_controller(node)


def _of_interface(interface: Interface) -> Reservation:
    addresses = tuple(_text(placed.address) for placed in interface.addresses)
    return Reservation(interface.macs, addresses, interface.fqdn.partition(".")[0])


def _of_controller(node: Node) -> Reservation:
    assert node.bmc and node.bmc.mac
    return Reservation((node.bmc.mac,), (_text(node.bmc.address),), node.bmc.fqdn.partition(".")[0])


def _text(address: Address) -> str:
    return str(address) if address.version == 4 else f"[{address}]"
