"""Machines that are alike for Puppet: the same classes and parameters, their own names, addresses and place apart.

A value that only one machine has is compared without that machine's names and addresses; a value that several have is
compared as it is, so that a list in which a machine itself stands does not make it unlike its neighbours.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from typing import Any

from clusterdef.compilation.facts import common
from clusterdef.model import Node

Told = Mapping[str, Any]
"""What the classifier says of a machine: `classes`, `parameters` and, where it says one, `environment`."""

Key = tuple[str, str]
"""Whose value it is: a class and its parameter."""

SELF = "\0self\0"
"""What stands for a machine's own names and addresses."""

OTHER = "\0"
"""Before a value that is no text."""


def kinds(machines: Mapping[str, tuple[Node, Told]], labels: Collection[str] = ()) -> list[list[str]]:
    """Names of machines that are alike, together, in the order of the first of each.

    `labels` are groups that say nothing of their machines, such as racks: they are no difference.
    """
    values = {name: dict(_values(told)) for name, (_, told) in machines.items()}
    number = Counter(item for found in values.values() for item in found.items())
    alike: dict[Hashable, list[str]] = {}
    for name, (node, told) in machines.items():
        own = own_words(node)
        place = {_comparable(node.place.rack), _comparable(node.groups)}
        groups = tuple(group for group in node.groups if group not in labels)
        rest = tuple(
            (key, value if number[key, value] > 1 else without(own, value))
            for key, value in values[name].items()
            if key[0] or value not in place
        )
        alike.setdefault((rest, groups, told.get("environment"), json.dumps(common(node))), []).append(name)
    return list(alike.values())


def own_words(node: Node) -> list[str]:
    """A machine's names and addresses, the longest first: one may stand in another."""
    found = {node.name, node.fqdn, node.certname, *node.aliases}
    for interface in node.interfaces:
        found |= {interface.fqdn, *interface.names, *interface.macs, *(str(one.address) for one in interface.addresses)}
    if node.bmc:
        found |= {node.bmc.name, node.bmc.fqdn, str(node.bmc.address), node.bmc.mac or ""}
    return sorted(found - {""}, key=lambda word: (-len(word), word))


def without(own: Iterable[str], value: str) -> str:
    """A value without the machine's own words."""
    for word in own:
        if word in value:
            value = value.replace(word, SELF)
    return value


def _values(told: Told) -> Iterator[tuple[Key, str]]:
    for its_class, given in told["classes"].items():
        yield (its_class, ""), ""
        for name, value in (given or {}).items():
            yield (its_class, name), _comparable(value)
    for name, value in told["parameters"].items():
        yield ("", name), _comparable(value)


def _comparable(value: Any) -> str:
    """A value as text, with its type: true is not 1."""
    return value if isinstance(value, str) else f"{OTHER}{json.dumps(value)}"
