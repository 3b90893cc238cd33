"""Who needs whom: services with those who use them, and the machines that must be up before another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from clusterdef.generators.once import once

from clusterdef.model import Cluster, Endpoint, Node, ends, used_by
from clusterdef.nodeset import fold

LONGEST = 100
"""Characters of a node set that can still be read."""

FROM_NETWORK = {"boot-files": "the loader and the menu", "install-files": "the installer and its answers"}
"""Services without which nothing is installed over the network."""


@dataclass(frozen=True, slots=True)
class Use:
    """A service of a machine, and the nodes that use it."""

    service: str
    description: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """A service that a machine needs from `phase` on, and where it comes from."""

    phase: str
    service: str
    provider: str
    what_for: str


def uses(node: Node, cluster: Cluster) -> Iterator[Use]:
    """The services of a machine that others use, in the order of their names."""
    found = used_by(cluster).get(node.name, {})
    described = {
        service: row.get("description", "")
        for name in node.modules
        for service, row in cluster.modules[name].definition.get("provides", {}).items()
    }
    for service, names in sorted(found.items()):
        yield Use(service, described.get(service, ""), tuple(names))


def needs(node: Node, cluster: Cluster) -> Iterator[Need]:
    """What must be there before a machine is installed and configured, the earliest first."""
    found: dict[tuple[str, str], Need] = {(need.service, need.provider): need for need in _to_install(node)}
    for name in node.modules:
        for service, row in cluster.modules[name].definition.get("requires", {}).items():
            for end in node.services.get(service, ()):
                if end.provider != node.name:
                    phase = row.get("phase", "configure")
                    need = Need(phase, service, end.host if end.external else end.provider, row.get("description", ""))
                    found.setdefault((service, end.provider), need)
    phases = ("install", "configure", "run")
    return iter(sorted(found.values(), key=lambda need: phases.index(need.phase)))


def _to_install(node: Node) -> Iterator[Need]:
    """What the way in which it is installed needs, whatever it is for."""
    if node.vm:
        yield Need("install", "hypervisor", node.vm.host, "the machine that it runs on")
    for service, what_for in FROM_NETWORK.items() if node.install == "network" else ():
        for end in node.services.get(service, ()):
            if end.provider != node.name:
                yield Need("install", service, end.provider, what_for)


@once
def external(cluster: Cluster) -> list[tuple[Endpoint, tuple[str, ...]]]:
    """Services that no machine of the site provides, with those who use them."""
    found: dict[tuple[str, str], tuple[Endpoint, list[str]]] = {}
    for end, names in ends(cluster):
        if end.external:
            found.setdefault((end.service, end.host), (end, []))[1].extend(names)
    return [(end, tuple(users)) for _, (end, users) in sorted(found.items())]


def guests(host: Node, cluster: Cluster) -> tuple[Node, ...]:
    """The virtual machines on a host."""
    return _guests(cluster).get(host.name, ())


@once
def _guests(cluster: Cluster) -> Mapping[str, tuple[Node, ...]]:
    found: dict[str, list[Node]] = {}
    for node in cluster.nodes.values():
        if node.vm:
            found.setdefault(node.vm.host, []).append(node)
    return {host: tuple(nodes) for host, nodes in found.items()}


@lru_cache(maxsize=256)
def together(names: tuple[str, ...]) -> str:
    """Several nodes in few words: a node set, or how many there are when that would be a page of its own."""
    # A comma between machines may end a line, one inside of brackets not.
    text = re.sub(r",(?![^\[]*\])", ", ", fold(names)) if names else "nobody"
    return text if len(text) <= LONGEST else f"{len(names)} machines, from {names[0]} to {names[-1]}"
