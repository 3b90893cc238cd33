"""Virtual machines: what libvirt needs to know to make one, the same identity every time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.model import Cluster, Interface, Node

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "clusterdef")
"""Under which the identities of all virtual machines are made."""

DEVICES = {"network": "network", "disk": "hd"}
"""What libvirt calls the things a machine starts from; a key is no part of a virtual machine."""


@dataclass(frozen=True, slots=True)
class Card:
    """A virtual network card and what it is plugged into: a bridge of the host, or one of its devices."""

    mac: str | None
    bridge: str | None
    device: str | None
    mtu: int | None


def context(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """Sizes in KiB and bytes, the order of starting, and the cards."""
    assert subject.vm
    return {
        "uuid": str(uuid.uuid5(NAMESPACE, f"{cluster.name}/{subject.fqdn}")),
        "memory": subject.vm.memory // 1024,
        "boot": [DEVICES[device] for device in subject.boot_order if device in DEVICES] or ["hd"],
        "cards": list(_cards(subject, cluster.nodes[subject.vm.host])),
    }


def _cards(node: Node, host: Node) -> Iterator[Card]:
    """The card that the machine is installed over comes first, for firmware that tries only one."""
    for interface in sorted(node.interfaces, key=lambda interface: interface is not node.boot):
        on_host = host.on(interface.network.name)
        yield Card(interface.mac, _bridge(on_host), on_host.device if on_host else None, interface.network.mtu)


def _bridge(on_host: Interface | None) -> str | None:
    return on_host.bridge if on_host else None
