"""PXELINUX: a file for each known MAC address, and the menu for machines that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.boot import boot, pages, serial

from clusterdef.model import Cluster, Node


def context_pxelinux(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """How one machine is installed, and the serial line it shows its menu on."""
    return {"boot": boot(subject), "serial": serial(subject)}


def context_pxelinux_menu(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The machines that may be claimed, page by page."""
    return {"pages": pages(cluster)}
