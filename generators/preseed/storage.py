"""Disks in a preseed file: the recipe of the partitioner, for one disk, logical volumes on it, or a mirror of two.

Which disk it is comes out of a script; this installer keeps nothing, so a machine that has something to keep is only
installed on empty disks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from clusterdef.generators.disks import SYSTEM, Rule, label, rule, volumes

from clusterdef.model import Disk, Layout, Volume

MB = 10**6
EVERYTHING = 10**9
"""More than any disk has, in megabytes: it grows as far as it can."""

METHODS = {"plain": "regular", "lvm": "lvm", "raid1": "raid"}


@dataclass(frozen=True, slots=True)
class Storage:
    """What the partitioner is told, and what its script looks for. `mirrors` is a line for each array."""

    scheme: str
    method: str
    system: Rule
    others: tuple[Rule, ...]
    recipe: tuple[str, ...]
    mirrors: tuple[str, ...]
    wanted: int
    keep: tuple[str, ...]


@lru_cache(maxsize=256)
def storage(layout: Layout | None, disks: tuple[Disk, ...], keep: tuple[str, ...], firmware: str) -> Storage:
    """The disks of a machine; one without a layout gets nothing but room for its boot files."""
    layout = layout or Layout("", "", "plain", ())
    found = volumes(layout)
    rules = {disk.purpose: disk for disk in disks}
    return Storage(
        layout.scheme,
        METHODS[layout.scheme],
        rule(rules.get(SYSTEM, Disk(SYSTEM)), sum(volume.size for volume in found)),
        tuple(rule(disk) for purpose, disk in sorted(rules.items()) if purpose != SYSTEM),
        (_firmware(firmware), *(_line(volume, number, layout.scheme) for number, volume in enumerate(found, 1))),
        tuple(_mirror(volume, number) for number, volume in enumerate(found, 1)) if layout.scheme == "raid1" else (),
        2 if layout.scheme == "raid1" else 1,
        tuple(volume.mount for volume in found if volume.mount in keep and volume.mount != "swap"),
    )


def _firmware(firmware: str) -> str:
    """What the firmware starts from."""
    if firmware == "uefi":
        return "600 600 600 free $iflabel{ gpt } $reusemethod{ } method{ efi } format{ } ."
    return "1 1 1 free $iflabel{ gpt } $reusemethod{ } method{ biosgrub } ."


def _line(volume: Volume, number: int, scheme: str) -> str:
    return " ".join((_sizes(volume), *_kind(volume, number, scheme), "."))


def _sizes(volume: Volume) -> str:
    """Least, weight and most; what does not grow has the same three times."""
    least = -(-volume.size // MB)
    if not volume.grow:
        return f"{least} {least} {least}"
    return f"{least} {least + 10000} {volume.max // MB if volume.max else EVERYTHING}"


def _kind(volume: Volume, number: int, scheme: str) -> Iterator[str]:
    if scheme == "raid1":
        yield f"raid $lvmignore{{ }} method{{ raid }} raidid{{ {number} }}"
        return
    swap = volume.mount == "swap"
    yield "linux-swap" if swap else volume.fs
    if scheme == "lvm" and volume.mount != "/boot":
        yield f"$lvmok{{ }} lv_name{{ {volume.mount.strip('/').replace('/', '_').replace('-', '_') or 'root'} }}"
    if swap:
        yield "method{ swap } format{ }"
        return
    yield f"method{{ format }} format{{ }} use_filesystem{{ }} filesystem{{ {volume.fs} }}"
    yield f"mountpoint{{ {volume.mount} }} label{{ {label(volume.mount)} }}"
    for option in volume.options:
        yield f"options/{option}{{ {option} }}"


def _mirror(volume: Volume, number: int) -> str:
    """Level, active and spare disks, file system, mount point and parts of one array."""
    swap = volume.mount == "swap"
    return f"1 2 0 {'swap' if swap else volume.fs} {'-' if swap else volume.mount} raidid={number} ."
