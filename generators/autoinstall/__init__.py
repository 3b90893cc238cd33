"""Autoinstall files: how the installer of Ubuntu makes a machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.autoinstall.storage import DISK, storage
from clusterdef.generators.boot import console
from clusterdef.generators.installation import (
    apt_files,
    clocks,
    handout,
    keys,
    nearby,
    place,
    repositories,
    source_url,
    wanted,
)
from clusterdef.generators.netplan import network, unknown

from clusterdef.model import Cluster, Node

KEY = "file:///media/clusterdef"
"""Where a machine that is installed by key finds its packages: its answers have the installer see the key there."""


def context_autoinstall(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What the template needs to know besides the machine itself."""
    assert subject.os
    found = wanted(subject, cluster)
    server = subject.endpoint("configuration")
    return {
        "place": place(cluster),
        "clocks": clocks(subject),
        "keys": keys(cluster),
        "network": network(subject, cluster),
        "unknown": unknown(subject),
        "repositories": repositories((*subject.os.repos, *subject.repos), source_url(subject, KEY)),
        "packages": tuple(name for name in found if not name.startswith("-")),
        "later": apt_files(subject, cluster),
        "nearby": nearby(subject),
        "unwanted": tuple(name.removeprefix("-") for name in found if name.startswith("-")),
        "storage": storage(subject.layout, subject.disks, subject.keep, subject.firmware),
        "disk": DISK,
        "arguments": (*console(subject), *subject.kernel),
        "server": server.host if server else None,
        "handout": handout(subject, cluster),
    }
