"""ssh to every machine: the keys by which machines are known, and the way to each of them from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.generators.names import full_name, names_of
from clusterdef.generators.ssh.way import hosts

from clusterdef.model import Cluster, Node


def context_known_hosts(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Names and addresses with a key, for every key that the site holds."""
    return {"rows": [*_of_machines(cluster), *_of_moving_addresses(cluster)]}


def context_ssh_config(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Names with the address they stand for, and the machine to go through."""
    return {"hosts": list(hosts(cluster))}


def _of_machines(cluster: Cluster) -> Iterator[tuple[list[str], str]]:
    for node in cluster.nodes.values():
        names = _known_as(node) if node.host_keys else []
        yield from ((names, key) for key in node.host_keys)


def _known_as(node: Node) -> list[str]:
    """A machine's names, the short one first, and its addresses."""
    names = [name for interface in node.interfaces for name in names_of(node, interface)]
    addresses = [str(placed.address) for interface in node.interfaces for placed in interface.addresses]
    return list(dict.fromkeys((node.name, *names, *addresses)))


def _of_moving_addresses(cluster: Cluster) -> Iterator[tuple[list[str], str]]:
    """Whoever has the address just now answers with a key of its own."""
    for one in cluster.floating:
        names = list(dict.fromkeys((one.name, full_name(one.name, one.network), str(one.address.address))))
        yield from ((names, key) for name in one.nodes for key in cluster.nodes[name].host_keys)
