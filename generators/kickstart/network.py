"""The network commands of a kickstart file: every interface of a machine, the way out on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from clusterdef.generators.kickstart.keyfiles import Sizes, over_a_vlan, size_of, sizes
from clusterdef.generators.name_servers import name_servers

from clusterdef.model import Address, Cluster, Interface, Node, way_out

Words = tuple[str, ...]

UP = ("--onboot=yes", "--activate")
BARE = ("--noipv4", "--noipv6", *UP)


@dataclass(frozen=True, slots=True)
class Line:
    """One `network` command, or a remark where nobody knows which device is meant."""

    words: Words
    remark: str = ""


def lines(node: Node, cluster: Cluster) -> Iterator[Line]:
    """The commands for all interfaces, lower devices before those that stand on them."""
    devices = _devices(node)
    ours = cluster.gateways
    found = [interface for interface, device in zip(node.interfaces, devices, strict=True) if device]
    out = {placed.address for version in (4, 6) if (placed := way_out(node, found, ours, version))}
    of_lowest = sizes(node)
    raised = {interface.bond.name for interface in found if interface.bond and not _carries(interface)}
    for interface, device in zip(node.interfaces, devices, strict=True):
        if device:
            addressing = _addressing(node, interface, out, size_of(interface, of_lowest))
            yield from (Line(words) for words in _stack(interface, device, addressing, raised, of_lowest))
        else:
            yield Line((), f"{interface.network.name}: left out, as nobody said which device; name it in the inventory")


def _carries(interface: Interface) -> bool:
    """Whether something stands on the bond or the hardware, so that these have no address themselves."""
    return bool(interface.vlan or interface.bridge)


def _devices(node: Node) -> list[str | None]:
    """How the hardware of each interface is called. What nobody named is the device that the machine booted from, or,
    once and where it did not boot from a network, the one with a link."""
    found = [_device(interface) for interface in node.interfaces]
    for number, interface in enumerate(node.interfaces):
        if found[number] is None and not interface.bond and interface.network.kind == "ethernet":
            if interface is node.boot:
                found[number] = "bootif" if node.install == "network" else "link"
            elif node.boot is None and "link" not in found:
                found[number] = "link"
    return found


def _device(interface: Interface) -> str | None:
    """By MAC address, which no renaming changes; by name where something stands on it, and on InfiniBand, where a part
    of the hardware's address changes with every start."""
    if interface.bond:
        return interface.bond.name if interface.devices else None
    if interface.network.kind == "infiniband":
        return interface.devices[0] if interface.devices else None
    if interface.mac and not (interface.devices and _carries(interface)):
        return interface.mac
    return interface.devices[0] if interface.devices else None


def _stack(interface: Interface, device: str, addressing: Words, raised: set[str], sizes: Sizes) -> Iterator[Words]:
    """The commands for one interface. A bridge needs the name of what it joins; without it the address stands there.

    A bond is raised by the first command that mentions it: its own where packets have another size than what stands on
    it, or a VLAN's. A bridge over a VLAN comes with files of NetworkManager's.
    """
    bond = _bond(interface, raised)
    if bond and _carries(interface) and (interface.bridge or device in sizes):
        yield (f"--device={device}", *bond, *BARE, *_size(sizes.get(device)))
        bond = ()
    if over_a_vlan(interface):
        return
    if interface.bridge and interface.devices:
        ports = device if interface.bond else ",".join(interface.devices)
        yield (f"--device={interface.bridge}", f"--bridgeslaves={ports}", "--bridgeopts=stp=no", *addressing)
    elif interface.vlan:
        name = f"{device}.{interface.vlan}" if interface.devices else f"vlan{interface.vlan}"
        yield (f"--device={device}", *bond, f"--vlanid={interface.vlan}", f"--interfacename={name}", *addressing)
    else:
        yield (f"--device={device}", *bond, *addressing)


def _size(size: int | None) -> Words:
    return (f"--mtu={size}",) if size else ()


def _bond(interface: Interface, raised: set[str]) -> Words:
    bond = interface.bond
    if not bond or (bond.name in raised and _carries(interface)):
        return ()
    raised.add(bond.name)
    return (f"--bondslaves={','.join(interface.devices)}", f"--bondopts=mode={bond.mode},miimon=100")


def _addressing(node: Node, interface: Interface, out: set[Address], size: int | None) -> Words:
    """Addresses, gateways and name servers of the device that carries them."""
    leads_out = any(placed.address in out for placed in interface.addresses)
    servers = name_servers(node, interface, leads_out)
    return (
        *_version4(interface, out),
        *_version6(interface, out),
        *(() if leads_out or (interface.dynamic and not out) else ("--nodefroute",)),
        *((f"--nameserver={','.join(servers)}",) if servers else ()),
        *_size(size),
        *UP,
    )


def _version4(interface: Interface, out: set[Address]) -> Words:
    placed = interface.v4
    if placed is None:
        return ("--bootproto=dhcp",) if interface.dynamic else ("--noipv4",)
    assert isinstance(placed.subnet.net, IPv4Network)
    gateway = (f"--gateway={placed.subnet.gateway}",) if placed.address in out else ()
    return ("--bootproto=static", f"--ip={placed}", f"--netmask={placed.subnet.net.netmask}", *gateway)


def _version6(interface: Interface, out: set[Address]) -> Words:
    placed = interface.v6
    if placed is None:
        return () if interface.dynamic else ("--noipv6",)
    gateway = (f"--ipv6gateway={placed.subnet.gateway}",) if placed.address in out else ()
    return (f"--ipv6={placed}/{placed.prefix}", *gateway)
