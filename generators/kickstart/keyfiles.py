"""What the network commands of a kickstart file cannot say, in NetworkManager's own files: a bridge over a VLAN, which
the installer would leave without the VLAN, and the size of packets on hardware that has no command of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clusterdef.generators.name_servers import name_servers
from clusterdef.generators.netplan import USUAL

from clusterdef.model import Address, Cluster, Interface, Node, Placed, way_out

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "networkmanager.clusterdef")
"""Under which the identities of all connections are made."""

Sizes = Mapping[str, int]
"""The largest packet of what stands on a device, by the lowest device's name, or its address where nobody named it."""


@dataclass(frozen=True, slots=True)
class Keyfile:
    """One file below /etc/NetworkManager."""

    path: str
    lines: tuple[str, ...]


def sizes(node: Node) -> Sizes:
    """For every lowest device on which somebody wants packets of another size: what it must let through."""
    found: dict[str, int] = {}
    for interface in node.interfaces:
        for name in lowest(interface):
            found[name] = max(found.get(name, 0), interface.network.mtu or 0)
    return {name: size for name, size in found.items() if size}


def lowest(interface: Interface) -> tuple[str, ...]:
    """What everything else of an interface stands on: the bond, or the hardware."""
    if interface.bond:
        return (interface.bond.name,)
    return interface.devices or interface.macs[:1]


def size_of(interface: Interface, of_lowest: Sizes) -> int | None:
    """The size of packets on the device that carries the address; a VLAN has its parent's unless it is told."""
    said = interface.network.mtu
    below = max((of_lowest.get(name, 0) for name in lowest(interface)), default=said or 0)
    if interface.vlan:
        return said or (USUAL if below > USUAL else None)
    return said if interface.bridge else below or None


def over_a_vlan(interface: Interface) -> bool:
    """Whether it is a bridge over a VLAN. The installer knows the ports of a bridge as hardware or bonds alone."""
    return bool(interface.bridge and interface.vlan and lowest(interface))


def keyfiles(node: Node, cluster: Cluster) -> Iterator[Keyfile]:
    """The files of a machine, where it needs any."""
    if not any(one.vlan or one.bridge for one in node.interfaces):
        return
    out = {
        placed.address for version in (4, 6) if (placed := way_out(node, node.interfaces, cluster.gateways, version))
    }
    of_lowest = sizes(node)
    for interface in node.interfaces:
        if over_a_vlan(interface):
            yield _connection(_port(node, interface, size_of(interface, of_lowest)))
            yield _connection(_bridge(node, interface, out))
    hardware = dict.fromkeys(name for one in node.interfaces if _bare(one) for name in lowest(one))
    lines = [line for name in hardware if name in of_lowest for line in _hardware(name, of_lowest[name])]
    if lines:
        yield Keyfile("conf.d/clusterdef-mtu.conf", tuple(lines))


def _bare(interface: Interface) -> bool:
    """Whether the hardware has no command of its own: something else than a bond stands on it."""
    return not interface.bond and bool(interface.vlan or interface.bridge)


def _hardware(name: str, size: int) -> Iterator[str]:
    """NetworkManager.conf(5): what holds for a device where its connection says nothing."""
    kind = "mac" if ":" in name else "interface-name"
    yield f"[connection-{name.replace(':', '-')}]"
    yield f"match-device={kind}:{name}"
    yield f"ethernet.mtu={size}"


def _connection(lines: tuple[str, ...]) -> Keyfile:
    name = next(line.removeprefix("id=") for line in lines if line.startswith("id="))
    return Keyfile(f"system-connections/{name}.nmconnection", lines)


def _head(node: Node, kind: str, name: str) -> tuple[str, ...]:
    identity = uuid.uuid5(NAMESPACE, f"{node.fqdn}/{name}")
    return ("[connection]", f"id={name}", f"uuid={identity}", f"type={kind}", f"interface-name={name}")


def _port(node: Node, interface: Interface, size: int | None) -> tuple[str, ...]:
    """The VLAN, as a port of the bridge."""
    (lower, *_) = lowest(interface)
    known = bool(interface.bond or interface.devices)
    name = f"{lower}.{interface.vlan}" if known else f"vlan{interface.vlan}"
    ethernet = (*((f"mtu={size}",) if size else ()), *(() if known else (f"mac-address={lower}",)))
    return (
        *_head(node, "vlan", name),
        f"master={interface.bridge}",
        "slave-type=bridge",
        "[vlan]",
        f"id={interface.vlan}",
        *((f"parent={lower}",) if known else ()),
        *(("[ethernet]", *ethernet) if ethernet else ()),
    )


def _bridge(node: Node, interface: Interface, out: set[Address]) -> tuple[str, ...]:
    assert interface.bridge
    leads_out = any(placed.address in out for placed in interface.addresses)
    aside = ("never-default=true",) if not leads_out and (out or not interface.dynamic) else ()
    servers = name_servers(node, interface, leads_out)
    return (
        *_head(node, "bridge", interface.bridge),
        "[bridge]",
        "stp=false",
        *(("[ethernet]", f"mtu={interface.network.mtu}") if interface.network.mtu else ()),
        "[ipv4]",
        *_addressing(interface.v4, interface.dynamic, out, servers, aside),
        "[ipv6]",
        *_addressing(interface.v6, interface.dynamic, out, servers, aside, version=6),
    )


def _addressing(
    placed: Placed | None,
    dynamic: bool,
    out: set[Address],
    servers: tuple[str, ...],
    aside: tuple[str, ...],
    version: int = 4,
) -> Iterator[str]:
    """One section of addresses."""
    if placed is None:
        yield f"method={'auto' if dynamic else 'disabled'}"
        yield from aside if dynamic else ()
        return
    yield "method=manual"
    yield f"address1={placed}/{placed.prefix}"
    if placed.address in out:
        yield f"gateway={placed.subnet.gateway}"
    spoken = [server for server in servers if (":" in server) == (version == 6)]
    if spoken:
        yield f"dns={''.join(f'{server};' for server in spoken)}"
    yield from aside
