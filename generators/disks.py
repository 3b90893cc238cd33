"""Disks as every installer has to see them: which one may be taken, what goes to it, and how that is called."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

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


def volumes(layout: Layout) -> tuple[Volume, ...]:
    """The layout's volumes, with a /boot before them where the scheme needs one of its own."""
    there = any(volume.mount == BOOT.mount for volume in layout.volumes)
    return layout.volumes if there or layout.scheme == "plain" else (BOOT, *layout.volumes)


def label(mount: str) -> str:
    """The label of a file system, by which a later installation finds it; XFS has room for twelve characters."""
    name = f"cd-{mount.strip('/').replace('/', '-') or 'root'}"
    return name if len(name) <= 12 else f"cd-{hashlib.sha256(mount.encode()).hexdigest()[:9]}"
