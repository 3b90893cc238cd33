"""Puppet's own tools, run privately: their home is a directory of the test. Nothing here asserts."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.house.package import ROOT


def run(command: Sequence[str], home: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """What a tool says; it runs at the root of the source."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=given, capture_output=True, text=True, timeout=600, check=False
    )


def places(home: Path) -> list[str]:
    """The options that keep Puppet inside its home."""
    return [f"--{name}={home / name[:-3]}" for name in ("confdir", "vardir", "codedir")]
