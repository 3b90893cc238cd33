"""Disks in a kickstart file: which one may be taken, how it is divided, and what on it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clusterdef.languages import LANGUAGES
from clusterdef.model import Disk, Layout, Volume

MIB = 1024**2
GIB = 1024**3
SYSTEM = "system"
"""The purpose of the disk that the operating system goes to."""

BOOT = Volume("/boot", GIB, False, None, "xfs", ())
"""Where the kernel goes when the layout does not say."""


@dataclass(frozen=True, slots=True)
class Test:
    """One thing that is asked of a disk: the function of the script that asks it, and what it must be."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a disk must be for a purpose."""

    purpose: str
    tests: tuple[Test, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """One file system to be. `id` names its volume or array; `sizes` and `format` are words of kickstart."""

    mount: str
    id: str
    label: str
    sizes: str
    format: str
    keep: bool


@dataclass(frozen=True, slots=True)
class Storage:
    """Everything the script needs to know. `wanted` is how many disks the layout takes."""

    scheme: str
    system: Rule
    others: tuple[Rule, ...]
    parts: tuple[Part, ...]
    bootloader: str
    wanted: int

    @property
    def keep(self) -> tuple[str, ...]:
        """Labels of the file systems that survive."""
        return tuple(part.label for part in self.parts if part.keep)


@lru_cache(maxsize=256)
def storage(
    layout: Layout | None, disks: tuple[Disk, ...], keep: tuple[str, ...], bootloader: tuple[str, ...]
) -> Storage:
    """The disks of a machine; one without a layout gets nothing but room for its boot files."""
    layout = layout or Layout("", "", "plain", ())
    volumes = _volumes(layout)
    least = sum(volume.size for volume in volumes)
    rules = {disk.purpose: disk for disk in disks}
    return Storage(
        layout.scheme,
        rule(rules.get(SYSTEM, Disk(SYSTEM)), least),
        tuple(rule(disk) for purpose, disk in sorted(rules.items()) if purpose != SYSTEM),
        tuple(_part(volume, keep) for volume in volumes),
        ks_line(*bootloader),
        2 if layout.scheme == "raid1" else 1,
    )


def ks_line(*words: str) -> str:
    """Words of a kickstart file, each as kickstart reads it; a plain value for the script that writes them there."""
    return str(LANGUAGES["ks"].say_in("words", words))


def rule(disk: Disk, least: int = 0) -> Rule:
    """What a disk must be, in tests for the script and in words for people."""
    smallest = max(disk.min or 0, least)
    asked = (
        ("at_least", str(smallest) if smallest else None, f"at least {_size(smallest)}"),
        ("at_most", str(disk.max) if disk.max else None, f"at most {_size(disk.max or 0)}"),
        ("is_kind", disk.type, f"kind {disk.type}"),
        ("has_model", disk.model and "_".join(disk.model.split()), f"model {disk.model}"),
        ("has_serial", disk.serial, f"serial number {disk.serial}"),
        ("is_path", disk.path, f"at {disk.path}"),
    )
    tests = tuple(Test(name, value) for name, value, _ in asked if value)
    return Rule(disk.purpose, tests, ", ".join(words for _, value, words in asked if value) or "any")


def _size(size: int) -> str:
    return f"{size / GIB:.4g} GiB"


def _volumes(layout: Layout) -> tuple[Volume, ...]:
    """The layout's volumes, with a /boot before them where the scheme needs one of its own."""
    there = any(volume.mount == BOOT.mount for volume in layout.volumes)
    return layout.volumes if there or layout.scheme == "plain" else (BOOT, *layout.volumes)


def _part(volume: Volume, kept: tuple[str, ...]) -> Part:
    swap = volume.mount == "swap"
    its_label = "" if swap else label(volume.mount)
    keep = not swap and volume.mount in kept
    return Part(volume.mount, _id(volume.mount), its_label, ks_line(*_sizes(volume)), ks_line(*_format(volume)), keep)


def _sizes(volume: Volume) -> Iterator[str]:
    yield f"--size={max(1, volume.size // MIB)}"
    if volume.grow:
        yield "--grow"
        if volume.max:
            yield f"--maxsize={volume.max // MIB}"


def _format(volume: Volume) -> Iterator[str]:
    if volume.mount == "swap":
        yield "--fstype=swap"
        return
    yield f"--fstype={volume.fs}"
    yield f"--label={label(volume.mount)}"
    if volume.options:
        yield f"--fsoptions=defaults,{','.join(volume.options)}"


def _id(mount: str) -> str:
    return mount.strip("/").replace("/", "_").replace("-", "_") or "root"


def label(mount: str) -> str:
    """The label of a file system, by which a later installation finds it; XFS has room for twelve characters."""
    name = f"cd-{mount.strip('/').replace('/', '-') or 'root'}"
    return name if len(name) <= 12 else f"cd-{hashlib.sha256(mount.encode()).hexdigest()[:9]}"
