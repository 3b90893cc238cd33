"""A program on this machine, whose words go to whoever started us."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from clusterdef.problem import Problem, Refused

LONGEST = 3600.0
"""Seconds for a whole machine's packages over a slow line."""


def run(words: Sequence[str | Path]) -> int:
    """Its exit status. Raises Refused when it cannot be started or does not end."""
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, timeout=LONGEST, check=False).returncode
    except subprocess.TimeoutExpired as error:
        message = f"it did not end within {LONGEST:.0f} seconds"
        raise Refused(Problem("bootstrap-late", message, subject=str(words[1]))) from error
    except OSError as error:
        raise Refused(Problem("bootstrap-failed", f"sh cannot be started: {error}", subject=str(words[1]))) from error
