"""Kickstart files: how the installer of Enterprise Linux makes a machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.generators.boot import base_url, console
from clusterdef.generators.kickstart.network import lines
from clusterdef.generators.kickstart.release import RELEASES
from clusterdef.generators.kickstart.storage import storage

from clusterdef.languages import slot
from clusterdef.model import Cluster, Node, Repository

KEY = "file:///run/clusterdef/key"
"""Where a machine that is installed by key finds its packages; %pre mounts it there."""


def context(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What the template needs to know besides the machine itself."""
    assert subject.os
    source = source_url(subject)
    server = subject.endpoint("configuration")
    return {
        "release": RELEASES[subject.os.major],
        "source": f"{source}/media/{subject.os.media}/",
        "repositories": list(repositories(subject, source)),
        "clocks": list(clocks(subject)),
        "network": list(lines(subject)),
        "packages": packages(subject, cluster),
        "storage": storage(subject, boot_line(subject)),
        "keys": [(admin.name, key) for admin in cluster.admins for key in admin.keys],
        "server": server.host if server else None,
        "token": slot(subject.certname, "token"),
        "scripts": subject.scripts,
    }


def source_url(node: Node) -> str:
    """Beginning of the URLs of media and repositories: the head's, or the key's."""
    endpoint = node.endpoint("install-files")
    return base_url(endpoint) if endpoint and node.install == "network" else KEY


def repositories(node: Node, source: str) -> Iterator[tuple[Repository, str]]:
    """The machine's repositories with their URLs, those of its operating system first, each once."""
    assert node.os
    for repository in dict.fromkeys((*node.os.repos, *node.repos)):
        yield repository, repository.url or f"{source}/repos/{repository.name}/"


def clocks(node: Node) -> Iterator[str]:
    """Time servers: the cluster's own, or else those of the machine's networks."""
    found = [
        endpoint.address or endpoint.host
        for endpoint in node.services.get("time", ())
        if endpoint.provider != node.name
    ]
    names = found or [name for interface in node.interfaces for name in interface.network.ntp]
    return iter(dict.fromkeys(names))


def packages(node: Node, cluster: Cluster) -> list[str]:
    """Packages of the machine and of its modules, sorted; what is left out stands last, as the installer reads it."""
    found = {*node.packages, *(name for module in node.modules for name in cluster.modules[module].packages)}
    return sorted(found, key=lambda name: (name.startswith("-"), not name.startswith("@"), name))


def boot_line(node: Node) -> tuple[str, ...]:
    """Words of the bootloader command, without the disk. UEFI machines keep the order they try things in."""
    arguments = (*console(node), *node.kernel)
    return (
        "bootloader",
        "--timeout=3",
        *(("--leavebootorder",) if node.firmware == "uefi" else ()),
        *((f"--append={' '.join(arguments)}",) if arguments else ()),
    )
