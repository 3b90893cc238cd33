"""Hashes as other programs make them, the same every time."""

from __future__ import annotations

import base64
import hashlib

import pytest

from clusterdef.problem import Refused
from clusterdef.secrets.hashed import Hashed
from clusterdef.secrets.hashes import ldap_crypt, ldap_ssha, sha512
from tests.secrets.keepers import Memory


def never(size: int) -> bytes:
    raise AssertionError("no new salt is wanted")


def steady(size: int) -> bytes:
    return bytes(range(size))


def test_sha512_crypt_is_that_of_its_specification() -> None:
    """A test vector of "Unix crypt using SHA-256 and SHA-512", version 0.4, with the salt as it is cut there."""
    expected = (
        "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/"
        "y3RnOaw5v."
    )
    assert sha512(b"Hello world!", b"saltstringsaltst", 10_000) == expected


def test_the_number_of_rounds_stands_in_the_hash() -> None:
    assert sha512(b"secret", b"saltstringsaltst").startswith("$6$rounds=100000$saltstringsaltst$")


def test_ssha_is_the_digest_of_secret_and_salt() -> None:
    """draft-stroeder-hashed-userpassword-values, section 2.2: base64 of digest and salt."""
    expected = base64.b64encode(hashlib.sha1(b"secretsaltstringsaltst").digest() + b"saltstringsaltst").decode()
    assert ldap_ssha(b"secret", b"saltstringsaltst") == f"{{SSHA}}{expected}"


def test_crypt_in_a_directory_says_what_it_is() -> None:
    assert ldap_crypt(b"secret", b"saltstringsaltst") == "{CRYPT}" + sha512(b"secret", b"saltstringsaltst")


def test_a_hash_is_the_same_every_time_because_its_salt_is_kept() -> None:
    keeper = Memory({"users.root_password": b"secret"})
    first = Hashed(keeper, "mytier3", steady).crypt("users.root_password")
    assert keeper.held["users.root_password.salt"].decode() in first
    again = Hashed(keeper, "mytier3", never)
    assert again.crypt("users.root_password") == first
    assert again.ldap("users.root_password") == "{CRYPT}" + first
    assert again.ldap_ssha("users.root_password").startswith("{SSHA}")


def test_another_secret_has_another_salt_and_hash() -> None:
    keeper = Memory({"a.b": b"secret", "c.d": b"secret"}, writable=False)
    hashed = Hashed(keeper, "mytier3", never)
    assert hashed.crypt("a.b") != hashed.crypt("c.d")
    assert hashed.crypt("a.b") != Hashed(keeper, "other", never).crypt("a.b")


def test_where_no_salt_can_be_kept_it_follows_from_the_names_not_from_the_secret() -> None:
    old = Hashed(Memory({"a.b": b"one"}, writable=False), "mytier3", never).crypt("a.b")
    new = Hashed(Memory({"a.b": b"two"}, writable=False), "mytier3", never).crypt("a.b")
    assert old.split("$")[3] == new.split("$")[3]
    assert old != new


def test_a_salt_that_is_kept_elsewhere_is_used() -> None:
    keeper = Memory({"a.b": b"one", "a.b.salt": b"abcdefgh"}, writable=False)
    assert "$abcdefgh$" in Hashed(keeper, "mytier3", never).crypt("a.b")


@pytest.mark.parametrize("salt", [b"", b"short", b"with space and more", b"x" * 17, b"\xff" * 16])
def test_what_is_no_salt_is_refused(salt: bytes) -> None:
    with pytest.raises(Refused) as refused:
        Hashed(Memory({"a.b": b"one", "a.b.salt": salt}), "mytier3", steady).crypt("a.b")
    assert refused.value.problems[0].code == "secrets-salt"


@pytest.mark.parametrize("held", [{}, {"a.b": b""}])
def test_without_a_secret_there_is_no_hash(held: dict[str, bytes]) -> None:
    keeper = Memory(held)
    with pytest.raises(Refused) as refused:
        Hashed(keeper, "mytier3", steady).crypt("a.b")
    assert refused.value.problems[0].code == "secret-missing"
    assert "a.b.salt" not in keeper.held
