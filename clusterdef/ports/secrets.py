"""Where secrets are kept, as the rest sees it. Which names there should be, and what is in them, is known elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from clusterdef.problem import Problem, Refused

NAME = re.compile(r"[a-z][a-z0-9._-]{0,159}")
"""Names that every keeper takes: no slash, nothing that a shell or a file system reads in its own way."""

LARGEST = 1 << 20
"""Bytes a secret may have."""


class Secrets(Protocol):
    """A keeper of secrets.

    One line end at the end of what is held is not part of the secret: people write files with editors, and programs
    print lines. Every method raises Refused when the keeper cannot be reached or says no, never with a secret in it.
    """

    @property
    def place(self) -> str:
        """Where this is, in a person's words."""

    @property
    def writable(self) -> bool:
        """False when secrets come from elsewhere: `add`, `set` and `remove` are then Refused."""

    def names(self) -> frozenset[str] | None:
        """The names it holds; None when it can only be asked for one at a time."""

    def get(self, name: str) -> bytes | None:
        """The secret, or None when there is none of that name."""

    def add(self, name: str, value: bytes) -> bool:
        """Keep a new secret; False, and nothing is done, when there is one of that name already."""

    def set(self, name: str, value: bytes) -> None:
        """Keep a secret, in place of the one of that name."""

    def remove(self, name: str) -> None:
        """Forget a secret; one that is not there is none to forget."""

    def problems(self, asked: Iterable[str]) -> list[Problem]:
        """What is wrong with the place itself, and with how the `asked` and all others are kept in it."""


def without_line_end(value: bytes) -> bytes:
    """A secret without the one line end that may follow it."""
    return value.removesuffix(b"\n")


def usual(name: str) -> str:
    """The name, when it is one that every keeper takes. Raises Refused."""
    if NAME.fullmatch(name):
        return name
    advice = ("letters, digits and . _ - are allowed, a small letter first, for example users.root_password",)
    raise Refused(Problem("secret-name", f"'{_shown(name)}' is no name of a secret", subject="secret", advice=advice))


def read_only(place: str, advice: str) -> Refused:
    """What a keeper that only reads says to whoever wants to write."""
    return Refused(
        Problem("secrets-read-only", f"{place} is only read, never written", subject="secret", advice=(advice,))
    )


def small(name: str, value: bytes) -> bytes:
    """The value, when it has no more than LARGEST bytes. Raises Refused."""
    if len(value) <= LARGEST:
        return value
    advice = ("a secret is a password, a token or a key; keep files elsewhere",)
    message = f"{name} has more than {LARGEST >> 20} MiB"
    raise Refused(Problem("secrets-too-large", message, subject="secret", advice=advice))


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in name[:60])
