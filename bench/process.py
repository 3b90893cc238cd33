"""One command in a fresh process: its time, its processor, its memory. What is run is not decided here."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the wall, seconds of processor (user and system, children included), and peak memory in bytes."""

    wall: float
    processor: float
    memory: int

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, processor {self.processor:.2f} s, {self.memory // MIB} MiB"


def middle(runs: Sequence[Spent]) -> Spent:
    """The median of each number, and the largest memory."""
    walls, processors = (median(numbers) for numbers in zip(*((run.wall, run.processor) for run in runs), strict=True))
    return Spent(walls, processors, max(run.memory for run in runs))


def clusterdef(scratch: Path, *words: str) -> Spent:
    """Run clusterdef as a user would. Raises Broken when it fails."""
    return spent(scratch, "-m", "clusterdef", *words)


def spent(scratch: Path, *words: str) -> Spent:
    """Run Python with these words and wait for it. Raises Broken, with everything it said, when it fails."""
    with tempfile.TemporaryFile(dir=scratch) as said:
        started = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, *words],
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment(scratch),
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise Broken(f"{' '.join(words)} ended with {child.returncode}:\n{said.read().decode(errors='replace')}")
    return Spent(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


class Broken(Exception):
    """A command that should have worked did not."""


def environment(scratch: Path) -> dict[str, str]:
    """The environment of every measured process: nothing that changes how Python runs, compiled modules kept aside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CLUSTERDEF"))}
    path = os.environ.get("PYTHONPATH")
    return {**kept, **({"PYTHONPATH": path} if path else {}), "PYTHONPYCACHEPREFIX": str(scratch / "compiled")}
