"""The directory of users and groups: its server's configuration, its first entries, and root's commands for it.

Nothing here holds a password or a hash: people's are set by command, the root entry's is a slot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.ldap.person import Name, people
from clusterdef.generators.ldap.place import place
from clusterdef.generators.once import once

from clusterdef.languages import CannotSay
from clusterdef.model import Cluster, Node

MODULE = "openldap"
OBJECT_CLASSES = {"dc": ("dcObject", "organization"), "o": ("organization",), "ou": ("organizationalUnit",)}
"""What the entry at the top is, by the attribute that names it."""

OF_A_MACHINE = ("certificate", "private_key", "ca_certificate")
"""Parameters that each server has its own of; without a value it takes what its configuration agent has."""


@once
def _context(cluster: Cluster) -> Mapping[str, Any]:
    servers = list(cluster.having(MODULE))
    said = _parameters(servers[0].parameters)
    if any(_parameters(server.parameters) != said for server in servers):
        raise CannotSay(MODULE, "ldif", f"there is one directory, but its servers differ in parameters of {MODULE}")
    top = name_of_top(said.get("base_dn"), said["domain"])
    first = people(cluster, said["admins"], said["first_uid"])
    return {
        **said,
        "servers": [_server(server) for server in servers],
        "place": place(servers[0]),
        "top": top,
        "top_classes": _classes(top),
        "people": (("ou", "People"), *top),
        "groups": (("ou", "Group"), *top),
        "first": first,
        "next_uid": max([said["first_uid"], *(person.uid + 1 for person in first)]),
        "next_gid": max(said["user_gid"], said["admin_gid"]) + 1,
    }


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """What all of the files are made from; the directory is the same on each of its servers."""
    return _context(cluster)


def _parameters(every: Mapping[str, Any]) -> dict[str, Any]:
    """What the directory is told, by the module's own names."""
    said = {key.removeprefix(f"{MODULE}."): value for key, value in every.items() if key.startswith(f"{MODULE}.")}
    return {key: value for key, value in said.items() if key not in OF_A_MACHINE}


def _server(node: Node) -> Mapping[str, Any]:
    own = (node.parameters.get(f"{MODULE}.{key}") for key in OF_A_MACHINE)
    of_agent = (f"certs/{node.certname}.pem", f"private_keys/{node.certname}.pem", "certs/ca.pem")
    files = zip(("certificate", "key", "ca"), own, of_agent, strict=True)
    return {"name": node.name, "fqdn": node.fqdn, "files": list(files)}


def name_of_top(base_dn: str | None, domain: str) -> Name:
    """The name of the entry at the top: as it is given, or a `dc` for each part of the domain (RFC 2247)."""
    if not base_dn:
        return tuple(("dc", label) for label in domain.split("."))
    parts = (part.partition("=") for part in base_dn.split(","))
    return tuple((kind.lower(), value) for kind, _, value in parts)


def _classes(top: Name) -> tuple[str, ...]:
    kind, value = top[0]
    if kind not in OBJECT_CLASSES:
        raise CannotSay(f"{kind}={value}", "ldif", "the entry at the top is named by dc, o or ou")
    return OBJECT_CLASSES[kind]
