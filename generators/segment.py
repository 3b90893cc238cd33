"""A subnet as DHCP sees it: who may have an address there, and what everybody there is told. How a server writes that
down is the server's room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from clusterdef.generators.boot import base_url
from clusterdef.generators.once import once
from clusterdef.generators.servers import address_on, own_addresses

from clusterdef.model import Address, Cluster, Network, Node, Subnet

LEASE = 3600
"""Seconds for which a machine from the pool keeps its address; one with a reservation keeps it for good."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One subnet that DHCP serves; `tag` is a word for it. All addresses are of the subnet's version.

    `boot_server` hands out loaders by TFTP; `http` is the beginning of their URLs for firmware that speaks HTTP;
    `announced` is true where a server of ours is the gateway of an IPv6 subnet, which DHCPv6 itself cannot tell.
    """

    tag: str
    network: Network
    subnet: Subnet
    gateway: Address | None
    dns: tuple[Address, ...]
    clocks: tuple[Address, ...]
    boot_server: Address | None
    http: str | None
    announced: bool

    @property
    def proxy(self) -> bool:
        """True where the addresses are somebody else's, and ours only adds what to boot from."""
        return self.network.dhcp == "proxy"

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.subnet.version


def segments(cluster: Cluster, nodes: list[Node]) -> Iterator[Segment]:
    """Every subnet of every network on which the DHCP of `nodes` has something to say."""
    own = own_addresses(nodes)
    for network in cluster.networks.values():
        if network.dhcp == "none":
            continue
        for number, subnet in enumerate(network.subnets):
            tag = network.name if len(network.subnets) == 1 else f"{network.name}-{number + 1}"
            yield _segment(tag, network, subnet, cluster, nodes, subnet.gateway in own)


def _segment(tag: str, network: Network, subnet: Subnet, cluster: Cluster, nodes: list[Node], ours: bool) -> Segment:
    version = subnet.version
    boot_server = address_on(nodes, network, version) if network.boot else None
    http = _http(cluster).get((network.name, version)) if boot_server and network.dhcp != "proxy" else None
    dns = network.dns or _providers(cluster, "dns", network, version)
    clocks = _clocks(network) or _providers(cluster, "time", network, version)
    return Segment(
        tag,
        network,
        subnet,
        subnet.gateway,
        tuple(address for address in dns if address.version == version),
        tuple(address for address in clocks if address.version == version),
        boot_server,
        http,
        version == 6 and ours,
    )


@once
def _http(cluster: Cluster) -> dict[tuple[str, int], str]:
    """Where the tree is read by HTTP, by boot network and version of addresses: where machines get their kernels."""
    found: dict[tuple[str, int], str] = {}
    for node in cluster.nodes.values():
        endpoint = node.endpoint("install-files") if node.boot and node.install == "network" else None
        if node.boot and endpoint and endpoint.address and endpoint.protocol in ("", "http"):
            key = (node.boot.network.name, ip_address(endpoint.address).version)
            found.setdefault(key, base_url(endpoint))
    return found


def _clocks(network: Network) -> list[Address]:
    """The network's time servers that are known by address; DHCP has no room for names."""
    found = []
    for name in network.ntp:
        try:
            found.append(ip_address(name))
        except ValueError:
            continue
    return found


def _providers(cluster: Cluster, service: str, network: Network, version: int) -> list[Address]:
    found = (address_on([node], network, version) for node in cluster.providers(service))
    return [address for address in found if address]
