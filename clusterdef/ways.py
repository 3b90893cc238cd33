"""Networks of several subnets, which routers join: that a machine's packets find the way from one to the others.

A machine has one way out. Where it leads through another network, nothing leads to the other subnets of this one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from clusterdef.model import Cluster, Network, Node, way_out
from clusterdef.nodeset import fold
from clusterdef.problem import Problem, Severity, listing
from clusterdef.resolve.carriers import INSTALLED
from clusterdef.source import Document


class Lost(NamedTuple):
    """Subnets of a network that a machine does not find from the one that it is in. `router` is that subnet's, empty
    when none is known that is no machine of the cluster; `out` is what the machine uses, empty when it has none."""

    network: str
    mine: str
    others: tuple[str, ...]
    router: str
    out: str


def way_problems(document: Document, cluster: Cluster, entries: Mapping[str, str]) -> Iterator[Problem]:
    """A warning for each entry under `nodes:` and network; none where the site has a script for the installed system,
    which can know the way. `entries` is the key of each node."""
    routed = [network for network in cluster.networks.values() if len(network.subnets) > 1]
    found: dict[tuple[str, Lost], list[str]] = {}
    for node in cluster.nodes.values() if routed else ():
        if node.install in INSTALLED and not node.scripts.post:
            for network in routed:
                for lost in _lost(cluster, node, network):
                    found.setdefault((entries[node.name], lost), []).append(node.name)
    for (entry, lost), names in found.items():
        yield _untold(document, entry, lost, names)


def _lost(cluster: Cluster, node: Node, network: Network) -> Iterator[Lost]:
    interface = node.on(network.name)
    if interface is None:
        return
    own = {placed.subnet.net for placed in interface.addresses}
    for placed in interface.addresses:
        others = tuple(str(one.net) for one in network.subnets if one.version == placed.version and one.net not in own)
        out = way_out(node, node.interfaces, cluster.gateways, placed.version)
        if others and (out is None or out.subnet.net != placed.subnet.net):
            gateway = placed.subnet.gateway
            router = str(gateway) if gateway and gateway not in cluster.gateways else ""
            yield Lost(network.name, str(placed.subnet.net), others, router, str(out.subnet.gateway) if out else "")


def _untold(document: Document, entry: str, lost: Lost, names: list[str]) -> Problem:
    why = f"packets leave through {lost.out}" if lost.out else "no router leads out"
    message = f"{fold(names)}: nothing leads to {listing(lost.others)} of network {lost.network}; {why}"
    known = f"write the router of {lost.mine} as its `gateway:`, and say `primary: {lost.network}`"
    if lost.router:
        known = f"say `primary: {lost.network}`, so that {lost.router} is the way out"
    advice = (f"{known}; or add the way by a script of your own (`scripts: {{post: […]}}`)",)
    mark = document.key_mark("nodes", entry)
    return Problem("no-way", message, mark, advice=advice, severity=Severity.WARNING)
