"""Where a new site's machines stand in a network: infrastructure first, then login machines, workers, strangers."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network


class Small(ValueError):
    """A network without room for the machines; the message says for how many there is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Addresses of a network: `machine(n)` for what there is one of, the first login machine, the first worker,
    the last address for a switch or the head's own, and the pool for machines that nobody knows."""

    net: IPv4Network
    login: IPv4Address
    worker: IPv4Address
    spare: IPv4Address
    pool: tuple[IPv4Address, IPv4Address]

    def machine(self, number: int) -> IPv4Address:
        """The address of the machine with that number, from 1."""
        return self.net[number]


SMALLEST = 24
"""Prefix length of the smallest network that takes a cluster."""
ROOMY = 20
"""From this prefix length on, each kind of machine has 256 addresses of its own; workers have what is left."""


def layout(net: IPv4Network, workers: int) -> Layout:
    """The layout of a network for that many workers. Raises Small."""
    if net.prefixlen > SMALLEST:
        raise Small(f"a cluster wants at least 254 addresses, a /{SMALLEST}")
    login, first, pool = (257, 513, net.num_addresses - 255) if net.prefixlen <= ROOMY else (11, 101, 200)
    room = pool - first
    if workers > room:
        raise Small(f"it has room for {room} workers")
    return Layout(net, net[login], net[first], net[254], (net[pool], net[pool + 49]))
