"""A shell on this machine, or on another one by ssh: the same script runs in both. What it does is in the script."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

UNREACHABLE = 255
"""What ssh exits with when it did not even get there."""
CONNECT = 10
"""Seconds for a connection; and as many without a sign of life, three times, end it."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs a script with `sh`. `before` are the words that lead to the machine: none here, those of ssh elsewhere."""

    before: tuple[str, ...] = ()

    @property
    def remote(self) -> bool:
        """True when the machine is another one."""
        return bool(self.before)

    def words(self, script: str, arguments: Sequence[str]) -> list[str]:
        """The command line. A far shell splits it again, so that it is quoted for that."""
        words = ["sh", "-c", script, "sh", *arguments]
        return [*self.before, shlex.join(words)] if self.before else words

    def run(
        self, script: str, arguments: Sequence[str], given: IO[bytes] | int, seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        """Run it to its end. Raises TimeoutExpired, and OSError where there is no ssh."""
        return subprocess.run(self.words(script, arguments), stdin=given, capture_output=True, timeout=seconds)

    def start(self, script: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        """Begin it, with pipes to its standard input and output."""
        return subprocess.Popen(self.words(script, arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def by_ssh(host: str, config: Path | None, user: str = "root") -> Shell:
    """The shell of another machine; the user's own ssh settings count, or those of `config` instead."""
    options = (
        "BatchMode=yes",
        f"ConnectTimeout={CONNECT}",
        f"ServerAliveInterval={CONNECT}",
        "ServerAliveCountMax=3",
        "ForwardAgent=no",
        "ForwardX11=no",
    )
    told = ("-F", str(config)) if config else ()
    return Shell(("ssh", *told, *(word for option in options for word in ("-o", option)), "-l", user, "--", host))
