"""Digests of what was resolved, so that two runs can be compared without keeping what they held.

Equal values have equal ones, however they came about. Why they are compared is not known here.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from functools import cache, cached_property
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from operator import attrgetter
from typing import Any

from clusterdef.model import Cluster, Interface, Layout, Network, Node, OperatingSystem, Scripts, Subnet
from clusterdef.second import Second
from clusterdef.view import EVERY, GATEWAYS, GIVEN, NAMES, NODE, NODE_FIELDS, PROVIDERS, Read

SIZE = 16
"""Bytes of a digest."""

FORM = 2
"""The form of marshal in which equal values are equal bytes; later ones tell whether two are one and the same."""

ATOMS = frozenset({str, int, bool, float, type(None)})
COLLECTIONS: frozenset[type] = frozenset({tuple, list, dict})
MARSHALLED = ATOMS | COLLECTIONS
ADDRESSES = frozenset({IPv4Address, IPv6Address, IPv4Network, IPv6Network})
SHARED = frozenset({Interface, Network, Subnet, OperatingSystem, Layout, Scripts})
"""Kinds of values that are held in several places: each of them is looked at once, and known by its digest."""

COLUMNS = tuple(f"node.{name}" for name in NODE_FIELDS)

_of_node = attrgetter(*NODE_FIELDS)


class Imprints:
    """Digests of the nodes of a cluster, and of the cluster where there is one; each is worked out when it is first
    asked for, unless it was `ahead`."""

    def __init__(self, nodes: Mapping[str, Node], cluster: Cluster | None = None, ahead: Second | None = None) -> None:
        self._nodes = nodes
        self._cluster = cluster
        self._ahead = ahead
        self._plains: dict[int, Any] = {}
        self._known: dict[str, str] = {}
        self._answers: dict[Read, str] = {}

    def node(self, name: str) -> str:
        """Everything there is about a node."""
        self._hear()
        if name not in self._known:
            self._known[name] = _digest(self._fields_of(_of_node(self._nodes[name]))).hex()
        return self._known[name]

    def likely(self) -> bytes:
        """Of each node, and of each field of all of them: what is asked for in most runs."""
        rows = [self._fields_of(_of_node(node)) for node in self._nodes.values()]
        known = {name: _digest(row).hex() for name, row in zip(self._nodes, rows, strict=True)}
        columns = zip(COLUMNS, zip(*rows, strict=True), strict=True) if rows else ()
        return marshal.dumps((known, {(name, EVERY): self._of_all(column) for name, column in columns}))

    def _of_all(self, values: Iterable[Any]) -> str:
        """Of one field of all nodes, from what `_fields_of` made of it."""
        return _digest([self._names, list(values)]).hex()

    @cached_property
    def _names(self) -> bytes:
        return _digest(list(self._nodes))

    def _hear(self) -> None:
        """What was worked out ahead; waits for it. Where that failed, it is worked out here."""
        ahead, self._ahead = self._ahead, None
        if ahead and (said := ahead.result()):
            self._known, self._answers = marshal.loads(said)

    def of(self, reads: Iterable[Read]) -> str:
        """Everything that was looked at."""
        return _digest([(read, self.answer(read)) for read in sorted(reads)]).hex()

    def _fields_of(self, values: Iterable[Any]) -> list[Any]:
        """Fields of nodes in types that marshal knows. Very many nodes may hold the same value."""
        known, found = self._plains, []
        for value in values:
            if value.__class__ not in ATOMS:
                plain = known.get(id(value))
                value = self._kept(value) if plain is None else plain
            found.append(value)
        return found

    def _kept(self, value: Any) -> Any:
        """What is long is known by its digest."""
        plain = self._plain(value)
        if value.__class__ in COLLECTIONS:
            plain = _digest(plain)
        self._plains[id(value)] = plain
        return plain

    def answer(self, read: Read) -> str:
        """What is seen by who looks there."""
        self._hear()
        if read not in self._answers:
            self._answers[read] = self._column(*read) or _digest(self._seen(*read)).hex()
        return self._answers[read]

    def _column(self, what: str, whom: str) -> str:
        """Of all nodes; empty where less is looked at."""
        if what != NAMES and (whom != EVERY or what == GATEWAYS or what.startswith("cluster.")):
            return ""
        name = {NAMES: "name", NODE: "name", PROVIDERS: "provides", GIVEN: "roles"}.get(what, what.partition(".")[2])
        return self._of_all(self._fields_of([getattr(node, name) for node in self._nodes.values()]))

    def _seen(self, what: str, whom: str) -> Any:
        """What somebody saw who looked there."""
        nodes = self._nodes
        where, _, field = what.partition(".")
        if what == NODE:
            return whom in nodes
        if where == "node":
            return self._fields_of([getattr(nodes[whom], field)]) if whom in nodes else None
        assert self._cluster
        if where == "cluster":
            return self._plain(getattr(self._cluster, field))
        if what == GATEWAYS:
            return sorted(map(str, self._cluster.gateways))
        those = self._cluster.providers if what == PROVIDERS else self._cluster.given
        return [node.name for node in those(whom)]

    def _plain(self, value: Any) -> Any:
        """The value in types that marshal knows; for most collections that is their bytes already."""
        kind = value.__class__
        if kind in ATOMS:
            return value
        if kind in COLLECTIONS:
            # Most collections of what marshal does not know begin with it: an attempt that fails takes long.
            if kind is dict or not value or value[0].__class__ in MARSHALLED:
                with suppress(ValueError):
                    return marshal.dumps(value, FORM)
            return kind.__name__, self._each(value.items() if kind is dict else value)
        if kind in ADDRESSES:
            return value.version, str(value) if hasattr(value, "prefixlen") else int(value)
        if kind in SHARED:
            if id(value) not in self._plains:
                self._plains[id(value)] = _digest(self._each(_fields(kind)(value)))
            return self._plains[id(value)]
        return kind.__name__, self._each(_fields(kind)(value))

    def _each(self, values: Iterable[Any]) -> list[Any]:
        return [one if one.__class__ in ATOMS else self._plain(one) for one in values]


@cache
def _fields(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """What makes up a value of this kind. Raises TypeError for a kind that no cluster holds."""
    return attrgetter(*(field.name for field in fields(kind)))


def _digest(value: Any) -> bytes:
    return blake2b(marshal.dumps(value, FORM), digest_size=SIZE).digest()
