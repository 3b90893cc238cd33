"""GRUB for UEFI machines: a file for each known MAC address, and the menu for machines that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.boot import Boot, boot, pages, serial

from clusterdef.model import Cluster, Node

LOADERS = tuple(f"/EFI/{name}/shimx64.efi" for name in ("redhat", "rocky", "almalinux", "centos", "debian", "ubuntu"))
"""Where installed systems have theirs. `/EFI/BOOT` is left out: installation media have it too."""


def context_grub(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """How one machine is installed, and the serial line it shows its menu on."""
    found = boot(subject)
    return {"boot": found and _by_device(found), "serial": serial(subject), "loaders": LOADERS}


def context_grub_menu(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The machines that may be claimed, page by page."""
    entries = [(title, [(entry.node, _by_device(entry.boot)) for entry in found]) for title, found in pages(cluster)]
    return {"pages": entries, "loaders": LOADERS}


def _by_device(found: Boot) -> Boot:
    return Boot(device_path(found.kernel), device_path(found.initrd), found.arguments)


def device_path(url: str) -> str:
    """A URL as GRUB writes it: `(http,192.0.2.1:8080)/path` of `http://192.0.2.1:8080/path`."""
    protocol, _, rest = url.partition("://")
    server, _, path = rest.partition("/")
    return f"({protocol},{server})/{path}"
