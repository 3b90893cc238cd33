"""What everybody on a subnet is told, by the names that Kea has for DHCP options, and pools as Kea writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clusterdef.generators.segment import Segment

from clusterdef.model import Address, Pool

SERVER_ADDRESS = 1
"""Suboption of the option for time servers that holds an address (RFC 5908, 4.1)."""


def span(pool: Pool) -> str:
    """A pool, both ends included."""
    return f"{pool.first} - {pool.last}"


def options(segment: Segment) -> Iterator[tuple[str, Sequence[object]]]:
    """Name and values of each option that has any."""
    every = _options4(segment) if segment.version == 4 else _options6(segment)
    return ((name, values) for name, values in every if values)


def _options4(segment: Segment) -> Iterator[tuple[str, Sequence[object]]]:
    network = segment.network
    yield "routers", [segment.gateway] if segment.gateway else []
    yield "domain-name-servers", segment.dns
    yield "ntp-servers", segment.clocks
    yield "domain-name", [network.domain] if network.domain else []
    yield "interface-mtu", [network.mtu] if network.mtu else []


def _options6(segment: Segment) -> Iterator[tuple[str, Sequence[object]]]:
    yield "dns-servers", segment.dns
    yield "domain-search", [segment.network.domain] if segment.network.domain else []


def clocks(addresses: Sequence[Address]) -> str:
    """The option for time servers in hexadecimal digits: older Kea does not know its inner form."""
    head = SERVER_ADDRESS.to_bytes(2, "big") + (16).to_bytes(2, "big")
    return b"".join(head + one.packed for one in addresses).hex()
