"""A zone: what DNS says below one name. Which zones there are follows from networks with `names: managed`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from clusterdef.generators.names import Record, managed
from clusterdef.generators.once import once
from clusterdef.generators.servers import own_addresses, servers

from clusterdef.model import Cluster, Net


class Row(NamedTuple):
    """One line: a name below the zone's own (empty for that itself), its type, and an address or a full name."""

    owner: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone with its lines; `server` is the first name server by its full name, all names are without the last dot."""

    name: str
    server: str
    hostmaster: str
    rows: tuple[Row, ...]


@once
def zones(cluster: Cluster) -> tuple[Zone, ...]:
    """Every zone: first those of names, then those of addresses, each sorted; addresses without names have none."""
    records = list(managed(cluster))
    server = _server(cluster, records)
    hostmaster = f"hostmaster.{server.partition('.')[2] or server}"
    found = [*sorted(_forward(cluster, records).items()), *sorted(_reverse(cluster, records).items())]
    return tuple(Zone(name, server, hostmaster, tuple(dict.fromkeys(rows))) for name, rows in found)


def _server(cluster: Cluster, records: Iterable[Record]) -> str:
    """The name that the first name server has in its own zones."""
    for node in servers(cluster, "dns"):
        own = own_addresses([node])
        for record in records:
            if record.address in own and "." in record.names[0]:
                return record.names[0]
    return "localhost"


def _forward(cluster: Cluster, records: Iterable[Record]) -> dict[str, list[Row]]:
    """A zone for each domain of ours; a name without a domain is none of DNS."""
    networks = cluster.networks.values()
    domains = {network.domain for network in networks if network.names == "managed" and network.domain}
    found: dict[str, list[Row]] = {domain: [] for domain in domains}
    for record in records:
        kind = "A" if record.address.version == 4 else "AAAA"
        for place in (_split(name, domains) for name in record.names):
            if place:
                found[place[1]].append(Row(place[0], kind, str(record.address)))
    return found


def _reverse(cluster: Cluster, records: Iterable[Record]) -> dict[str, list[Row]]:
    networks = (network for network in cluster.networks.values() if network.names == "managed")
    others = [subnet.net for one in cluster.networks.values() if one.names != "managed" for subnet in one.subnets]
    cuts = {zone for network in networks for subnet in network.subnets for zone in _cuts(subnet.net, others)}
    found: dict[str, list[Row]] = {}
    for record in records:
        place = _split(record.address.reverse_pointer, cuts)
        if place:
            found.setdefault(place[1], []).append(Row(place[0], "PTR", f"{record.names[0]}."))
    return found


def _cuts(net: Net, others: Iterable[Net]) -> Iterator[str]:
    """The names of the zones for a network's addresses, which are cut at whole octets (IPv6: at whole digits).

    Private addresses go up to the next cut, which is nobody else's, as far as the site says. Others go down to it: the
    addresses beside them keep the names that somebody else gave them.
    """
    step = 8 if net.version == 4 else 4
    over = net.prefixlen % step
    length = max(step, net.prefixlen - over)
    if over and not (net.is_private and _alone(net.supernet(new_prefix=length), others)):
        length = net.prefixlen - over + step
    every = [net.supernet(new_prefix=length)] if length <= net.prefixlen else net.subnets(new_prefix=length)
    for one in every:
        labels = one.network_address.reverse_pointer.split(".")
        yield ".".join(labels[-2 - length // step :])


def _alone(net: Net, others: Iterable[Net]) -> bool:
    """Whether none of the networks whose names are somebody else's has addresses in it."""
    return not any(net.version == other.version and net.overlaps(other) for other in others)


def _split(name: str, zones: Iterable[str]) -> tuple[str, str] | None:
    """A name's part below the nearest of `zones`, and that zone."""
    labels = name.split(".")
    for number in range(len(labels)):
        zone = ".".join(labels[number:])
        if zone in zones:
            return ".".join(labels[:number]), zone
    return None
