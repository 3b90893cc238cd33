"""Knocking at machines of a laboratory, and who listens there. Nothing here asserts but that it can be done."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.outputs.system.spaces import Lab

PROGRAM = Path(__file__).with_name("knocking.py")

Knock = tuple[str, str, int]
"""Protocol, address, port."""


def listen(found: Lab, name: str, rows: Sequence[Knock]) -> None:
    """A listener on a machine, for as long as the laboratory stands."""
    words = found.machines[name].words(sys.executable, str(PROGRAM), "listen")
    listener = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    found.after.callback(listener.wait, timeout=60)
    found.after.callback(listener.terminate)
    assert listener.stdin
    assert listener.stdout
    found.after.callback(listener.stdout.close)
    listener.stdin.write(json.dumps(rows))
    listener.stdin.close()
    assert listener.stdout.readline() == "ready\n", name


def knocks(found: Lab, client: str, rows: Sequence[Knock]) -> dict[Knock, str | None]:
    """Which address each door had seen that answered, None for the others."""
    words = found.machines[client].words(sys.executable, str(PROGRAM), "knock")
    done = subprocess.run(words, input=json.dumps(rows), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(rows, json.loads(done.stdout), strict=True))
