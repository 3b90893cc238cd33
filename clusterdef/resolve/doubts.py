"""What cannot be known of a site while part of it is not understood: who provides what, which names there are.

That part is told in its own place. What only follows from it is not: once the part is mended, most of it is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.nodeset import expand
from clusterdef.source import Document


class Doubts:
    """What the entries under `nodes:` that are not understood may be. `sound` are the keys of those that are."""

    def __init__(self, document: Document, catalog: Catalog, sound: Collection[str], networks: bool) -> None:
        self.networks = networks
        """True when some network is not understood."""
        self.names: frozenset[str] = frozenset()
        """Nodes of which nothing is known but that they are there."""
        self.dim: frozenset[str] = frozenset()
        """Nodes of which it is not known what they are for: these, and those with a role that is not understood."""
        self._catalog = catalog
        self._roles: set[str] = set()
        for key, data in document.data["nodes"].items():
            understood = key in sound
            if not understood or "[" in key or not self._plain(data["role"]):
                self._look(key, data, understood)
        self._any = not all(role in catalog.roles for role in self._roles)
        self._services = frozenset(service for role in self._roles for service in _provided(catalog, role))

    def _plain(self, said: Any) -> bool:
        """One role that there is, as most entries have."""
        return isinstance(said, str) and said in self._catalog.roles

    def _look(self, key: str, data: Any, sound: bool) -> None:
        roles = list(_roles(data)) or [""]
        known = sound and all(role in self._catalog.roles for role in roles)
        if known and "[" not in key:
            return
        try:
            names = frozenset(member.name for member in expand(key))
        except ValueError:  # no set, or one that is told to be unclear
            self._roles.update(roles)
            return
        if not sound:
            self.names |= names
        if not known:
            self.dim |= names
            self._roles.update(roles)

    def __bool__(self) -> bool:
        return bool(self._roles)

    def provided(self, service: str) -> bool:
        """True when a node that is not understood may provide a service."""
        return self._any or service in self._services


def _roles(data: Any) -> Iterator[str]:
    said = data.get("role") if isinstance(data, dict) else None
    yield from (role for role in (said if isinstance(said, list) else [said]) if isinstance(role, str))


def _provided(catalog: Catalog, role: str) -> Iterator[str]:
    """Services of a role's modules, whatever its choices come to; and of the roles that it includes."""
    for name in _whole(catalog, role):
        for module in _words(catalog.roles[name].data, "modules"):
            if module in catalog.modules:
                yield from catalog.modules[module].data.get("provides", {})


def _whole(catalog: Catalog, role: str) -> set[str]:
    """A role with all that it may include, and those that are everywhere."""
    found: set[str] = set()
    ahead = [role]
    while ahead:
        name = ahead.pop()
        if name in catalog.roles and name not in found:
            found.add(name)
            ahead += _words(catalog.roles[name].data, "include")
    return found


def _words(data: Mapping[str, Any], key: str) -> Iterator[str]:
    for item in data.get(key, ()):
        if isinstance(item, str):
            yield item
        else:
            yield from (name for names in item["from"].values() for name in names)
