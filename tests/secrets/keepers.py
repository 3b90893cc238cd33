"""Keepers for the tests: one that lives in memory, one that fails when told to, and how each real one is filled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clusterdef.drivers.secret_command import CommandSecrets
from clusterdef.drivers.secret_environment import EnvironmentSecrets
from clusterdef.drivers.secret_file import FileSecrets
from clusterdef.ports.secrets import Secrets, read_only, small, usual
from clusterdef.problem import Problem


@dataclass
class Memory:
    """A keeper in memory. `left` counts writes down to the one that fails; `silent` cannot tell its names."""

    held: dict[str, bytes] = field(default_factory=dict)
    writable: bool = True
    silent: bool = False
    left: int = -1
    place: str = "memory"

    def names(self) -> frozenset[str] | None:
        return None if self.silent else frozenset(self.held)

    def get(self, name: str) -> bytes | None:
        return self.held.get(usual(name))

    def add(self, name: str, value: bytes) -> bool:
        self._about_to_write(name, value)
        return self.held.setdefault(name, value) is value

    def set(self, name: str, value: bytes) -> None:
        self._about_to_write(name, value)
        self.held[name] = value

    def remove(self, name: str) -> None:
        self._about_to_write(name, b"")
        self.held.pop(name, None)

    def problems(self, asked: Iterable[str]) -> list[Problem]:
        return []

    def _about_to_write(self, name: str, value: bytes) -> None:
        usual(name)
        if not self.writable:
            raise read_only(self.place, "write it elsewhere")
        small(name, value)
        if self.left == 0:
            raise Stopped
        self.left -= 1


class Stopped(Exception):
    """The keeper's process was killed here."""


Maker = Callable[[Path, Mapping[str, bytes]], Secrets]


def memory(folder: Path, held: Mapping[str, bytes]) -> Secrets:
    """The one in memory."""
    return Memory(dict(held))


def files(folder: Path, held: Mapping[str, bytes]) -> Secrets:
    """A directory as a person makes it: files that end with a line end."""
    place = folder / "kept"
    place.mkdir(0o700)
    for name, value in held.items():
        (place / name).touch(0o600)
        (place / name).write_bytes(value + b"\n")
    return FileSecrets(place)


def environment(folder: Path, held: Mapping[str, bytes]) -> Secrets:
    """Variables among others."""
    keeper = EnvironmentSecrets({}, "SITE_")
    words = {keeper.variable(name): value.decode("utf-8", "surrogateescape") for name, value in held.items()}
    return EnvironmentSecrets({"PATH": "/bin", "SITE": "no", **words}, "SITE_")


def command(folder: Path, held: Mapping[str, bytes]) -> Secrets:
    """A program that prints files, with a line end, and fails for those that are not there."""
    files(folder, held)
    return CommandSecrets(["cat", "kept/{name}"], folder)


MAKERS: Mapping[str, Maker] = {"memory": memory, "file": files, "environment": environment, "command": command}
