"""The machine that is measured: its kind in general words, and the places where trees are written. No names."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.course import Place

ROOM = 4 << 30
"""Bytes that must be free in memory before trees are written there."""

MEMORY = Path("/dev/shm")


@contextmanager
def places(disk: Path, only_disk: bool) -> Iterator[tuple[Path, list[Place]]]:
    """A scratch folder on the disk, and the places to measure: memory where there is enough of it, then the disk."""
    disk.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=disk, prefix="bench-") as folder:
        scratch = Path(folder)
        (scratch / "disk").mkdir()
        on_disk = Place("on disk", scratch / "disk", cleared=False)
        if only_disk or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
            yield scratch, [on_disk]
            return
        with tempfile.TemporaryDirectory(dir=MEMORY, prefix="bench-") as memory:
            yield scratch, [Place("in memory", Path(memory), cleared=True), on_disk]


def kind(found: Sequence[Place]) -> str:
    """Processors, system, file systems and Python, in one line."""
    systems = " and ".join(f"{_file_system(place.folder)} {place.name}" for place in found)
    processors = f"{len(os.sched_getaffinity(0))} processors ({platform.machine()})"
    return f"{processors}, {platform.system()}, {systems}, Python {platform.python_version()}"


def _file_system(folder: Path) -> str:
    """The type of the file system that holds a folder."""
    real = folder.resolve()
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    above = [(len(at), name) for at, name in mounts if real.is_relative_to(at)]
    return max(above)[1]
