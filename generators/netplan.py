"""A machine's interfaces in the words of netplan (version 2), which cloud-init and Ubuntu's installer know too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clusterdef.generators.name_servers import name_servers

from clusterdef.languages import LANGUAGES
from clusterdef.model import Address, Cluster, Interface, Node, way_out

ANYWHERE = {4: "0.0.0.0/0", 6: "::/0"}
"""Every version of every reader knows these; `default` is newer."""

USUAL = 1500
"""Bytes in a packet, where nobody says otherwise."""

BARE: Mapping[str, Any] = {"dhcp4": False, "dhcp6": False, "accept-ra": False, "link-local": []}


@dataclass(slots=True)
class _Devices:
    """What has been described so far, by kind and name."""

    node: Node
    out: set[Address]
    ethernets: dict[str, Any] = field(default_factory=dict)
    bonds: dict[str, Any] = field(default_factory=dict)
    vlans: dict[str, Any] = field(default_factory=dict)
    bridges: dict[str, Any] = field(default_factory=dict)


def network(node: Node, cluster: Cluster) -> dict[str, Any]:
    """The document below `network:`, without interfaces whose hardware nobody named, unless it is the only one."""
    found = [interface for interface in node.interfaces if _known(node, interface)]
    ours = cluster.gateways
    out = {placed.address for version in (4, 6) if (placed := way_out(node, found, ours, version))}
    devices = _Devices(node, out)
    for interface in found:
        _describe(devices, interface)
    _usual_packets(devices)
    kinds = ("ethernets", "bonds", "vlans", "bridges")
    return {"version": 2, **{kind: said for kind in kinds if (said := getattr(devices, kind))}}


def unknown(node: Node) -> tuple[str, ...]:
    """Networks whose interface cannot be described, because nobody said which device it is."""
    return tuple(interface.network.name for interface in node.interfaces if not _known(node, interface))


def document(said: Mapping[str, Any]) -> str:
    """The whole of it as a file."""
    return f"network:\n{LANGUAGES['yaml'].say_in('block2', said)}\n"


def resolver(node: Node, said: Mapping[str, Any]) -> Iterator[str]:
    """Lines of a resolv.conf: the first three name servers, as no reader looks at more."""
    devices = [one for kind in said.values() if isinstance(kind, Mapping) for one in kind.values()]
    found = [server for one in devices for server in one.get("nameservers", {}).get("addresses", ())]
    if found and node.fqdn != node.name:
        yield f"search {node.fqdn.partition('.')[2]}"
    yield from (f"nameserver {server}" for server in list(dict.fromkeys(found))[:3])


def _known(node: Node, interface: Interface) -> bool:
    if interface.devices:
        return True
    if interface.bond or interface.network.kind == "infiniband":
        return False
    return bool(interface.mac) or (len(node.interfaces) == 1 and interface.network.kind == "ethernet")


def _describe(devices: _Devices, interface: Interface) -> None:
    """The hardware, what stands on it, and the addresses on the uppermost."""
    top = lower = _bond(devices, interface) if interface.bond else _ethernet(devices, interface)
    name = interface.bond.name if interface.bond else _name(interface)
    if interface.vlan:
        name = f"{name}.{interface.vlan}" if interface.devices else f"vlan{interface.vlan}"
        link = interface.bond.name if interface.bond else _name(interface)
        top = devices.vlans[name] = {"id": interface.vlan, "link": link}
    if interface.bridge:
        top.update(BARE)
        parameters = {"stp": False, "forward-delay": 0}
        ports = [name, *_more_ports(devices, interface)]
        top = devices.bridges[interface.bridge] = {"interfaces": ports, "parameters": parameters}
    if top is not lower:
        for key, value in BARE.items():
            lower.setdefault(key, value)
    top.update(_addressing(devices, interface))
    if interface.network.mtu:
        for device in (lower, top):
            device["mtu"] = max(interface.network.mtu, device.get("mtu", 0))


def _more_ports(devices: _Devices, interface: Interface) -> tuple[str, ...]:
    """The hardware besides the first that a bridge joins by itself."""
    more = () if interface.bond or interface.vlan else interface.devices[1:]
    for name in more:
        _device(devices, name, {**BARE, **({"mtu": interface.network.mtu} if interface.network.mtu else {})})
    return more


def _usual_packets(devices: _Devices) -> None:
    """A VLAN on a device with large packets would have them too, where nobody asked for them."""
    for vlan in devices.vlans.values():
        lower = devices.bonds.get(vlan["link"]) or devices.ethernets.get(vlan["link"]) or {}
        if lower.get("mtu", USUAL) > USUAL:
            vlan.setdefault("mtu", USUAL)


def _name(interface: Interface) -> str:
    """How an ethernet device is called here: by its own name, or by the network where nobody knows it."""
    return interface.devices[0] if interface.devices else f"on-{interface.network.name}"


def _ethernet(devices: _Devices, interface: Interface) -> dict[str, Any]:
    """By MAC address, which no renaming changes; by name where something with the same MAC stands on it, and on
    InfiniBand, where a part of the hardware's address changes with every start."""
    named = interface.vlan or interface.bridge or interface.network.kind == "infiniband"
    match = {"macaddress": interface.mac} if interface.mac and not (interface.devices and named) else None
    if not match and not interface.devices:
        match = {"name": "e*"}
    return _device(devices, _name(interface), {"match": match} if match else {})


def _device(devices: _Devices, name: str, said: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = devices.ethernets.setdefault(name, {})
    known.update(said)
    return known


def _bond(devices: _Devices, interface: Interface) -> dict[str, Any]:
    assert interface.bond
    for name in interface.devices:
        _device(devices, name, dict(BARE))
    said = {
        "interfaces": list(interface.devices),
        "parameters": {"mode": interface.bond.mode, "mii-monitor-interval": 100},
    }
    known: dict[str, Any] = devices.bonds.setdefault(interface.bond.name, said)
    return known


def _addressing(devices: _Devices, interface: Interface) -> dict[str, Any]:
    """Addresses, ways out and name servers of the device that carries them."""
    if interface.dynamic:
        return _dynamic(devices, interface)
    leads_out = [placed for placed in interface.addresses if placed.address in devices.out]
    servers = name_servers(devices.node, interface, bool(leads_out))
    search = [interface.network.domain] if interface.network.domain else []
    said: dict[str, Any] = {**BARE, "link-local": ["ipv6"] if interface.v6 else []}
    if interface.addresses:
        said["addresses"] = [f"{placed}/{placed.prefix}" for placed in interface.addresses]
    if leads_out:
        said["routes"] = [{"to": ANYWHERE[one.version], "via": str(one.subnet.gateway)} for one in leads_out]
    if servers:
        said["nameservers"] = {"addresses": list(servers), **({"search": search} if search else {})}
    return said


def _dynamic(devices: _Devices, interface: Interface) -> dict[str, Any]:
    """Somebody else's DHCP decides; its way out is taken only where there is no other."""
    versions = {subnet.version for subnet in interface.network.subnets} or {4}
    aside = {"use-routes": False} if devices.out else None
    said: dict[str, Any] = {"link-local": ["ipv6"]}
    for version in (4, 6):
        said[f"dhcp{version}"] = version in versions
        if version in versions and aside:
            said[f"dhcp{version}-overrides"] = dict(aside)
    return said
