"""Power and console of a machine: by its controller, by its host when it is virtual, or by hand."""

from __future__ import annotations

from collections.abc import Iterator

from clusterdef.generators.runbook.command import Block, Target, desk, itself, line, on

from clusterdef.languages import Safe
from clusterdef.model import Cluster, Node


def state(target: Target, cluster: Cluster) -> Iterator[Block]:
    """Is it on?"""
    node = target.node
    if node.vm:
        yield _on_host(target, cluster, "domstate")
    elif node.bmc and node.bmc.driver == "ipmi":
        yield Block(_reach(node, cluster), (_ipmi(target, "chassis", "power", "status"),))
    elif node.bmc:
        yield Block(_reach(node, cluster), (line("curl", "-ksS", "-u", node.bmc.user, _url(target)),))


def console(target: Target, cluster: Cluster) -> Iterator[Block]:
    """What does its screen say?"""
    node = target.node
    if node.vm:
        yield _on_host(target, cluster, "console")
    elif node.bmc and node.bmc.driver == "ipmi" and node.console:
        yield Block(_reach(node, cluster), (_ipmi(target, "sol", "activate"),))


def restart(target: Target, cluster: Cluster, network: bool = False) -> Iterator[Block]:
    """Off and on again; with `network`, into the menu that machines are installed from."""
    node = target.node
    if node.vm:
        yield _on_host(target, cluster, "destroy", "start")
    elif node.bmc and node.bmc.driver == "ipmi":
        efi = ("options=efiboot",) if node.firmware == "uefi" else ()
        first = (_ipmi(target, "chassis", "bootdev", "pxe", *efi),) if network else ()
        yield Block(_reach(node, cluster), (*first, _ipmi(target, "chassis", "power", "cycle")))


def by_hand(target: Target) -> str:
    """Where its power button is; empty when nobody needs to walk there."""
    node, place = target.node, target.node.place
    if node.vm or (node.bmc and node.bmc.driver == "ipmi"):
        return ""
    if isinstance(target.name, Safe):
        return "Somebody has to walk there; the table below says where it is."
    web = f"the page https://{_host(str(node.bmc.address))}/, or " if node.bmc else ""
    unit = f", unit {place.unit}" if place.unit else ""
    where = f"rack {place.rack}{unit}" if place.rack else "the machine itself"
    return f"Its power is switched by {web}the button at {where}."


def _on_host(target: Target, cluster: Cluster, *verbs: str) -> Block:
    assert target.node.vm
    host = cluster.nodes[target.node.vm.host]
    return on(itself(host), cluster, *(line("virsh", verb, target.name) for verb in verbs))


def _ipmi(target: Target, *words: str) -> str:
    """The controller asks for its password: on a command line others could read it."""
    assert target.node.bmc
    return line("ipmitool", "-I", "lanplus", "-H", target.controller, "-U", target.node.bmc.user, "-a", *words)


def _url(target: Target) -> str | Safe:
    assert target.node.bmc
    host = _host(str(target.node.bmc.address))
    if isinstance(target.controller, Safe):
        host = host.replace(str(target.node.bmc.address), target.controller)
        return Safe(f"https://{host}/redfish/v1/Systems", "sh")
    return f"https://{host}/redfish/v1/Systems"


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _reach(node: Node, cluster: Cluster) -> str:
    """Where a controller can be spoken to from; never from the machine that died."""
    assert node.bmc
    network = node.bmc.network
    if network is None:
        return f"from where {node.bmc.address} can be reached"
    at_desk = desk(cluster)
    others = (at_desk,) if at_desk else ()
    near = next((one for one in others if one is not node and one.on(network.name)), None)
    return (
        f"on {near.name}" if near else f"from a machine on network {network.name}; a laptop in one of its ports will do"
    )
