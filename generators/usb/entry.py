"""A machine on the key: which kernel its installer has there, and how that finds medium and answers on the key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from clusterdef.generators.boot import Boot, console
from clusterdef.generators.media import MEDIA, debian_file
from clusterdef.generators.once import once
from clusterdef.generators.suites import SUITES

from clusterdef.model import Cluster, Node, OperatingSystem

LABEL = "CLUSTERDEF"
"""The name of the key's file system, by which everybody finds it, whatever the device is called."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A machine, how its installer starts, and what that reads: answers (files of the tree), medium (`whole` is what
    lies on the key of it, besides kernel and initrd), repositories."""

    node: Node
    boot: Boot
    answers: tuple[str, ...]
    medium: str
    whole: str
    repositories: tuple[str, ...]

    @property
    def row(self) -> Mapping[str, Any]:
        """The same as data."""
        start = {"kernel": self.boot.kernel, "initrd": self.boot.initrd, "arguments": list(self.boot.arguments)}
        return {"name": self.node.name, "firmware": self.node.firmware, **start}


@dataclass(frozen=True, slots=True)
class Family:
    """Where a medium has kernel and initrd, how the installer finds the rest on the key, what its answers are, and
    whether the medium is a directory or an image. `releases` is empty where each may start."""

    kernel: Callable[[OperatingSystem], str]
    initrd: Callable[[OperatingSystem], str]
    arguments: Callable[[Node, str], tuple[str, ...]]
    answers: Callable[[str], tuple[str, ...]]
    ending: str = "/"
    releases: frozenset[str] = frozenset()


def _anaconda(node: Node, medium: str) -> tuple[str, ...]:
    """anaconda-boot-options(7): a file system by its label, and the path there."""
    place = f"hd:LABEL={LABEL}:"
    return (f"inst.stage2={place}/{medium}", f"inst.ks={place}/kickstart/{node.name}.cfg")


def _debian(node: Node, medium: str) -> tuple[str, ...]:
    """The installer that looks for the image of a medium on every file system, and has the one with the image at
    /hd-media (Debian GNU/Linux Installation Guide, 4.3.3 and B.2)."""
    domain = node.fqdn.partition(".")[2]
    return (
        "auto=true",
        "priority=critical",
        f"hostname={node.name}",
        *((f"domain={domain}",) if domain else ()),
        f"file=/hd-media/preseed/{node.name}.cfg",
    )


def _casper(node: Node, medium: str) -> tuple[str, ...]:
    """casper(7): the file system by its label, mounted read-only at /cdrom, and the directory there. An image instead
    (`iso-scan/filename`) would have the key mounted for writing."""
    return (
        f"live-media=/dev/disk/by-label/{LABEL}",
        f"live-media-path={medium}/casper",
        "ignore_uuid",
        "autoinstall",
        f"ds=nocloud;s=/cdrom/autoinstall/{node.name}/",
    )


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "el": Family(
            MEDIA["el"].kernel,
            MEDIA["el"].initrd,
            _anaconda,
            lambda name: (f"kickstart/{name}.cfg",),
        ),
        "debian": Family(
            debian_file("hd-media/vmlinuz"),
            debian_file("hd-media/initrd.gz"),
            _debian,
            lambda name: (f"preseed/{name}.cfg", f"preseed/{name}.disks.sh", f"preseed/{name}.late.sh"),
            ending=".iso",
            releases=frozenset(SUITES),
        ),
        "ubuntu": Family(
            MEDIA["ubuntu"].kernel,
            MEDIA["ubuntu"].initrd,
            _casper,
            lambda name: (f"autoinstall/{name}/user-data", f"autoinstall/{name}/meta-data"),
            releases=frozenset({"22.04", "24.04"}),
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
        family = FAMILIES.get(node.os.family) if node.install == "usb" and node.os else None
        if node.os and family and (not family.releases or node.os.major in family.releases):
            yield _entry(node, node.os, family)


def _entry(node: Node, system: OperatingSystem, family: Family) -> Entry:
    medium = f"media/{system.media}"
    arguments = (*family.arguments(node, medium), *console(node), *node.kernel)
    boot = Boot(f"/{medium}/{family.kernel(system)}", f"/{medium}/{family.initrd(system)}", arguments)
    kept = tuple(one.name for one in (*system.repos, *node.repos) if not one.url)
    return Entry(node, boot, family.answers(node.name), system.media, f"{medium}{family.ending}", kept)
