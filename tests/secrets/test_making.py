"""New secrets: of the right form, with nothing in them but the randomness that was passed in."""

from __future__ import annotations

import base64
import random
import re
from collections import Counter
from secrets import token_bytes

import pytest

from clusterdef.secrets.making import MAKERS, READABLE, SALT, made, salt
from clusterdef.secrets.strength import objection, weakness


def steady(seed: int = 1) -> random.Random:
    return random.Random(seed)


def test_a_password_can_be_read_and_typed() -> None:
    password = made("password", token_bytes)
    assert password is not None
    assert re.fullmatch(r"[a-km-np-x2-9]{6}(\.[a-km-np-x2-9]{6}){2}", password.decode())
    assert len(password) == 20


def test_a_token_is_32_bytes_for_an_address_or_a_header() -> None:
    token = made("token", token_bytes)
    assert token is not None
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token.decode())
    assert len(base64.urlsafe_b64decode(token + b"=")) == 32


def test_a_key_is_1024_bytes_in_base64() -> None:
    key = made("key", token_bytes)
    assert key is not None
    assert len(base64.b64decode(key, validate=True)) == 1024


def test_what_others_issue_is_not_made() -> None:
    assert made("given", token_bytes) is None


@pytest.mark.parametrize("kind", MAKERS)
def test_the_randomness_decides(kind: str) -> None:
    assert made(kind, steady(1).randbytes) == made(kind, steady(1).randbytes)
    assert made(kind, steady(1).randbytes) != made(kind, steady(2).randbytes)
    assert made(kind, token_bytes) != made(kind, token_bytes)


@pytest.mark.parametrize("kind", MAKERS)
def test_what_is_made_is_neither_useless_nor_weak(kind: str) -> None:
    source = steady()
    for _ in range(200):
        value = made(kind, source.randbytes)
        assert value is not None
        assert (objection(kind, value), weakness(kind, "users.root_password", value)) == ("", "")


def test_every_letter_is_as_likely_as_the_others() -> None:
    """A byte modulo the alphabet would make the first 16 of its 30 letters likelier by an eighth."""
    source = steady()
    letters = Counter("".join((made("password", source.randbytes) or b"").decode() for _ in range(20_000)))
    counts = [letters[letter] for letter in READABLE]
    assert sum(letters.values()) == 20_000 * 20
    assert max(counts) < 1.08 * min(counts)


def test_a_salt_is_what_crypt_takes() -> None:
    assert re.fullmatch(r"[./0-9A-Za-z]{16}", salt(token_bytes).decode())
    assert len(set(SALT)) == 64
