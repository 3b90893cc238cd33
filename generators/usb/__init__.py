"""The key: what a machine needs to be installed without a network, under the paths that it has on the key.

The key itself is made by a builder, from the manifest; while a machine is installed nothing is written to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.generators.boot import serial
from clusterdef.generators.usb.entry import LABEL, Entry, entries
from clusterdef.generators.usb.item import items

from clusterdef.model import Cluster


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The machines that it installs, and the serial lines that their menus are shown on as well."""
    found = entries(cluster)
    return {
        "entries": found,
        "label": LABEL,
        "serial": _serial(found),
        "machines": [entry.row for entry in found],
        "items": [item.row for item in items(cluster)],
    }


def _serial(found: tuple[Entry, ...]) -> tuple[str, str] | None:
    """The line that all of them have; a menu for machines with different ones stays on the screen."""
    lines = set(_lines(found))
    return lines.pop() if len(lines) == 1 else None


def _lines(found: tuple[Entry, ...]) -> Iterator[tuple[str, str] | None]:
    return (serial(entry.node) for entry in found)
