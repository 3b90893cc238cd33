"""Ways out of a machine's networks and its name servers there, whoever configures its interfaces."""

from __future__ import annotations

from collections.abc import Container, Iterable

from clusterdef.model import Address, Interface, Node, Placed


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


def name_servers(node: Node, interface: Interface, leads_out: bool) -> tuple[str, ...]:
    """The network's name servers; where it has none, the cluster's own, on the interface that leads out."""
    if interface.dynamic:
        return ()
    found = [str(address) for address in interface.network.dns]
    if not found and (leads_out or len(node.interfaces) == 1):
        others = (endpoint for endpoint in node.services.get("dns", ()) if endpoint.provider != node.name)
        found = [endpoint.address for endpoint in others if endpoint.address]
    return tuple(dict.fromkeys(found))
