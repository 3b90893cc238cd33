"""A terminal of the test's own (pty(7)): a program asks there, the test reads and answers. Every wait has an end."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 30.0
"""Seconds for an answer: much more than any takes on a busy machine."""

# The program leads a session whose terminal is ours: getpass(3) opens /dev/tty, not standard input.
LEAD = """
import fcntl, os, runpy, signal, sys, termios
signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests in the background lets it be ignored
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.argv[:] = ["clusterdef", *sys.argv[1:]]
runpy.run_module("clusterdef", run_name="__main__", alter_sys=True)
"""
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """`clusterdef` running on a terminal of its own. Use it in a `with` block; it is gone afterwards."""

    def __init__(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.shown = ""
        self._seen = 0
        self._ours, theirs = os.openpty()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", LEAD, *words],
                cwd=folder,
                env={**environment, "TERM": "dumb"},
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
            )
        finally:
            os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(PATIENCE)
        os.close(self._ours)

    def expect(self, text: str) -> str:
        """Wait until `text` is shown after what was waited for before; everything in between."""
        end = time.monotonic() + PATIENCE
        while text not in self.shown[self._seen :]:
            if not self._read(end):
                raise AssertionError(f"it ended without {text!r}:\n{self.shown}")
        start, self._seen = self._seen, self.shown.index(text, self._seen) + len(text)
        return self.shown[start : self._seen]

    def answer(self, line: str = "") -> None:
        """Type a line."""
        os.write(self._ours, line.encode() + b"\n")

    def interrupt(self) -> int:
        """Press Ctrl-C until it ends; the exit code.

        Once is enough for people: Python does not notice a signal that comes just before it begins to read.
        """
        for _ in range(int(PATIENCE)):
            os.write(self._ours, b"\x03")
            try:
                return self.end(1.0)
            except TimeoutError:
                continue
        raise AssertionError(f"it did not end:\n{self.shown}")

    def end(self, patience: float = PATIENCE) -> int:
        """Read to the end; the exit code."""
        end = time.monotonic() + patience
        while self._read(end):
            pass
        return self._process.wait(patience)

    def _read(self, end: float) -> bool:
        """Take what has come; False when nothing more will."""
        ready, _, _ = select.select([self._ours], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise TimeoutError(f"nothing more came after:\n{self.shown}")
        try:
            content = os.read(self._ours, 65536)
        except OSError:  # EIO: the other side is closed
            content = b""
        self.shown = ESCAPE.sub("", (self.shown + content.decode("utf-8", "replace")).replace("\r\n", "\n"))
        return bool(content)
