"""iPXE: a script for each known MAC address, the menu for machines that nobody knows, and the way into a VLAN."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.generators.boot import boot, bracketed, pages

from clusterdef.model import Address, Cluster, Network, Node

LINKS = 8
"""How many network cards are tried before a machine gives up."""


def context_ipxe(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """How one machine is installed."""
    return {"boot": boot(subject)}


def context_ipxe_menu(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The machines that may be claimed, page by page."""
    return {"pages": pages(cluster)}


def context_ipxe_vlan(subject: Network, cluster: Cluster) -> Mapping[str, Any]:
    """Where the first script is, once the VLAN is there; None lets DHCP say it."""
    server = next(_servers(subject, cluster), None)
    return {"links": range(LINKS), "server": bracketed(str(server)) if server else None}


def _servers(network: Network, cluster: Cluster) -> Iterator[Address]:
    """Addresses of who hands out boot files, on this very network."""
    for node in cluster.providers("boot-files"):
        interface = node.on(network.name)
        if interface and interface.address:
            yield interface.address
