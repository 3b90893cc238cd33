"""Which values are no secrets at all, and which are weak ones."""

from __future__ import annotations

import base64

import pytest

from clusterdef.secrets.strength import objection, weakness

KEY = base64.b64encode(bytes(range(64)))


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("password", b"", "empty"),
        ("given", b"", "empty"),
        ("password", b"correct\0horse", "zero byte"),
        ("password", b"correct horse\nbattery", "line end"),
        ("password", b"correct horse\r", "line end"),
        ("token", b"abc\tdef", "control character"),
        ("key", b"not base64!", "base64"),
        ("key", b"QUJ", "base64"),
    ],
)
def test_it_cannot_be_a_secret(kind: str, value: bytes, why: str) -> None:
    assert why in objection(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("password", "blåbær og fløde".encode()),
        ("password", b"with spaces and 'quotes'"),
        ("given", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
        ("key", KEY),
        ("key", KEY[:40] + b"\n" + KEY[40:]),
        ("token", b"x" * 43),
    ],
)
def test_it_can(kind: str, value: bytes) -> None:
    assert objection(kind, value) == ""


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("password", b"short", "5 characters"),
        ("password", b"aaaaaaaaaaaaaaaaaaaa", "repeats"),
        ("password", b"Password12345", "common word"),
        ("password", b"root_password1", "common word"),
        ("token", b"0123456789", "10 characters"),
        ("token", b"ababababababababababababab", "repeats"),
        ("key", base64.b64encode(b"0123456789abcdef"), "16 bytes"),
        ("key", base64.b64encode(b"\0" * 1024), "repeats"),
    ],
)
def test_it_is_weak(kind: str, value: bytes, why: str) -> None:
    reason = weakness(kind, "users.root_password", value)
    assert why in reason
    assert value.decode() not in reason


@pytest.mark.parametrize(
    ("kind", "value"),
    [("password", b"correct horse battery staple"), ("key", KEY), ("given", b"x"), ("token", b"0123456789abcdefghij")],
)
def test_it_is_strong_enough(kind: str, value: bytes) -> None:
    assert weakness(kind, "users.root_password", value) == ""
