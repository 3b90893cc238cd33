"""PXELINUX: a file for each known MAC address, and the menu for machines that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.generators.boot import Boot, boot

from clusterdef.model import Cluster, Node


@dataclass(frozen=True, slots=True)
class Entry:
    """A machine that can be installed."""

    node: Node
    boot: Boot


def context_pxelinux(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """How one machine is installed, and the serial line it shows its menu on."""
    return {"boot": boot(subject), "serial": serial(subject)}


def context_pxelinux_menu(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The machines that may be claimed, by rack where racks are known, by group or role elsewhere."""
    pages: dict[str, list[Entry]] = {}
    for entry in _claimable(cluster):
        pages.setdefault(_page(entry.node), []).append(entry)
    return {"pages": sorted(pages.items())}


def _claimable(cluster: Cluster) -> Iterator[Entry]:
    for node in cluster.nodes.values():
        found = boot(node) if node.install == "network" and node.boot else None
        if found:
            yield Entry(node, found)


def _page(node: Node) -> str:
    if node.place.rack:
        return f"rack {node.place.rack}"
    return f"group {node.groups[0]}" if node.groups else f"role {node.roles[0]}"


def serial(node: Node) -> str | None:
    """PXELINUX's words for the node's serial console: `1 115200` for ttyS1,115200."""
    if not node.console or not node.console.startswith("ttyS"):
        return None
    port, _, speed = node.console.removeprefix("ttyS").partition(",")
    return f"{port} {speed or 9600}"
