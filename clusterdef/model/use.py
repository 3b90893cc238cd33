"""Who uses whose services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clusterdef.model.cluster import Cluster
from clusterdef.model.definition import Module
from clusterdef.model.node import Node
from clusterdef.model.service import Endpoint

Users = Mapping[str, Mapping[str, list[str]]]


def used_by(cluster: Cluster) -> Users:
    """Names of the users by provider and service; nobody is listed as a user of its own."""
    return cluster.once(_users)


def users_of(modules: Iterable[Module], node: Node, cluster: Cluster) -> tuple[str, ...]:
    """The nodes that use what these modules offer on a machine."""
    offered = {service for module in modules for service in module.definition.get("provides", {})}
    found = used_by(cluster).get(node.name, {})
    return tuple(dict.fromkeys(user for service in sorted(offered & found.keys()) for user in found[service]))


def ends(cluster: Cluster) -> Iterator[tuple[Endpoint, list[str]]]:
    """Every way to a service, with those who go it. Nodes that reach everything alike share what they are told."""
    alike: dict[int, list[Node]] = {}
    for node in cluster.nodes.values():
        alike.setdefault(id(node.services), []).append(node)
    for nodes in alike.values():
        names = [node.name for node in nodes]
        yield from ((end, names) for every in nodes[0].services.values() for end in every)


def _users(cluster: Cluster) -> Users:
    found: dict[str, dict[str, list[str]]] = {}
    for end, names in ends(cluster):
        if not end.external:
            its_users = found.setdefault(end.provider, {}).setdefault(end.service, [])
            its_users += [name for name in names if name != end.provider]
    return {
        provider: {service: names for service, names in offered.items() if names} for provider, offered in found.items()
    }
