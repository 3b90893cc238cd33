"""A machine on the key: which kernel its installer has there, and how that finds medium and answers on the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from clusterdef.generators.boot import Boot, console
from clusterdef.generators.once import once

from clusterdef.model import Cluster, Node

LABEL = "CLUSTERDEF"
"""The name of the key's file system, by which everybody finds it, whatever the device is called."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A machine, how its installer starts, and what that reads: answers (files of the tree), medium, repositories."""

    node: Node
    boot: Boot
    answers: tuple[str, ...]
    medium: str
    repositories: tuple[str, ...]

    @property
    def row(self) -> Mapping[str, Any]:
        """The same as data."""
        start = {"kernel": self.boot.kernel, "initrd": self.boot.initrd, "arguments": list(self.boot.arguments)}
        return {"name": self.node.name, "firmware": self.node.firmware, **start}


@dataclass(frozen=True, slots=True)
class Family:
    """Where a medium has kernel and initrd, how the installer finds the rest on the key, and what its answers are."""

    kernel: str
    initrd: str
    arguments: Callable[[Node, str], tuple[str, ...]]
    answers: Callable[[Node], tuple[str, ...]]


def _anaconda(node: Node, medium: str) -> tuple[str, ...]:
    """anaconda-boot-options(7): a file system by its label, and the path there."""
    place = f"hd:LABEL={LABEL}:"
    return (f"inst.stage2={place}{medium}", f"inst.ks={place}/kickstart/{node.name}.cfg")


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "el": Family(
            "images/pxeboot/vmlinuz",
            "images/pxeboot/initrd.img",
            _anaconda,
            lambda node: (f"kickstart/{node.name}.cfg",),
        ),
    }
)
"""The families whose installers can be started from the key, by the word of the definition."""


@once
def entries(cluster: Cluster) -> tuple[Entry, ...]:
    """Every machine that is installed by key, in the site's order."""
    return tuple(_entries(cluster))


def _entries(cluster: Cluster) -> Iterator[Entry]:
    for node in cluster.nodes.values():
        if node.install == "usb" and node.os and node.os.family in FAMILIES:
            family = FAMILIES[node.os.family]
            medium = f"/media/{node.os.media}"
            arguments = (*family.arguments(node, medium), *console(node), *node.kernel)
            boot = Boot(f"{medium}/{family.kernel}", f"{medium}/{family.initrd}", arguments)
            kept = tuple(one.name for one in (*node.os.repos, *node.repos) if not one.url)
            yield Entry(node, boot, family.answers(node), node.os.media, kept)
