"""How much memory a command and the processes it starts take together, sampled while it runs; Linux only.

Each process's share of what several use counts once, so two copies of one process are not counted twice.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from bench.process import environment

PAUSE = 0.05
"""Seconds between two looks; a look stops the process for about a millisecond, so nothing is timed here."""


def peak(scratch: Path, *words: str) -> int:
    """The largest sum seen, in bytes, of clusterdef with these words."""
    command = [sys.executable, "-m", "clusterdef", *words]
    child = subprocess.Popen(command, cwd=scratch, env=environment(scratch), stdout=subprocess.DEVNULL)
    most = 0
    while child.poll() is None:
        most = max(most, _share(child.pid) + sum(map(_share, _children(child.pid))))
        time.sleep(PAUSE)
    return most


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]
    except OSError:
        return []


def _share(process: int) -> int:
    """The process's proportional share of memory; 0 when it has just ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
