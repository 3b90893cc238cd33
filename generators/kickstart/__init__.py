"""Kickstart files: how the installer of Enterprise Linux makes a machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.boot import console
from clusterdef.generators.installation import clocks, handout, place, repositories, source_url, wanted, yum_files
from clusterdef.generators.kickstart.keyfiles import keyfiles
from clusterdef.generators.kickstart.network import lines
from clusterdef.generators.kickstart.release import RELEASES
from clusterdef.generators.kickstart.storage import storage

from clusterdef.model import Cluster, Node

KEY = "file:///run/clusterdef/key"
"""Where a machine that is installed by key finds its packages; %pre mounts it there."""


def context(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What the template needs to know besides the machine itself. Tuples throughout: equal ones share their text."""
    assert subject.os
    source = source_url(subject, KEY)
    server = subject.endpoint("configuration")
    return {
        "release": RELEASES[subject.os.major],
        "source": f"{source}/media/{subject.os.media}/",
        "repositories": repositories((*subject.os.repos, *subject.repos), source),
        "yum": yum_files(subject),
        "place": place(cluster),
        "clocks": clocks(subject),
        "network": tuple(lines(subject, cluster)),
        "keyfiles": tuple(keyfiles(subject, cluster)),
        "packages": wanted(subject, cluster),
        "storage": storage(subject.layout, subject.disks, subject.keep, boot_line(subject)),
        "server": server.host if server else None,
        "handout": handout(subject, cluster),
    }


def boot_line(node: Node) -> tuple[str, ...]:
    """Words of the bootloader command, without the disk. UEFI machines keep the order they try things in, unless they
    are to try the disk first: then the installer puts it there."""
    arguments = (*console(node), *node.kernel)
    keep = node.firmware == "uefi" and node.boot_order[0] != "disk"
    return (
        "bootloader",
        "--timeout=3",
        *(("--leavebootorder",) if keep else ()),
        *((f"--append={' '.join(arguments)}",) if arguments else ()),
    )
