"""A cluster as generators see it: they get what they ask for, and what they looked at is noted.

So it is known what a file depends on besides the node that it is for, without trusting who wrote its generator: what
was not noted was not seen. What is done with the notes is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

from clusterdef.model import Address, Cluster, Node

T = TypeVar("T")

Read = tuple[str, str]
"""What was looked at: a field of `cluster.` or of `node.`, or one of QUESTIONS; and whose, or for which word."""

EVERY = "*"
"""Of all nodes, or for all words."""

FEW = 16
"""So many are noted one by one; more are EVERY."""

NAMES, NODE, PROVIDERS, GIVEN, GATEWAYS = QUESTIONS = ("nodes", "node", "providers", "given", "gateways")
"""Which nodes there are, in order; whether there is one; who provides a service; who was given a role; which gateways
are machines of the cluster."""

NODE_FIELDS = tuple(field.name for field in fields(Node))
CLUSTER_FIELDS = tuple(field.name for field in fields(Cluster) if field.init and field.name != "nodes")

_put = object.__setattr__
"""Sets what a class forbids to set."""


class Notes:
    """What was looked at since it was last asked, and a class of nodes that note what is looked at of them."""

    def __init__(self) -> None:
        every = (*QUESTIONS, *(f"node.{name}" for name in NODE_FIELDS), *(f"cluster.{name}" for name in CLUSTER_FIELDS))
        self.found: dict[str, set[str]] = {what: set() for what in every}
        self.node: type[SeenNode] = type("NotingNode", (SeenNode,), {"__slots__": ()})
        self._fields = {f"node.{name}": (name, self._field(name)) for name in NODE_FIELDS}
        self._works = set[object]()
        for name, noting in self._fields.values():
            setattr(self.node, name, noting)

    def _field(self, name: str) -> property:
        """A field that notes whose it is. When it has been looked at everywhere, there is no more to note."""
        names, own = self.found[f"node.{name}"], vars(Node)[name].__get__

        def look(node: SeenNode) -> Any:
            names.add(node.whose)
            if len(names) > FEW and name in vars(self.node):
                delattr(self.node, name)
            return own(node)

        return property(look)

    def taken(self) -> frozenset[Read]:
        """What was noted, and begin anew."""
        self._works.clear()
        noted = [(what, names) for what, names in self.found.items() if names]
        reads = frozenset((what, whom) for what, names in noted for whom in _some(names))
        for what, names in noted:
            names.clear()
            if what in self._fields:
                setattr(self.node, *self._fields[what])
        return reads

    def add(self, reads: Iterable[Read], work: object = None) -> None:
        """Note this as well, once for each `work` that it comes from."""
        if work is None or work not in self._works:
            for what, whom in reads:
                self.found[what].add(whom)
            self._works.add(work)


def few(reads: Iterable[Read]) -> frozenset[Read]:
    """The same or more, in few words."""
    found: dict[str, set[str]] = {}
    for what, whom in reads:
        found.setdefault(what, set()).add(whom)
    return frozenset((what, whom) for what, names in found.items() for whom in _some(names))


def _some(names: set[str]) -> Iterable[str]:
    return (EVERY,) if len(names) > FEW or EVERY in names else names


class SeenNode(Node):
    """A copy of a node. While a file is made for it, it is one of this class; for others' files it is one that notes.

    It says that it is a Node and nothing else, so that it equals one and can be replaced.
    """

    __slots__ = ("whose",)
    whose: str

    def __init__(self, node: Node) -> None:
        for name in NODE_FIELDS:
            _put(self, name, getattr(node, name))
        _put(self, "whose", node.name)

    def become(self, kind: type[SeenNode]) -> None:
        """Note what is looked at from now on, or no longer."""
        vars(object)["__class__"].__set__(self, kind)

    @property  # type: ignore[misc]
    def __class__(self) -> type[Node]:  # type: ignore[override]
        return Node


class SeenNodes(Mapping[str, Node]):
    """All nodes by name, in the site's order; each is made when it is looked at first."""

    def __init__(self, nodes: Mapping[str, Node], notes: Notes) -> None:
        self._nodes = nodes
        self._notes = notes
        self._found = notes.found
        self._seen: dict[str, SeenNode] = {}
        self._every: Mapping[str, SeenNode] = {}

    def one(self, name: str) -> SeenNode:
        """A node that somebody was told of."""
        if name not in self._seen:
            self._seen[name] = SeenNode(self._nodes[name])
            self._seen[name].become(self._notes.node)
        return self._seen[name]

    def __getitem__(self, name: str) -> Node:
        self._found[NODE].add(name)
        return self.one(name)

    def __contains__(self, name: object) -> bool:
        self._found[NODE].add(str(name))
        return name in self._nodes

    def _all(self) -> Mapping[str, Node]:
        self._found[NAMES].add("")
        if len(self._every) < len(self._nodes):
            self._every = {name: self.one(name) for name in self._nodes}
        return self._every

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def values(self) -> ValuesView[Node]:
        return self._all().values()

    def items(self) -> ItemsView[str, Node]:
        return self._all().items()


class SeenCluster(Cluster):
    """The cluster. Each file gets one of its own: what somebody keeps for one of them is not taken for another."""

    __slots__ = ("_sight",)
    _sight: Sight

    def __init__(self, sight: Sight) -> None:
        _put(self, "_sight", sight)

    def providers(self, service: str) -> tuple[Node, ...]:
        return self._sight.those(PROVIDERS, service, self._sight.real.providers)

    def given(self, role: str) -> tuple[Node, ...]:
        return self._sight.those(GIVEN, role, self._sight.real.given)

    @property
    def gateways(self) -> frozenset[Address]:
        self._sight.notes.found[GATEWAYS].add("")
        return self._sight.real.gateways

    def once(self, work: Callable[[Cluster], T]) -> T:
        return self._sight.once(work)


class Sight:
    """What all files of one run are made from, and the notes on what was looked at."""

    def __init__(self, real: Cluster) -> None:
        self.real = real
        self.notes = Notes()
        self.nodes = SeenNodes(real.nodes, self.notes)
        self._own: SeenNode | None = None
        self._those: dict[Read, tuple[Node, ...]] = {}
        self._made: dict[object, tuple[Any, frozenset[Read]]] = {}

    def cluster(self, own: SeenNode | None = None) -> Cluster:
        """The cluster for one file. That a file is made of the node it is for goes without saying."""
        if self._own:
            self._own.become(self.notes.node)
        self._own = own
        if own:
            own.become(SeenNode)
        return SeenCluster(self)

    def those(self, question: str, word: str, answer: Callable[[str], Iterable[Node]]) -> tuple[Node, ...]:
        """The nodes of an answer, as they are seen."""
        self.notes.found[question].add(word)
        if (question, word) not in self._those:
            self._those[question, word] = tuple([self.nodes.one(node.name) for node in answer(word)])
        return self._those[question, word]

    def once(self, work: Callable[[Cluster], T]) -> T:
        """What the cluster's own `once` gives; who did not do the work himself has looked at the same."""
        if work not in self._made:
            self._made[work] = self._watched(work)
        value, reads = self._made[work]
        self.notes.add(reads, work)
        return value  # type: ignore[no-any-return]

    def _watched(self, work: Callable[[Cluster], T]) -> tuple[T, frozenset[Read]]:
        """What is made of the cluster for all files, so of no node of their own, and what was looked at."""
        own, before = self._own, self.notes.taken()
        try:
            value = work(self.cluster())
        finally:
            reads = self.notes.taken()
            self.notes.add(before | reads)
            self.cluster(own)
        return value, reads


def _cluster_field(name: str) -> property:
    what, own = f"cluster.{name}", attrgetter(f"_sight.real.{name}")

    def look(cluster: SeenCluster) -> Any:
        cluster._sight.notes.found[what].add("")
        return own(cluster)

    return property(look)


setattr(SeenCluster, "nodes", property(attrgetter("_sight.nodes")))  # noqa: B010  (a type checker sees a field)
for _name in CLUSTER_FIELDS:
    setattr(SeenCluster, _name, _cluster_field(_name))
