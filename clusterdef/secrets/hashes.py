"""Hashes of passwords, as installers and directories want them. The same secret and salt give the same hash."""

from __future__ import annotations

from passlib.hash import ldap_salted_sha1, sha512_crypt

ROUNDS = 100_000
"""Many enough that guessing is slow, few enough that glibc, musl and OpenLDAP take them without a pause."""


def sha512(secret: bytes, salt: bytes, rounds: int = ROUNDS) -> str:
    """`$6$rounds=100000$SALT$…` as crypt(5) has it, for shadow files and kickstarts."""
    hashed: str = sha512_crypt.using(salt=salt.decode("ascii"), rounds=rounds).hash(secret)
    return hashed


def ldap_crypt(secret: bytes, salt: bytes) -> str:
    """`{CRYPT}$6$…`: slow to guess; the directory's server needs crypt (RFC 3112, slapd-password(5))."""
    return "{CRYPT}" + sha512(secret, salt)


def ldap_ssha(secret: bytes, salt: bytes) -> str:
    """`{SSHA}…`: understood by every directory, quick to guess. For secrets that were generated, not chosen."""
    hashed: str = ldap_salted_sha1.using(salt=salt).hash(secret)
    return hashed
