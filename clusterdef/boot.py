"""Would this boot? Each node that is installed over the network is followed from its first DHCP request
to its Puppet server, through the definition; the first missing link is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from clusterdef.model import Cluster, Interface, Node, Placed
from clusterdef.nodeset import fold
from clusterdef.problem import Problem, listing
from clusterdef.source import Document

ANSWERING = ("managed", "relay", "proxy")

TAGGED = ("el",)
"""Families whose installer takes the VLAN of the network that it starts on from its boot line."""


@dataclass(frozen=True, slots=True)
class Missing:
    """What breaks the chain: a link's name, what is missing there, and what to do."""

    link: str
    what: str
    advice: str


def followed(cluster: Cluster) -> list[Node]:
    """The nodes that are installed over the network."""
    return [node for node in cluster.nodes.values() if node.install == "network" and not node.device]


def boot_problems(
    document: Document, cluster: Cluster, made: Mapping[str, Collection[str]], entries: dict[str, str]
) -> Iterator[Problem]:
    """The first missing link of every node that is followed and has one; nodes with the same are told together, and
    nodes alike are followed once.

    `made` names, for each of the links that are MADE, the nodes for which some output makes its file; `entries` is the
    key under `nodes:` of each node.
    """
    found: dict[tuple[str, Missing], list[str]] = {}
    known: dict[tuple[object, ...], Missing | None] = {}
    for node in followed(cluster):
        links = frozenset([link for link in MADE if node.name in made[link]])
        alike = _alike(node, links)
        if alike not in known:
            known[alike] = first_missing(cluster, node, links)
        missing = known[alike]
        if missing:
            found.setdefault((entries[node.name], missing), []).append(node.name)
    for (entry, missing), names in found.items():
        message = f"{fold(names)} would not boot: {missing.what}"
        chain = " > ".join(f"[{link}]" if link == missing.link else link for link in CHAIN)
        yield Problem("would-not-boot", message, document.key_mark("nodes", entry), advice=(missing.advice, chain))


def _alike(node: Node, made: frozenset[str]) -> tuple[object, ...]:
    """What the links look at. Nodes that reach their services the same way share one mapping of them."""
    boot = node.boot
    return (
        boot and boot.network.name,
        boot and tuple([id(placed.subnet) for placed in boot.addresses]),
        made,
        id(node.services),
        node.modules,
        node.provides,
        node.os and node.os.name,
        node.firmware,
        boot and boot.vlan,
    )


def first_missing(cluster: Cluster, node: Node, made: Collection[str]) -> Missing | None:
    """The first link of a node's chain that is not there, or None when it would boot. `made` are the links whose files
    some output makes for it."""
    links: tuple[Callable[[], Missing | None], ...] = (
        lambda: _network(cluster, node),
        lambda: _answer(cluster, node),
        lambda: _loader(cluster, node),
        lambda: _made(made, "boot-file", f"nothing makes a boot menu for {node.firmware} firmware"),
        lambda: _kernel(cluster, node) or _tagged(node),
        lambda: _made(made, "kickstart", f"nothing makes installer answers for {_system(node)}"),
        lambda: _configuration(cluster, node),
    )
    return next((missing for link in links if (missing := link())), None)


def _made(made: Collection[str], link: str, what: str) -> Missing | None:
    if link in made:
        return None
    other = "take another firmware" if link == "boot-file" else "take another operating system"
    advice = f"{other} or way of installation (`install:`), or add a generator that makes it"
    return Missing(link.replace("-", " "), what, advice)


def _system(node: Node) -> str:
    return f"{node.os.family} {node.os.release}" if node.os else "its operating system"


def _network(cluster: Cluster, node: Node) -> Missing | None:
    if node.boot:
        return None
    boots = [network.name for network in cluster.networks.values() if network.boot]
    if boots:
        return Missing(
            "boot network",
            "it is on no network with `boot: true`",
            f"attach it to {listing(boots)}, or install it another way (`install: usb`)",
        )
    return Missing(
        "boot network",
        "no network has `boot: true`",
        "say `boot: true` for the network that machines are installed over",
    )


def _answer(cluster: Cluster, node: Node) -> Missing | None:
    interface = node.boot
    assert interface
    network = interface.network
    if network.dhcp not in ANSWERING:
        return Missing(
            "DHCP answer",
            f"network {network.name} has `dhcp: {network.dhcp}`, so nothing of ours answers there",
            "say `dhcp: managed`, or `proxy` where another server gives the addresses",
        )
    if not interface.addresses and not any(subnet.pool for subnet in network.subnets) and network.dhcp != "proxy":
        return Missing(
            "DHCP answer",
            f"it has no address on {network.name}, which has no pool",
            "give it an address, or the network a `pool:`",
        )
    return _served(cluster, node, "dhcp", "DHCP answer", interface) or _heard(cluster, node, interface)


def _heard(cluster: Cluster, node: Node, interface: Interface) -> Missing | None:
    """A machine asks everybody in its own subnet; no router passes that on."""
    network, mine = interface.network, {placed.subnet.net for placed in interface.addresses}
    servers = [one for one in cluster.providers("dhcp") if one.name != node.name and one.on(network.name)]
    if network.dhcp != "managed" or not mine or not servers:
        return None
    if mine & {placed.subnet.net for one in servers for placed in _addresses(one, network.name)}:
        return None
    names, where = listing([one.name for one in servers]), listing(sorted(map(str, mine)))
    return Missing(
        "DHCP answer",
        f"{names} provides dhcp, but has no address in {where}, where it asks",
        f"say `dhcp: relay` for network {network.name}, and `relay:` in each subnet; or give {names} an address there",
    )


def _addresses(node: Node, network: str) -> tuple[Placed, ...]:
    interface = node.on(network)
    return interface.addresses if interface else ()


def _loader(cluster: Cluster, node: Node) -> Missing | None:
    assert node.boot
    if node.firmware == "bios" and all(subnet.version == 6 for subnet in node.boot.network.subnets):
        what = f"network {node.boot.network.name} has IPv6 alone, over which `firmware: bios` cannot start"
        return Missing("loader", what, "say `firmware: uefi`, or give the network IPv4 as well")
    return _served(cluster, node, "boot-files", "loader", node.boot)


def _kernel(cluster: Cluster, node: Node) -> Missing | None:
    if node.os is None:
        return Missing("kernel", "it has no operating system", "name one by `os:`, at the node or for the cluster")
    assert node.boot
    return _served(cluster, node, "install-files", "kernel", node.boot)


def _tagged(node: Node) -> Missing | None:
    """The installer asks the network for its files; on a tagged one it has to be led in by an argument."""
    assert node.boot
    if node.boot.vlan is None or node.os is None or node.os.family in TAGGED:
        return None
    return Missing(
        "kernel",
        f"it has network {node.boot.network.name} tagged (VLAN {node.boot.vlan}), which the installer of "
        f"{node.os.name} cannot be started on",
        "let it start from a network that its switch port has untagged, or install it from a key (`install: usb`)",
    )


def _configuration(cluster: Cluster, node: Node) -> Missing | None:
    """That somebody provides it is told elsewhere; here, that a machine can get there once it is installed."""
    ends = node.services.get("configuration", ())
    if not ends or any(end.external or end.provider == node.name for end in ends):
        return None
    providers = [one for one in cluster.providers("configuration") if one.name in {end.provider for end in ends}]
    shared = any(one.on(interface.network.name) for one in providers for interface in node.interfaces)
    if shared or any(subnet.gateway for interface in node.interfaces for subnet in interface.network.subnets):
        return None
    names, mine = listing([one.name for one in providers]), listing([one.network.name for one in node.interfaces])
    what = f"{names} provides configuration, but is not on {mine}, and there is no gateway"
    return Missing("Puppet", what, f"attach {names} to {mine}, or give the network a `gateway:`")


def _served(cluster: Cluster, node: Node, service: str, link: str, interface: Interface) -> Missing | None:
    """A provider must exist, and be reachable from the network the node boots on."""
    network = interface.network
    ends = node.services.get(service, ())
    providers = tuple(one for one in cluster.providers(service) if one.name != node.name)
    if not providers and node.name in {end.provider for end in ends}:
        return Missing(
            link, f"only itself provides {service}", "the first machine is installed from a key: `install: usb`"
        )
    if not providers and not ends:
        return Missing(
            link,
            f"nobody provides {service}",
            "give a node the role that has it (the head, as a rule), or name it under `external:`",
        )
    if any(end.external for end in ends) or any(one.on(network.name) for one in providers):
        return None
    if network.dhcp == "relay" or (service != "dhcp" and any(subnet.gateway for subnet in network.subnets)):
        return None
    names = listing([one.name for one in providers])
    return Missing(
        link,
        f"{names} provides {service}, but is not on network {network.name}",
        f"attach {names} to {network.name}, or say `dhcp: relay` and give a gateway",
    )


CHAIN = ("boot network", "DHCP answer", "loader", "boot file", "kernel", "kickstart", "install source", "Puppet")
"""The links in the order in which they are followed. Kernel and install source are one service, found at the first."""


MADE = ("boot-file", "kickstart")
"""The links that are files of ours."""
