"""Name servers on an interface, whoever configures it."""

from __future__ import annotations

from clusterdef.model import Interface, Node


def name_servers(node: Node, interface: Interface, leads_out: bool) -> tuple[str, ...]:
    """The network's name servers; where it has none, the cluster's own, on the interface that leads out."""
    if interface.dynamic:
        return ()
    found = [str(address) for address in interface.network.dns]
    if not found and (leads_out or len(node.interfaces) == 1):
        others = (endpoint for endpoint in node.services.get("dns", ()) if endpoint.provider != node.name)
        found = [endpoint.address for endpoint in others if endpoint.address]
    return tuple(dict.fromkeys(found))
