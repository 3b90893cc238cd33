"""A site with what has the wrong shape emptied, so that later steps can read it without asking.

Entries of networks, nodes, groups, roles and systems stay as they are: who reads them asks which are sound,
because a name that somebody wrote is not unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from clusterdef.schema import Path_, flat

MAPS = ("admins", "external", "floating", "groups", "os", "parameters", "repositories", "roles")
WHOLE = ("publish", "secrets")
"""Maps of fixed keys that are read together: one that is wrong empties them."""


def empty_what_is_broken(data: dict[str, Any], broken: Collection[Path_]) -> None:
    """Put harmless values where the shape is wrong. No key is added or removed: marks go by their number."""
    for path in broken:
        section = path[0] if path else None
        if section in WHOLE or (section in MAPS and len(path) == 1 and not isinstance(data[section], dict)):
            data[section] = {}
        elif section == "group_order":
            data[section] = []
        elif section == "cluster" and len(path) > 1:
            data["cluster"][path[1]] = _default(path[1])
        elif section == "external" and len(path) > 1:
            data["external"][path[1]] = _external(data["external"][path[1]])
        elif section == "repositories" and len(path) > 1:
            data["repositories"][path[1]] = {}


def _default(key: str | int) -> str:
    """What a key of `cluster` says when nobody does."""
    rules: Mapping[str, Any] = flat("site")["properties"]["cluster"]["properties"]
    return str(rules.get(str(key), {}).get("default", ""))


def _external(said: Any) -> dict[str, Any]:
    """What is still known of a service from outside: that somebody provides it."""
    provides = said.get("provides", []) if isinstance(said, dict) else []
    names = [name for name in (provides if isinstance(provides, list) else [provides]) if isinstance(name, str)]
    return {"provides": names, "at": []}
