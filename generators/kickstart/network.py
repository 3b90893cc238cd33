"""The network commands of a kickstart file: every interface of a machine, the way out on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from clusterdef.model import Address, Interface, Node, Placed

Words = tuple[str, ...]

UP = ("--onboot=yes", "--activate")
BARE = ("--noipv4", "--noipv6", *UP)


@dataclass(frozen=True, slots=True)
class Line:
    """One `network` command, or a remark where nobody knows which device is meant."""

    words: Words
    remark: str = ""


def lines(node: Node) -> Iterator[Line]:
    """The commands for all interfaces, lower devices before those that stand on them."""
    out = {placed.address for version in (4, 6) if (placed := way_out(node, version))}
    raised = {interface.bond.name for interface in node.interfaces if interface.bond and not _carries(interface)}
    linked = node.boot is not None
    for interface in node.interfaces:
        device = _device(node, interface, linked)
        linked = linked or device == "link"
        if device is None:
            yield Line(
                (), f"{interface.network.name}: neither device nor MAC address is known; set up after the first start"
            )
        else:
            yield from (Line(words) for words in _stack(interface, device, _addressing(node, interface, out), raised))


def way_out(node: Node, version: int) -> Placed | None:
    """The address whose subnet's gateway the machine uses: a router before a machine of ours, which would translate
    addresses; then the primary interface; then the site's order. None for a machine that is everybody's way out."""
    own = {placed.address for interface in node.interfaces for placed in interface.addresses}
    ours = {endpoint.address for endpoint in node.services.get("gateway", ())}
    found = [
        (str(placed.subnet.gateway) in ours, interface is not node.primary, number, placed)
        for number, interface in enumerate(node.interfaces)
        for placed in interface.addresses
        if placed.version == version and placed.subnet.gateway and placed.subnet.gateway not in own
    ]
    return min(found, key=lambda item: item[:3])[3] if found else None


def _carries(interface: Interface) -> bool:
    """Whether something stands on the bond or the hardware, so that these have no address themselves."""
    return bool(interface.vlan or interface.bridge)


def _device(node: Node, interface: Interface, linked: bool) -> str | None:
    """How the hardware is called: by MAC address where a name is not needed, else by name; an unknown device is the
    one that the machine booted from, or, once, the one with a link."""
    if interface.bond:
        return interface.bond.name if interface.devices else None
    if interface.mac and not (interface.devices and _carries(interface)):
        return interface.mac
    if interface.devices:
        return interface.devices[0]
    if interface is node.boot:
        return "bootif"
    return None if linked or interface.network.kind != "ethernet" else "link"


def _stack(interface: Interface, device: str, addressing: Words, raised: set[str]) -> Iterator[Words]:
    """The commands for one interface. A bridge needs the name of what it joins; without it the address stands there."""
    base = (f"--device={device}", *_bond(interface))
    named = bool(interface.devices)
    if not _carries(interface) or (not named and not interface.vlan):
        yield (*base, *addressing)
        return
    if interface.bond and interface.bond.name not in raised:
        raised.add(interface.bond.name)
        yield (*base, *BARE)
    lower = device
    if interface.vlan:
        lower = f"{device}.{interface.vlan}" if named else f"vlan{interface.vlan}"
        tag = (f"--device={device}", f"--vlanid={interface.vlan}", f"--interfacename={lower}")
        yield (*tag, *(BARE if interface.bridge else addressing))
    if interface.bridge:
        yield (f"--device={interface.bridge}", f"--bridgeslaves={lower}", *addressing)


def _bond(interface: Interface) -> Words:
    if not interface.bond:
        return ()
    return (f"--bondslaves={','.join(interface.devices)}", f"--bondopts=mode={interface.bond.mode},miimon=100")


def _addressing(node: Node, interface: Interface, out: set[Address]) -> Words:
    """Addresses, gateways and name servers of the device that carries them."""
    leads_out = any(placed.address in out for placed in interface.addresses)
    return (
        *_version4(interface, out),
        *_version6(interface, out),
        *(() if leads_out or (interface.dynamic and not out) else ("--nodefroute",)),
        *_name_servers(node, interface, leads_out),
        *((f"--mtu={interface.network.mtu}",) if interface.network.mtu else ()),
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


def _name_servers(node: Node, interface: Interface, leads_out: bool) -> Words:
    """The network's name servers; where it has none, the cluster's own, on the interface that leads out."""
    found = [str(address) for address in interface.network.dns]
    if not found and (leads_out or len(node.interfaces) == 1):
        found = [endpoint.address for endpoint in node.services.get("dns", ()) if endpoint.address]
    return (f"--nameserver={','.join(dict.fromkeys(found))}",) if found else ()
