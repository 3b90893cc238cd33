"""What a virtual machine gets that nobody types: its MAC addresses, and the bridge it is plugged into on its host."""

from __future__ import annotations

import hashlib

PREFIX = "52:54"
"""How QEMU begins addresses of its own making; locally administered, so the other 32 bits are ours to choose."""


def mac(cluster: str, node: str, network: str) -> str:
    """The MAC address of a virtual machine on a network, the same every time it is asked for."""
    digest = hashlib.sha256(f"{cluster}/{node}/{network}".encode()).hexdigest()
    return ":".join([PREFIX, digest[:2], digest[2:4], digest[4:6], digest[6:8]])


def bridge(network: str) -> str:
    """Name of the bridge that a host of virtual machines has on a network; at most 15 characters, as Linux allows."""
    name = f"br-{network}"
    return name if len(name) <= 15 else f"br-{network[:7]}{hashlib.sha256(network.encode()).hexdigest()[:5]}"
