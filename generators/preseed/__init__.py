"""Preseed files: how the installer of Debian makes a machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.generators.boot import console
from clusterdef.generators.installation import (
    apt_files,
    clocks,
    handout,
    nearby,
    place,
    repositories,
    source_url,
    wanted,
)
from clusterdef.generators.netplan import document, network, resolver
from clusterdef.generators.preseed.storage import storage
from clusterdef.generators.suites import SUITES

from clusterdef.model import Cluster, Node, Repository

KEY = "file:///media/clusterdef"
"""Where a machine that is installed by key finds its packages: a hook has the new system see the key there."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where the installer finds Debian itself: a tree with dists/ and pool/."""

    protocol: str
    host: str
    directory: str


def context_preseed(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """The installer's answers."""
    assert subject.os
    found = wanted(subject, cluster)
    known = _repositories(subject)
    return {
        "suite": SUITES[subject.os.major],
        "place": place(cluster),
        "clocks": clocks(subject),
        "mirror": _mirror(subject),
        "repositories": tuple(_sources(known)),
        "key": subject.install == "usb",
        "network": subject.install != "usb" or any(repository.url for repository, _ in known),
        "packages": tuple(name for name in found if not name.startswith("-")),
        "storage": storage(subject.layout, subject.disks, subject.keep, subject.firmware),
        "arguments": (*console(subject), *subject.kernel),
    }


def context_preseed_disks(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What the script asks of disks, and which server is asked without a proxy."""
    return {
        "nearby": nearby(subject),
        "key": subject.install == "usb",
        "storage": storage(subject.layout, subject.disks, subject.keep, subject.firmware),
    }


def context_preseed_late(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What the script does in the new system."""
    found = wanted(subject, cluster)
    server = subject.endpoint("configuration")
    said = network(subject, cluster)
    return {
        "unwanted": tuple(name.removeprefix("-") for name in found if name.startswith("-")),
        "key": KEY if subject.install == "usb" else None,
        "later": apt_files(subject, cluster),
        "first": subject.firmware == "uefi" and subject.install == "network" and subject.boot_order[0] == "network",
        "server": server.host if server else None,
        "handout": handout(subject, cluster),
        "netplan": document(said),
        "resolver": tuple(resolver(subject, said)),
    }


def _repositories(node: Node) -> tuple[tuple[Repository, str], ...]:
    assert node.os
    return repositories((*node.os.repos, *node.repos), source_url(node, KEY))


def _sources(found: tuple[tuple[Repository, str], ...]) -> Iterator[tuple[Repository, tuple[str, ...]]]:
    """Repositories as lines of sources.list; what we keep without a key is trusted as we are."""
    for repository, url in found:
        trust = () if repository.key or repository.url else ("[trusted=yes]",)
        yield repository, (*trust, url, "./")


def _mirror(node: Node) -> Mirror | None:
    """The head; None where everything is on the key."""
    if node.install != "network":
        return None
    assert node.os
    protocol, _, host = source_url(node, KEY).partition("://")
    return Mirror(protocol, host, f"/media/{node.os.media}")
