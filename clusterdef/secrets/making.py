"""New secrets by kind, from randomness that is passed in."""

from __future__ import annotations

import base64
from collections.abc import Callable

Random = Callable[[int], bytes]
"""Gives that many unpredictable bytes: `secrets.token_bytes`, or something steady in a test."""

READABLE = "abcdefghijkmnpqrstuvwx23456789"
"""No l, o, 0, 1, which look alike, and no y, z, which a console with another keyboard layout swaps."""

PASSWORD_GROUPS = (6, 6, 6)
"""With dots between them 20 characters: as many as a management controller takes (IPMI 2.0, section 22.30)."""

TOKEN_BYTES = 32
KEY_BYTES = 1024
"""What munge makes itself."""


def made(kind: str, random: Random) -> bytes | None:
    """A new secret of a kind; None for one that only somebody else can issue."""
    maker = MAKERS.get(kind)
    return maker(random) if maker else None


def salt(random: Random) -> bytes:
    """Sixteen characters for crypt hashes, the most that sha512-crypt uses."""
    return "".join(_letters(SALT, 16, random)).encode()


SALT = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _password(random: Random) -> bytes:
    return ".".join("".join(_letters(READABLE, size, random)) for size in PASSWORD_GROUPS).encode()


def _token(random: Random) -> bytes:
    return base64.urlsafe_b64encode(random(TOKEN_BYTES)).rstrip(b"=")


def _key(random: Random) -> bytes:
    return base64.b64encode(random(KEY_BYTES))


def _letters(alphabet: str, count: int, random: Random) -> list[str]:
    """Each letter as likely as the others: bytes past the last whole round of the alphabet are thrown away."""
    whole = 256 - 256 % len(alphabet)
    found: list[str] = []
    while len(found) < count:
        found += [alphabet[byte % len(alphabet)] for byte in random(count - len(found)) if byte < whole]
    return found


MAKERS: dict[str, Callable[[Random], bytes]] = {"password": _password, "token": _token, "key": _key}
"""Kind -> how one is made. `given` is in no row."""
