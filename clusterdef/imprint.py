"""Digests of what was resolved, so that two runs can be compared without keeping what they held.

Equal values have equal ones, however they came about. Why they are compared is not known here.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from operator import attrgetter
from typing import Any

from clusterdef.model import Cluster, Interface, Layout, Network, OperatingSystem, Scripts, Subnet
from clusterdef.view import EVERY, GATEWAYS, GIVEN, NAMES, NODE, NODE_FIELDS, PROVIDERS, Read

SIZE = 16
"""Bytes of a digest."""

FORM = 2
"""The form of marshal in which equal values are equal bytes; later ones tell whether two are one and the same."""

ATOMS = frozenset({str, int, bool, float, type(None)})
COLLECTIONS = frozenset({tuple, list, dict})
MARSHALLED = ATOMS | COLLECTIONS
ADDRESSES = frozenset({IPv4Address, IPv6Address, IPv4Network, IPv6Network})
SHARED = frozenset({Network, Subnet, OperatingSystem, Layout, Scripts})
"""Kinds of values that very many nodes hold: each of them is looked at once, and known by its digest."""

LONG = frozenset({*COLLECTIONS, Interface})
"""Kinds of values that take more room than a digest."""

_of_node = attrgetter(*NODE_FIELDS)


class Imprints:
    """Digests of one cluster; each is worked out when it is first asked for."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._known: dict[int, Any] = {}
        self._answers: dict[Read, bytes] = {}

    def node(self, name: str) -> str:
        """Everything there is about a node."""
        return _digest(self._fields_of(_of_node(self._cluster.nodes[name]))).hex()

    def of(self, reads: Iterable[Read]) -> str:
        """Everything that was looked at."""
        return _digest([(read, self._answer(read)) for read in sorted(reads)]).hex()

    def _fields_of(self, values: Iterable[Any]) -> list[Any]:
        """Fields of nodes in types that marshal knows. Very many nodes may hold the same value."""
        known, found = self._known, []
        for value in values:
            if value.__class__ not in ATOMS:
                plain = known.get(id(value))
                value = self._kept(value) if plain is None else plain
            found.append(value)
        return found

    def _kept(self, value: Any) -> Any:
        """What is long is known by its digest."""
        plain = self._plain(value)
        if value.__class__ in LONG:
            plain = _digest(plain)
        self._known[id(value)] = plain
        return plain

    def _answer(self, read: Read) -> bytes:
        if read not in self._answers:
            self._answers[read] = _digest(self._seen(*read))
        return self._answers[read]

    def _seen(self, what: str, whom: str) -> Any:
        """What somebody saw who looked there."""
        nodes = self._cluster.nodes
        where, _, field = what.partition(".")
        if where == "cluster":
            return self._plain(getattr(self._cluster, field))
        if what == NAMES or (whom == EVERY and what != GATEWAYS):
            column = {NAMES: "name", NODE: "name", PROVIDERS: "provides", GIVEN: "roles"}.get(what, field)
            return [list(nodes), self._fields_of([getattr(node, column) for node in nodes.values()])]
        if what == GATEWAYS:
            return sorted(map(str, self._cluster.gateways))
        if what == NODE:
            return whom in nodes
        if what in (PROVIDERS, GIVEN):
            those = self._cluster.providers if what == PROVIDERS else self._cluster.given
            return [node.name for node in those(whom)]
        return self._fields_of([getattr(nodes[whom], field)]) if whom in nodes else None

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
            if id(value) not in self._known:
                self._known[id(value)] = _digest(self._each(_fields(kind)(value)))
            return self._known[id(value)]
        return kind.__name__, self._each(_fields(kind)(value))

    def _each(self, values: Iterable[Any]) -> list[Any]:
        return [one if one.__class__ in ATOMS else self._plain(one) for one in values]


@cache
def _fields(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    """What makes up a value of this kind. Raises TypeError for a kind that no cluster holds."""
    return attrgetter(*(field.name for field in fields(kind)))


def _digest(value: Any) -> bytes:
    return blake2b(marshal.dumps(value, FORM), digest_size=SIZE).digest()
