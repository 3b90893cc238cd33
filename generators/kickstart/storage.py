"""Disks in a kickstart file: which one may be taken, how it is divided, and what on it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clusterdef.generators.disks import MIB, SYSTEM, Rule, label, rule, volumes

from clusterdef.languages import LANGUAGES
from clusterdef.model import Disk, Layout, Volume


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
    found = volumes(layout)
    least = sum(volume.size for volume in found)
    rules = {disk.purpose: disk for disk in disks}
    return Storage(
        layout.scheme,
        rule(rules.get(SYSTEM, Disk(SYSTEM)), least),
        tuple(rule(disk) for purpose, disk in sorted(rules.items()) if purpose != SYSTEM),
        tuple(_part(volume, keep) for volume in found),
        ks_line(*bootloader),
        2 if layout.scheme == "raid1" else 1,
    )


def ks_line(*words: str) -> str:
    """Words of a kickstart file, each as kickstart reads it; a plain value for the script that writes them there."""
    return str(LANGUAGES["ks"].say_in("words", words))


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
