"""Where an operating system's own package of the directory's server keeps its things."""

from __future__ import annotations

from dataclasses import dataclass

from clusterdef.model import Node


@dataclass(frozen=True, slots=True)
class Place:
    """Paths and the account of slapd. `modules` are those of its parts that are not built in."""

    etc: str
    data: str
    run: str
    user: str
    module_path: str
    modules: tuple[str, ...]


DEBIAN = Place("/etc/ldap", "/var/lib/ldap", "/run/slapd", "openldap", "/usr/lib/ldap", ("back_mdb",))
EL = Place("/etc/openldap", "/var/lib/ldap", "/run/openldap", "ldap", "/usr/lib64/openldap", ())
PLACES = {"el": EL, "debian": DEBIAN, "ubuntu": DEBIAN}


def place(node: Node) -> Place:
    """Those of the node's operating system."""
    return PLACES[node.os.family if node.os else "el"]
