"""A subnet as DHCP sees it: its tag, its addresses, and what is told to everybody there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address

from clusterdef.generators.boot import base_url
from clusterdef.generators.once import once

from clusterdef.model import Address, Cluster, Network, Node, Subnet

LEASE = "1h"
"""How long a machine from the pool keeps its address; one with a reservation keeps it for good."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One subnet that DHCP serves. `range` is what dnsmasq calls it; options are (name, values) pairs.

    `boot_server` hands out loaders by TFTP; `http` is the beginning of their URLs for firmware that speaks HTTP.
    """

    tag: str
    network: Network
    subnet: Subnet
    range: tuple[str, ...]
    options: tuple[tuple[str, tuple[str, ...]], ...]
    boot_server: Address | None
    http: str | None
    proxy: bool


def segments(cluster: Cluster, servers: list[Node]) -> Iterator[Segment]:
    """Every subnet of every network on which our DHCP has something to say."""
    for network in cluster.networks.values():
        if network.dhcp == "none":
            continue
        for number, subnet in enumerate(network.subnets):
            tag = network.name if len(network.subnets) == 1 else f"{network.name}-{number + 1}"
            yield _segment(tag, network, subnet, cluster, servers)


def _segment(tag: str, network: Network, subnet: Subnet, cluster: Cluster, servers: list[Node]) -> Segment:
    proxy = network.dhcp == "proxy"
    options = () if proxy else tuple(_options(network, subnet, cluster))
    boot_server = _address(servers, network, subnet.version) if network.boot else None
    http = _http(cluster).get((network.name, subnet.version)) if boot_server and not proxy else None
    return Segment(tag, network, subnet, _range(subnet, proxy), options, boot_server, http, proxy)


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


def _range(subnet: Subnet, proxy: bool) -> tuple[str, ...]:
    mask = str(subnet.net.netmask) if isinstance(subnet.net, IPv4Network) else str(subnet.net.prefixlen)
    if proxy:
        return (str(subnet.net.network_address), "proxy", mask)
    if subnet.pool:
        return (str(subnet.pool.first), str(subnet.pool.last), mask, LEASE)
    return (str(subnet.net.network_address), "static", mask, "infinite")


def _options(network: Network, subnet: Subnet, cluster: Cluster) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What everybody on the subnet is told. An option without values keeps dnsmasq from sending its own guess."""
    version = subnet.version
    kind = "option" if version == 4 else "option6"
    if version == 4:
        yield f"{kind}:router", _texts([subnet.gateway] if subnet.gateway else [], 4)
    yield f"{kind}:dns-server", _texts(network.dns or _providers(cluster, "dns", network, version), version)
    yield f"{kind}:ntp-server", _texts(_clocks(network) or _providers(cluster, "time", network, version), version)
    if network.domain:
        yield ("option:domain-name" if version == 4 else "option6:domain-search"), (network.domain,)
    if version == 4 and network.mtu:
        yield f"{kind}:mtu", (str(network.mtu),)


def _texts(addresses: Iterable[Address], version: int) -> tuple[str, ...]:
    found = (address for address in addresses if address.version == version)
    return tuple(str(address) if version == 4 else f"[{address}]" for address in found)


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
    found = (_address([node], network, version) for node in cluster.providers(service))
    return [address for address in found if address]


def _address(servers: list[Node], network: Network, version: int) -> Address | None:
    """The first server's address on the network; where none is on it (a relay stands between), its primary one."""
    placed = [interface for server in servers if (interface := server.on(network.name))]
    primary = [server.primary for server in servers if server.primary]
    for interface in (*placed, *primary):
        found = interface.v4 if version == 4 else interface.v6
        if found:
            return found.address
    return None
