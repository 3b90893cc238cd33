"""What a machine passes on between networks: a gateway lets its inner networks out, every other machine is no router.

Which program filters is no business of this page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Network, ip_network
from typing import Any

from clusterdef.generators.openings import Opening, extra, names, nets, subnets

from clusterdef.model import Cluster, Net, Node

UNIQUE_LOCAL = IPv6Network("fc00::/7")
"""IPv6 addresses that lead nowhere outside (RFC 4193); all others are passed on as they are."""

TO_MANY: tuple[Net, ...] = (ip_network("224.0.0.0/4"), ip_network("255.255.255.255/32"), ip_network("ff00::/8"))
"""Multicast and broadcast, which stay on their network."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A machine that routes: whose packets it passes on, which networks nobody is let into, and what the site lets
    in from outside besides."""

    inside: tuple[Net, ...]
    closed: tuple[Net, ...]
    openings: tuple[Opening, ...]


def gateway(node: Node, cluster: Cluster) -> Gateway | None:
    """How a machine routes; None where it does not."""
    inside = (*nets(node.parameters.get("nat.inside", ())), *_way_out_of(node))
    if not inside:
        return None
    closed = subnets(network for network in cluster.networks.values() if network.kind == "bmc")
    closed = tuple(net for net in closed if net not in inside)
    return Gateway(inside, closed, tuple(_let_in(node, cluster, inside)))


def _way_out_of(node: Node) -> Iterator[Net]:
    """Subnets whose gateway the machine is."""
    for interface in node.interfaces:
        own = {placed.address for placed in interface.addresses}
        yield from (subnet.net for subnet in interface.network.subnets if subnet.gateway in own)


def _let_in(node: Node, cluster: Cluster, inside: tuple[Net, ...]) -> Iterator[Opening]:
    """The site's own openings of machines behind this one."""
    for row in node.parameters.get("firewall.extra", ()):
        targets = tuple(_behind(row, node, cluster, inside))
        if targets:
            yield from extra(row, targets)


def _behind(row: Mapping[str, Any], node: Node, cluster: Cluster, inside: tuple[Net, ...]) -> Iterator[Net]:
    to = row.get("to")
    if to is None:
        yield from inside
        return
    for other in cluster.nodes.values():
        if other is not node and (to == other.name or to in other.all_roles):
            addresses = (placed.address for interface in other.interfaces for placed in interface.addresses)
            yield from (ip_network(address) for address in addresses if any(address in net for net in inside))


def translated(node: Node) -> tuple[Net, ...]:
    """Networks whose addresses this machine replaces by its own on the way out."""
    if not node.parameters.get("nat.masquerade"):
        return ()
    inside = nets(node.parameters.get("nat.inside", ()))
    return tuple(net for net in inside if not isinstance(net, IPv6Network) or net.subnet_of(UNIQUE_LOCAL))


def own_subnets(node: Node) -> tuple[Net, ...]:
    """Subnets that the machine is on, where it is on several: who claims an address there comes by that device."""
    found = dict.fromkeys(placed.subnet.net for interface in node.interfaces for placed in interface.addresses)
    return tuple(found) if len(node.interfaces) > 1 else ()


def bridges(node: Node) -> tuple[str, ...]:
    """Bridges of a host of virtual machines."""
    return tuple(dict.fromkeys(interface.bridge for interface in node.interfaces if interface.bridge))


def sides(node: Node) -> tuple[str, ...]:
    """Devices of a machine that is on several networks, as far as all are known."""
    found = names(interface.device for interface in node.interfaces)
    return found if len(found) > 1 else ()
