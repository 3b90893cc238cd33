"""Secrets that a program prints, such as pass or sops. It is asked for one at a time, never through a shell."""

from __future__ import annotations

import os
import selectors
import shlex
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from clusterdef.ports.secrets import LARGEST, read_only, small, usual, without_line_end
from clusterdef.problem import Problem, Refused, Severity

HOLE = "{name}"
TIMEOUT = 60.0
"""Seconds a program may take: it may have to ask a person for a passphrase."""


class CommandSecrets:
    """Secrets that `command` prints for a name, put in where `{name}` stands, or added at the end. It runs in `folder`.

    A program that exits with anything but 0 has no such secret; a program that is not there is Refused.
    """

    def __init__(self, command: Sequence[str], folder: Path, timeout: float = TIMEOUT) -> None:
        self.command = tuple(command)
        self.folder = folder
        self.timeout = timeout
        self._failed: dict[str, int] = {}

    @property
    def place(self) -> str:
        return f"the command {shlex.join(self.command)}"

    @property
    def writable(self) -> bool:
        return False

    def names(self) -> None:
        return None

    def get(self, name: str) -> bytes | None:
        arguments = self._arguments(usual(name))
        try:
            status, content = _printed(arguments, self.folder, self.timeout)
        except TimeoutError as error:
            raise self._late(name) from error
        except OSError as error:
            raise self._absent(error) from error
        content = small(name, without_line_end(content))
        if status != 0:
            self._failed[name] = status
            return None
        return content

    def add(self, name: str, value: bytes) -> bool:
        raise self._read_only(name)

    def set(self, name: str, value: bytes) -> None:
        raise self._read_only(name)

    def remove(self, name: str) -> None:
        raise self._read_only(name)

    def problems(self, asked: Iterable[str]) -> list[Problem]:
        """A program that cannot be run; else, how it ended for the names that it did not print."""
        self._failed.clear()
        try:
            for name in asked:
                self.get(name)
        except Refused as refused:
            return list(refused.problems)
        return [self._ended(name, status) for name, status in sorted(self._failed.items())]

    def _arguments(self, name: str) -> list[str]:
        if any(HOLE in word for word in self.command[1:]):
            return [self.command[0], *(word.replace(HOLE, name) for word in self.command[1:])]
        return [*self.command, name]

    def _shown(self, name: str) -> str:
        return shlex.join(self._arguments(name))

    def _read_only(self, name: str) -> Refused:
        return read_only(
            self.place, f"keep it with that program itself, so that this prints it:   {self._shown(usual(name))}"
        )

    def _absent(self, error: OSError) -> Refused:
        advice = (f"install {self.command[0]}, or correct `secrets: command`",)
        message = f"{self.command[0]} cannot be run: {(error.strerror or 'error').lower()}"
        return Refused(Problem("secrets-unreachable", message, subject="secret", advice=advice))

    def _late(self, name: str) -> Refused:
        advice = (f"run it by hand to see what it waits for:   {self._shown(name)}",)
        message = f"{self.command[0]} printed nothing for {self.timeout:g} seconds and was stopped"
        return Refused(Problem("secrets-unreachable", message, subject="secret", advice=advice))

    def _ended(self, name: str, status: int) -> Problem:
        how = f"exit code {status}" if status > 0 else f"signal {-status}"
        advice = (f"run it by hand to see what it says:   {self._shown(name)}",)
        message = f"{self.command[0]} printed nothing for {name} ({how})"
        return Problem("secret-not-printed", message, subject="secret", severity=Severity.NOTE, advice=advice)


def _printed(arguments: Sequence[str], folder: Path, timeout: float) -> tuple[int, bytes]:
    """How the program ended and what it printed, read no further than a secret is long.

    Raises OSError when it cannot be started, TimeoutError when it does not end in time; it is then stopped.
    What it says on standard error is not passed on: nobody knows what it would show.
    """
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    end = time.monotonic() + timeout
    try:
        assert process.stdout
        content = _read(process.stdout.fileno(), end)
        if len(content) > LARGEST + 1:
            return 0, content
        return process.wait(max(0.0, end - time.monotonic())), content
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    finally:
        _stop(process)


def _read(pipe: int, end: float) -> bytes:
    content = b""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while len(content) <= LARGEST + 1:
            if not waiting.select(max(0.0, end - time.monotonic())):
                raise TimeoutError
            part = os.read(pipe, 65536)
            if not part:
                break
            content += part
    return content


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Whatever it was doing, it is gone afterwards, and nothing waits for what it started."""
    if process.poll() is None:
        process.kill()
    if process.stdout:
        process.stdout.close()
    process.wait()
