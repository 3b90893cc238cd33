"""Who gets the head's files once it is installed: machines from an image or a key need packages and a token too."""

from __future__ import annotations

from collections.abc import Iterator

from clusterdef.model import Cluster, Endpoint, Node, Port
from clusterdef.nodeset import fold
from clusterdef.problem import Problem, Severity, listing
from clusterdef.source import Document

LATER = ("image", "usb")
"""Ways of installation that need nothing of the network to begin with, and the head's files afterwards."""


def file_problems(document: Document, cluster: Cluster, entries: dict[str, str]) -> Iterator[Problem]:
    """Nodes that are installed another way, and to which nobody of ours hands out files afterwards."""
    found: dict[tuple[str, str], list[Node]] = {}
    for node in cluster.nodes.values():
        if node.install in LATER and (server := _unheard(cluster, node)):
            found.setdefault((entries[node.name], server.name), []).append(node)
    boots = listing([network.name for network in cluster.networks.values() if network.boot]) or "no network"
    for (entry, name), nodes in found.items():
        names, mine = fold([node.name for node in nodes]), listing([one.network.name for one in nodes[0].interfaces])
        message = f"{names} would get no packages of ours and no token: {name} hands out files on {boots} alone"
        advice = (f"attach it there as well, or say `boot: true` for {mine}",)
        mark = document.key_mark("nodes", entry)
        yield Problem("not-served", message, mark, severity=Severity.WARNING, advice=advice)


def _unheard(cluster: Cluster, node: Node) -> Node | None:
    """The machine of ours that a node would ask for files, where none of the node's addresses may."""
    end = node.endpoint("install-files")
    server = cluster.nodes.get(end.provider) if end and end.provider != node.name else None
    asked = [port.sources for port in server.ports if _is(port, end)] if server and end else []
    own = [placed.address for interface in node.interfaces for placed in interface.addresses]
    heard = not asked or not own or any(address in net for nets in asked for net in nets for address in own)
    return None if heard else server


def _is(port: Port, end: Endpoint) -> bool:
    return bool(port.sources) and any(first <= (end.port or 0) <= last for first, last in port.numbers)
