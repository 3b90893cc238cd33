"""Secrets as environment variables, such as a job of a continuous integration gets them. They are only read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clusterdef.ports.secrets import NAME, read_only, small, usual, without_line_end
from clusterdef.problem import Problem, Refused

SPELLING = (("-", "___"), (".", "__"))
"""What a variable's name cannot hold, longest spelling first: users.root_password is USERS__ROOT_PASSWORD."""


class EnvironmentSecrets:
    """Secrets in those variables of `environment` whose names begin with `prefix`."""

    def __init__(self, environment: Mapping[str, str], prefix: str) -> None:
        self.environment = environment
        self.prefix = prefix

    @property
    def place(self) -> str:
        return f"the environment ({self.prefix}…)"

    @property
    def writable(self) -> bool:
        return False

    def names(self) -> frozenset[str]:
        words = [word for word in self.environment if word.startswith(self.prefix)]
        found = {_name(word.removeprefix(self.prefix)): word for word in words}
        return frozenset(name for name, word in found.items() if NAME.fullmatch(name) and self.variable(name) == word)

    def get(self, name: str) -> bytes | None:
        if not _is_kept(usual(name)):
            return None
        value = self.environment.get(self.variable(name))
        if value is None:
            return None
        return small(name, without_line_end(value.encode("utf-8", "surrogateescape")))

    def add(self, name: str, value: bytes) -> bool:
        raise self._read_only(name)

    def set(self, name: str, value: bytes) -> None:
        raise self._read_only(name)

    def remove(self, name: str) -> None:
        raise self._read_only(name)

    def problems(self, asked: Iterable[str]) -> list[Problem]:
        return [_unspeakable(name) for name in asked if not _is_kept(name)]

    def variable(self, name: str) -> str:
        """The variable that holds the secret `name`."""
        return self.prefix + _word(name)

    def _read_only(self, name: str) -> Refused:
        return read_only(self.place, f"put it into {self.variable(usual(name))} where the environment comes from")


def _word(name: str) -> str:
    for char, spelling in SPELLING:
        name = name.replace(char, spelling)
    return name.upper()


def _name(word: str) -> str:
    name = word.lower()
    for char, spelling in SPELLING:
        name = name.replace(spelling, char)
    return name


def _is_kept(name: str) -> bool:
    """Whether a name comes back from its variable: `a._b` would be read as `a-b`."""
    return _name(_word(name)) == name


def _unspeakable(name: str) -> Problem:
    advice = ("call it otherwise where it is asked for, or keep secrets in files",)
    message = f"{name} cannot be told from another name in the environment"
    return Problem("secret-name", message, subject="secret", advice=advice)
