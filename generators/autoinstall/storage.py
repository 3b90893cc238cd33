"""Disks in an autoinstall file: the actions that divide one disk, make volumes on it, or a mirror of two.

Which disk it is comes out of a script, which puts it in the place of `DISK`. This installer keeps nothing, so a machine
that has something to keep is only installed on empty disks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from clusterdef.generators.disks import MIB, SYSTEM, Rule, label, rule, volumes

from clusterdef.languages import LANGUAGES, Safe
from clusterdef.model import Disk, Layout, Volume

DISK = "/dev/clusterdef-disk-"
"""Stands for the disk until the script knows it; its number comes behind."""

Action = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Storage:
    """What the installer is told, and what its script looks for."""

    actions: Safe
    system: Rule
    others: tuple[Rule, ...]
    wanted: int
    keep: tuple[str, ...]


@lru_cache(maxsize=256)
def storage(layout: Layout | None, disks: tuple[Disk, ...], keep: tuple[str, ...], firmware: str) -> Storage:
    """The disks of a machine; one without a layout gets nothing but room for its boot files."""
    layout = layout or Layout("", "", "plain", ())
    found = _last_grows(volumes(layout))
    rules = {disk.purpose: disk for disk in disks}
    return Storage(
        LANGUAGES["yaml"].say_in("block6", list(_actions(layout.scheme, found, firmware))),
        rule(rules.get(SYSTEM, Disk(SYSTEM)), sum(volume.size for volume in found)),
        tuple(rule(disk) for purpose, disk in sorted(rules.items()) if purpose != SYSTEM),
        _wanted(layout.scheme),
        tuple(volume.mount for volume in found if volume.mount in keep and volume.mount != "swap"),
    )


def _wanted(scheme: str) -> int:
    return 2 if scheme == "raid1" else 1


def _last_grows(found: tuple[Volume, ...]) -> tuple[Volume, ...]:
    """The volumes with the one that takes what is left behind all others, as this installer wants it. Where several
    grow, it is the one without an end, or else the last."""
    growing = [volume for volume in found if volume.grow]
    if not growing:
        return found
    last = next((volume for volume in reversed(growing) if volume.max is None), growing[-1])
    return (*(volume for volume in found if volume is not last), last)


def _actions(scheme: str, found: tuple[Volume, ...], firmware: str) -> Iterator[Action]:
    disks = [f"disk{number}" for number in range(1, _wanted(scheme) + 1)]
    for number, disk in enumerate(disks, 1):
        yield from _ground(disk, number, firmware)
    if scheme == "lvm":
        yield from _logical(found)
    elif scheme == "raid1":
        for volume in found:
            yield from _mirror(volume, disks, volume is found[-1])
    else:
        for volume in found:
            yield _partition("disk1", _id(volume), volume, volume is found[-1])
            yield from _mounted(volume, _id(volume))


def _ground(disk: str, number: int, firmware: str) -> Iterator[Action]:
    """A disk, emptied, with what its firmware starts from."""
    uefi = firmware == "uefi"
    yield {
        "type": "disk", "id": disk, "path": f"{DISK}{number}", "ptable": "gpt", "wipe": "superblock-recursive",
        "preserve": False, "grub_device": not uefi,
    }  # fmt: skip
    size, flag = (600 * MIB, "boot") if uefi else (MIB, "bios_grub")
    yield {
        "type": "partition", "id": f"{disk}-firmware", "device": disk, "size": size, "flag": flag,
        "grub_device": uefi and number == 1,
    }  # fmt: skip
    if uefi:
        yield {"type": "format", "id": f"{disk}-firmware-format", "volume": f"{disk}-firmware", "fstype": "fat32"}
        if number == 1:
            yield {
                "type": "mount", "id": "firmware-mount", "device": f"{disk}-firmware-format", "path": "/boot/efi",
            }  # fmt: skip


def _size(volume: Volume, last: bool) -> int:
    """Bytes in whole mebibytes; -1 is what is left, and only the last may have it."""
    return -1 if volume.grow and last else max(1, volume.size // MIB) * MIB


def _partition(disk: str, name: str, volume: Volume, last: bool, **more: Any) -> Action:
    return {"type": "partition", "id": name, "device": disk, "size": _size(volume, last), "wipe": "superblock", **more}


def _logical(found: tuple[Volume, ...]) -> Iterator[Action]:
    """/boot beside one group with everything else."""
    for volume in found:
        if volume.mount == "/boot":
            yield _partition("disk1", _id(volume), volume, False)
            yield from _mounted(volume, _id(volume))
    yield {"type": "partition", "id": "pv", "device": "disk1", "size": -1, "wipe": "superblock"}
    yield {"type": "lvm_volgroup", "id": "system", "name": "system", "devices": ["pv"]}
    for volume in found:
        if volume.mount != "/boot":
            name = _id(volume)
            yield {
                "type": "lvm_partition", "id": name, "name": name.replace("-", "_"), "volgroup": "system",
                "size": _size(volume, volume is found[-1]),
            }  # fmt: skip
            yield from _mounted(volume, name)


def _mirror(volume: Volume, disks: list[str], last: bool) -> Iterator[Action]:
    name = _id(volume)
    parts = [f"{name}-{number}" for number in range(1, len(disks) + 1)]
    for disk, part in zip(disks, parts, strict=True):
        yield _partition(disk, part, volume, last)
    yield {"type": "raid", "id": name, "name": name, "raidlevel": 1, "devices": parts, "metadata": "1.2"}
    yield from _mounted(volume, name)


def _mounted(volume: Volume, device: str) -> Iterator[Action]:
    """A file system, and where it is seen."""
    name = f"{device}-format"
    if volume.mount == "swap":
        yield {"type": "format", "id": name, "volume": device, "fstype": "swap"}
        yield {"type": "mount", "id": f"{device}-mount", "device": name, "path": ""}
        return
    yield {"type": "format", "id": name, "volume": device, "fstype": volume.fs, "label": label(volume.mount)}
    options = {"options": ",".join(("defaults", *volume.options))} if volume.options else {}
    yield {"type": "mount", "id": f"{device}-mount", "device": name, "path": volume.mount, **options}


def _id(volume: Volume) -> str:
    return volume.mount.strip("/").replace("/", "-") or "root"
