"""Kickstart files: how the installer of Enterprise Linux makes a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clusterdef.generators.boot import base_url, console
from clusterdef.generators.kickstart.network import lines
from clusterdef.generators.kickstart.release import RELEASES
from clusterdef.generators.kickstart.storage import storage

from clusterdef.languages import slot
from clusterdef.model import Cluster, Node, Repository

KEY = "file:///run/clusterdef/key"
"""Where a machine that is installed by key finds its packages; %pre mounts it there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the machine stands, as its clock and its keyboard see it."""

    language: str
    keyboard: str
    timezone: str


def context(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What the template needs to know besides the machine itself. Tuples throughout: equal ones share their text."""
    assert subject.os
    source = source_url(subject)
    server = subject.endpoint("configuration")
    return {
        "release": RELEASES[subject.os.major],
        "source": f"{source}/media/{subject.os.media}/",
        "repositories": repositories((*subject.os.repos, *subject.repos), source),
        "place": Place(cluster.language, cluster.keyboard, cluster.timezone),
        "clocks": clocks(subject),
        "network": tuple(lines(subject, cluster)),
        "packages": packages((subject.packages, *(cluster.modules[name].packages for name in subject.modules))),
        "storage": storage(subject.layout, subject.disks, subject.keep, boot_line(subject)),
        "server": server.host if server else None,
        "token": slot(subject.certname, "token"),
    }


def source_url(node: Node) -> str:
    """Beginning of the URLs of media and repositories: the head's, or the key's."""
    endpoint = node.endpoint("install-files")
    return base_url(endpoint) if endpoint and node.install == "network" else KEY


@lru_cache(maxsize=256)
def repositories(found: tuple[Repository, ...], source: str) -> tuple[tuple[Repository, str], ...]:
    """Repositories with their URLs, each once, in order."""
    return tuple((one, one.url or f"{source}/repos/{one.name}/") for one in dict.fromkeys(found))


def clocks(node: Node) -> tuple[str, ...]:
    """Time servers: the cluster's own, or else those of the machine's networks."""
    servers = (endpoint for endpoint in node.services.get("time", ()) if endpoint.provider != node.name)
    names = [endpoint.address or endpoint.host for endpoint in servers]
    names = names or [name for interface in node.interfaces for name in interface.network.ntp]
    return tuple(dict.fromkeys(names))


@lru_cache(maxsize=256)
def packages(lists: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Packages of the machine and of its modules, sorted: groups first, then what is left out last."""
    found = {name for names in lists for name in names}
    return tuple(sorted(found, key=lambda name: (name.startswith("-"), not name.startswith("@"), name)))


def boot_line(node: Node) -> tuple[str, ...]:
    """Words of the bootloader command, without the disk. UEFI machines keep the order they try things in."""
    arguments = (*console(node), *node.kernel)
    return (
        "bootloader",
        "--timeout=3",
        *(("--leavebootorder",) if node.firmware == "uefi" else ()),
        *((f"--append={' '.join(arguments)}",) if arguments else ()),
    )
