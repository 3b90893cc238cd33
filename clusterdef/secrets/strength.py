"""What makes a secret weak or useless. The secret itself never stands in a reason."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

SHORTEST_PASSWORD = 12
SHORTEST_TOKEN = 20
SHORTEST_KEY = 32
"""Bytes; munge refuses less (mungekey(8))."""

FEWEST_LETTERS = 6
COMMON = ("password", "passw0rd", "changeme", "secret", "qwerty", "letmein", "123456", "admin", "cluster", "root")


def objection(kind: str, value: bytes) -> str:
    """Why a value cannot be this kind of secret at all, or an empty string."""
    if not value:
        return "it is empty"
    if b"\0" in value:
        return "it holds a zero byte, where many programs stop reading"
    if kind in ("password", "token") and any(byte < 32 or byte == 127 for byte in value):
        return "it holds a line end or another control character"
    if kind == "key" and _key(value) is None:
        return "it is not base64"
    return ""


def weakness(kind: str, name: str, value: bytes) -> str:
    """Why a possible value is easy to guess, or an empty string."""
    judge = WEAKNESSES.get(kind)
    return judge(name, value) if judge else ""


def _weak_password(name: str, value: bytes) -> str:
    text = value.decode("utf-8", "replace").lower()
    if len(text) < SHORTEST_PASSWORD:
        return f"it has {len(text)} characters, and {SHORTEST_PASSWORD} are few"
    if len(set(text)) < FEWEST_LETTERS:
        return "it repeats a few characters"
    plain = next((word for word in (*COMMON, *name.split(".")) if word in text and len(text) < len(word) + 8), "")
    return "it is a common word, or the name of what it protects, with little added" if plain else ""


def _weak_token(name: str, value: bytes) -> str:
    if len(value) < SHORTEST_TOKEN:
        return f"it has {len(value)} characters, and programs do not mind {SHORTEST_TOKEN} or more"
    return "it repeats a few characters" if len(set(value)) < FEWEST_LETTERS else ""


def _weak_key(name: str, value: bytes) -> str:
    key = _key(value) or b""
    if len(key) < SHORTEST_KEY:
        return f"it stands for {len(key)} bytes, and at least {SHORTEST_KEY} are wanted"
    return "it repeats a few bytes" if len(set(key)) < SHORTEST_KEY // 2 else ""


def _key(value: bytes) -> bytes | None:
    try:
        return base64.b64decode(b"".join(value.split()), validate=True)
    except binascii.Error:
        return None


WEAKNESSES: dict[str, Callable[[str, bytes], str]] = {
    "password": _weak_password,
    "token": _weak_token,
    "key": _weak_key,
}
