"""Virtual machines: what libvirt needs to know to make one, the same identity every time, and how it is made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clusterdef.generators.boot import Boot, boot

from clusterdef.model import Cluster, Node

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "clusterdef")
"""Under which the identities of all virtual machines, networks and pools are made."""

DEVICES = {"network": "network", "disk": "hd"}
"""What libvirt calls the things a machine starts from; a key is no part of a virtual machine."""

IMAGES = "/var/lib/libvirt/images"
"""Where a host keeps the disks of its virtual machines, unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class Plug:
    """A network of a host as libvirt knows it: by its name, over a bridge of the host or else one of its devices."""

    network: str
    uuid: str
    bridge: str | None
    device: str | None

    @property
    def known(self) -> bool:
        """Whether anybody said what on the host leads there."""
        return bool(self.on)

    @property
    def on(self) -> str | None:
        """What on the host leads there."""
        return self.bridge or self.device


@dataclass(frozen=True, slots=True)
class Card:
    """A virtual network card, and what it is plugged into. libvirt knows packets of another size on bridges only."""

    mac: str | None
    plug: Plug
    mtu: int | None


def context(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """Sizes in KiB and bytes, the order of starting, the cards, and where the disk is."""
    assert subject.vm
    host = cluster.nodes[subject.vm.host]
    return {
        "uuid": _identity(cluster, subject.fqdn),
        "memory": subject.vm.memory // 1024,
        "start": [DEVICES[device] for device in subject.boot_order if device in DEVICES] or ["hd"],
        "cards": list(_cards(subject, host, cluster)),
        "images": images(host),
        "direct": None,
    }


def context_libvirt_install(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """The same machine, which starts its installer at once."""
    return {**context(subject, cluster), "direct": _direct(subject)}


def context_libvirt_create(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """The same machine, and how it gets its operating system: over the network, or from an image."""
    assert subject.vm
    usual = context(subject, cluster)
    return {
        **usual,
        "plugs": tuple(dict.fromkeys(card.plug for card in usual["cards"])),
        "pool": _identity(cluster, f"{subject.vm.host}/pool"),
        "boot": _direct(subject),
        "image": subject.os.media if subject.os and subject.install == "image" else None,
    }


def images(host: Node) -> str:
    """The directory of virtual disks on a host."""
    return str(host.parameters.get("libvirt.images", IMAGES))


def _direct(node: Node) -> Boot | None:
    """How its installer is started without a boot loader, which would have said which card it came by."""
    found = boot(node) if node.install == "network" and node.boot else None
    if found and node.boot and node.boot.mac:
        return replace(found, arguments=(*found.arguments, f"BOOTIF=01-{node.boot.mac.replace(':', '-')}"))
    return found


def _cards(node: Node, host: Node, cluster: Cluster) -> Iterator[Card]:
    """The card that the machine is installed over comes first, for firmware that tries only one."""
    for interface in sorted(node.interfaces, key=lambda interface: interface is not node.boot):
        plug = _plug(interface.network.name, host, cluster)
        yield Card(interface.mac, plug, interface.network.mtu if plug.bridge else None)


def _plug(network: str, host: Node, cluster: Cluster) -> Plug:
    identity = _identity(cluster, f"{host.name}/network/{network}")
    on_host = host.on(network)
    return Plug(network, identity, on_host.bridge, on_host.device) if on_host else Plug(network, identity, None, None)


def _identity(cluster: Cluster, name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{cluster.name}/{name}"))
