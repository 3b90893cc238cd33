"""What a machine's packet filter lets in: by the ports of its modules, and by the site's own openings besides.

It is the same whichever program filters. How rules are written is the business of that program's room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any

from clusterdef.generators.once import once

from clusterdef.languages import CannotSay
from clusterdef.model import Cluster, Net, Network, Node, Port
from clusterdef.service_names import SERVICE_NAMES

Numbers = tuple[tuple[int, int], ...]

FILTER = "a packet filter"
VERSIONS = (4, 6)
QUESTIONS: Mapping[int, tuple[int, Net]] = {
    4: (67, ip_network("255.255.255.255/32")),
    6: (547, ip_network("ff02::1:2/128")),
}
"""Where machines without an address ask for one: port and address of DHCP (RFC 2131) and DHCPv6 (RFC 8415)."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Packets that may come in. Sources, targets and devices that are empty do not matter; `version` is 4, 6 or 0
    for both. `strangers` are devices by which these packets may not come, where it is not known by which they do.
    """

    protocol: str
    numbers: Numbers
    comment: str
    version: int = 0
    sources: tuple[Net, ...] = ()
    targets: tuple[Net, ...] = ()
    devices: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    @property
    def ports(self) -> tuple[str, ...]:
        """Its numbers as words: `80`, `5900-5964`."""
        return tuple(str(first) if first == last else f"{first}-{last}" for first, last in self.numbers)


def openings(node: Node, cluster: Cluster) -> tuple[Opening, ...]:
    """What may come in at a machine; machines that are alike share it."""
    known = _known(cluster)
    key = (id(node.ports), *((interface.network.name, interface.device) for interface in node.interfaces))
    if key not in known:
        known[key] = tuple(opening for port in node.ports for opening in _of_port(port, node))
    return (*known[key], *_extra(node, cluster))


@once
def _known(cluster: Cluster) -> dict[tuple[object, ...], tuple[Opening, ...]]:
    return {}


def _of_port(port: Port, node: Node) -> Iterator[Opening]:
    """What one port lets in. Who may reach it is nobody where its list is empty; administrators pass anyway."""
    if port.on == "loopback" or port.scope in ("node", "admins") or not (port.sources or port.scope == "any"):
        return
    comment = f"{port.module}: {port.name}"
    networks = [interface.network for interface in node.interfaces]
    on = [network for network in networks if listens(port, network)]
    targets = () if len(on) == len(networks) else subnets(on)
    if on:
        yield from _by_version(Opening(port.protocol, joined(port.numbers), comment, 0, port.sources, targets))
    if port.protocol == "udp" and (port.scope == "dhcp" or (port.scope == "any" and targets)):
        yield from _questions(port, node, comment)


def listens(port: Port, network: Network) -> bool:
    """Whether a port is open on the machine's addresses of a network."""
    if port.on == "dhcp":
        return network.dhcp != "none" or network.names == "managed"
    if port.on == "managed":
        return network.names == "managed"
    return network.boot if port.on == "boot" else port.on == "all"


def _by_version(opening: Opening) -> Iterator[Opening]:
    """One for each version of addresses; one for both where no address is named."""
    if not opening.sources and not opening.targets:
        yield opening
        return
    for version in VERSIONS:
        sources, targets = (of_version(nets, version) for nets in (opening.sources, opening.targets))
        if bool(sources) == bool(opening.sources) and bool(targets) == bool(opening.targets):
            yield Opening(opening.protocol, opening.numbers, opening.comment, version, sources, targets)


def _questions(port: Port, node: Node, comment: str) -> Iterator[Opening]:
    """Broadcasts of machines that have no address yet: only by devices on networks where they are answered."""
    answered = [interface for interface in node.interfaces if interface.network.dhcp != "none"]
    devices = [interface.device for interface in answered]
    strangers = (one.device for one in node.interfaces if one.network.dhcp == "none" and one.device)
    for version, (number, everybody) in QUESTIONS.items():
        if not any(first <= number <= last for first, last in port.numbers) or not _speaks(version, node):
            continue
        by = names(devices)
        without = () if by else names(strangers)
        numbers = ((number, number),)
        yield Opening(port.protocol, numbers, comment, version, (), (everybody,), by, without)


def _speaks(version: int, node: Node) -> bool:
    """Whether addresses of that version are given on a network of the machine."""
    networks = (interface.network for interface in node.interfaces if interface.network.dhcp != "none")
    return any(subnet.version == version for network in networks for subnet in network.subnets)


def names(devices: Iterable[str | None]) -> tuple[str, ...]:
    """Names of devices, each once; none at all where one of them is not known."""
    found = list(dict.fromkeys(devices))
    return () if None in found else tuple(device for device in found if device)


def _extra(node: Node, cluster: Cluster) -> Iterator[Opening]:
    """The site's own openings on this machine."""
    for row in node.parameters.get("firewall.extra", ()):
        if concerns(row, node, cluster):
            yield from extra(row)


def concerns(row: Mapping[str, Any], node: Node, cluster: Cluster) -> bool:
    """Whether one of the site's own openings is for this machine; raises CannotSay where it is for nobody."""
    to = row.get("to")
    if to is not None and to not in cluster.nodes and to not in cluster.roles:
        raise CannotSay(to, FILTER, "no node of this site is called so, and none has a role of that name")
    return to is None or to == node.name or to in node.all_roles


def extra(row: Mapping[str, Any], targets: tuple[Net, ...] = ()) -> Iterator[Opening]:
    """What one row of the site's own openings lets in."""
    sources = (ip_network(row["from"]),) if row.get("from") else ()
    comment = row.get("comment") or "as the site asks for"
    return _by_version(Opening(row.get("proto", "tcp"), _numbers(row["allow"]), comment, 0, sources, targets))


def _numbers(allow: str | int) -> Numbers:
    """A port, a range, or the name of a service."""
    first, _, last = str(allow).partition("-")
    if first.isdigit() and (not last or last.isdigit()):
        found = (int(first), int(last or first))
    elif str(allow) in SERVICE_NAMES:
        found = (SERVICE_NAMES[str(allow)],) * 2
    else:
        raise CannotSay(allow, FILTER, "no service that is known here is called so, write the number of its port")
    if not 0 < found[0] <= found[1] < 65536:
        raise CannotSay(allow, FILTER, "ports are 1 to 65535, the smaller one first")
    return (found,)


def joined(numbers: Numbers) -> Numbers:
    """The same ports in as few ranges as can be, the smallest first."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(numbers):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def nets(values: Iterable[str]) -> tuple[Net, ...]:
    """Networks as a parameter lists them."""
    return tuple(ip_network(value) for value in values)


def subnets(networks: Iterable[Network]) -> tuple[Net, ...]:
    """Every subnet of these networks."""
    return tuple(subnet.net for network in networks for subnet in network.subnets)


def of_version(among: Iterable[Net], version: int) -> tuple[Net, ...]:
    """Those of one version, as few as can be, in order; overlapping ones would be refused in a set."""
    if version == 4:
        return tuple(collapse_addresses(net for net in among if isinstance(net, IPv4Network)))
    return tuple(collapse_addresses(net for net in among if isinstance(net, IPv6Network)))
