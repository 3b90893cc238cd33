"""The way out of a machine: which of its networks' routers it uses."""

from __future__ import annotations

from collections.abc import Container, Iterable

from clusterdef.model.network import Address, Interface, Placed
from clusterdef.model.node import Node


def way_out(node: Node, among: Iterable[Interface], ours: Container[Address], version: int) -> Placed | None:
    """The address whose subnet's gateway the machine uses: a router before a machine of ours, which would translate
    addresses; then the primary interface; then the site's order. None for a machine that is everybody's way out."""
    own = {placed.address for interface in node.interfaces for placed in interface.addresses}
    found = [
        (placed.subnet.gateway in ours, interface is not node.primary, number, placed)
        for number, interface in enumerate(among)
        for placed in interface.addresses
        if placed.version == version and placed.subnet.gateway and placed.subnet.gateway not in own
    ]
    return min(found, key=lambda item: item[:3])[3] if found else None
