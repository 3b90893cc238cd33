"""Segments and reservations in the words of dnsmasq.conf. What they say is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network

from clusterdef.generators.reservation import Reservation
from clusterdef.generators.segment import LEASE, Segment

from clusterdef.model import Address


def span(segment: Segment) -> tuple[str, ...]:
    """What stands behind the tag of a dhcp-range."""
    subnet = segment.subnet
    mask = str(subnet.net.netmask) if isinstance(subnet.net, IPv4Network) else str(subnet.net.prefixlen)
    if segment.proxy:
        return (str(subnet.net.network_address), "proxy", mask)
    if subnet.pool:
        return (str(subnet.pool.first), str(subnet.pool.last), mask, f"{LEASE // 3600}h")
    return (str(subnet.net.network_address), "static", mask, "infinite")


def options(segment: Segment) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names and values of what everybody is told. An option without values keeps dnsmasq from sending its own guess."""
    network, version = segment.network, segment.version
    if segment.proxy:
        return
    kind = "option" if version == 4 else "option6"
    if version == 4:
        yield f"{kind}:router", _texts([segment.gateway] if segment.gateway else [])
    yield f"{kind}:dns-server", _texts(segment.dns)
    yield f"{kind}:ntp-server", _texts(segment.clocks)
    if network.domain:
        yield ("option:domain-name" if version == 4 else "option6:domain-search"), (network.domain,)
    if version == 4 and network.mtu:
        yield f"{kind}:mtu", (str(network.mtu),)


def host(reservation: Reservation) -> tuple[str, ...]:
    """What a dhcp-host says: hardware, addresses, name; the lease is for good."""
    return (*reservation.macs, *_texts(reservation.addresses), reservation.name, "infinite")


def _texts(addresses: Iterable[Address]) -> tuple[str, ...]:
    return tuple(str(address) if address.version == 4 else f"[{address}]" for address in addresses)
