"""The whole cluster: its nodes and networks, and the order in which machines come up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clusterdef.model.definition import Admin, Module, Role, Secret
from clusterdef.model.machine import Layout
from clusterdef.model.network import Address, Network, Placed
from clusterdef.model.node import Node
from clusterdef.model.recipient import Recipient

T = TypeVar("T")

PHASES = ("install", "configure", "run")
"""The phases of a node's life that relations speak of, in order."""


@dataclass(frozen=True, slots=True)
class Floating:
    """An address that moves between nodes."""

    name: str
    network: Network
    address: Placed
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order in which machines come up: nodes, and the phases that are due."""

    nodes: tuple[str, ...]
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The whole site, resolved. Mappings are in the order of the site's files.

    `eyaml` is for whom Puppet's secrets are encrypted; None where they are not.
    """

    name: str
    description: str
    contact: str
    timezone: str
    language: str
    keyboard: str
    domain: str
    tree: str
    puppet: str
    networks: Mapping[str, Network]
    nodes: Mapping[str, Node]
    roles: Mapping[str, Role]
    modules: Mapping[str, Module]
    admins: tuple[Admin, ...]
    floating: tuple[Floating, ...]
    secrets: tuple[Secret, ...]
    order: tuple[Step, ...]
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    eyaml: Recipient | None = None
    _providers: Mapping[str, tuple[Node, ...]] = field(init=False, repr=False, compare=False)
    _given: Mapping[str, tuple[Node, ...]] = field(init=False, repr=False, compare=False)
    _made: dict[object, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        # Asked for every node: looking through all nodes each time would take quadratic time.
        object.__setattr__(self, "_providers", _by_word((node.provides, node) for node in self.nodes.values()))
        object.__setattr__(self, "_given", _by_word((node.roles, node) for node in self.nodes.values()))

    def providers(self, service: str) -> tuple[Node, ...]:
        """The nodes that provide a service, in the site's order."""
        return self._providers.get(service, ())

    def having(self, module: str) -> Iterator[Node]:
        """The nodes that carry a module, in the site's order."""
        return (node for node in self.nodes.values() if module in node.modules)

    def given(self, role: str) -> tuple[Node, ...]:
        """The nodes that were given a role by name, in the site's order."""
        return self._given.get(role, ())

    def once(self, work: Callable[[Cluster], T]) -> T:
        """What `work` makes of this cluster; it is done when it is first asked for. The cluster never changes."""
        if work not in self._made:
            self._made[work] = work(self)
        made: T = self._made[work]
        return made

    @property
    def gateways(self) -> frozenset[Address]:
        """The ways out of subnets that lead through a machine of the cluster; every other gateway is a router."""
        return self.once(_gateways)

    def alone(self, node: Node) -> tuple[str, ...]:
        """The roles that were given to this node and to no other."""
        return tuple(role for role in node.roles if len(self.given(role)) == 1)


def _gateways(cluster: Cluster) -> frozenset[Address]:
    asked = {subnet.gateway for network in cluster.networks.values() for subnet in network.subnets if subnet.gateway}
    machines = (node for node in cluster.nodes.values() if not node.device)
    own = (placed.address for node in machines for interface in node.interfaces for placed in interface.addresses)
    return frozenset(asked.intersection(own))


def _by_word(rows: Iterable[tuple[Iterable[str], Node]]) -> Mapping[str, tuple[Node, ...]]:
    found: dict[str, list[Node]] = {}
    for words, node in rows:
        for word in words:
            found.setdefault(word, []).append(node)
    return {word: tuple(nodes) for word, nodes in found.items()}
