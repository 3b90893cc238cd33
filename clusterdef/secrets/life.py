"""The life of a secret: missing, made, replaced, rotated until its former value is let go; and its salt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from clusterdef.model import Secret
from clusterdef.ports.secrets import Secrets
from clusterdef.problem import Problem, Refused
from clusterdef.secrets.making import SALT, Random, made, salt
from clusterdef.secrets.strength import objection

FORMER_SUFFIX = ".former"
SALT_SUFFIX = ".salt"
GIVEN = "given"
"""The kind that only somebody else can issue."""
PRIVATE_KEY = "eyaml.private_key"
"""The name of the private key for which Puppet's secrets are encrypted. Nobody asks for it here: it is carried away."""
COMPANIONS = (FORMER_SUFFIX, SALT_SUFFIX)
"""Names that go with a secret's own; no secret may be called so itself."""


def missing(asked: Iterable[Secret], keeper: Secrets) -> list[Secret]:
    """The secrets that somebody asks for and the keeper does not have."""
    names = keeper.names()
    if names is None:
        return [secret for secret in asked if keeper.get(secret.name) is None]
    return [secret for secret in asked if secret.name not in names]


def generate(secret: Secret, keeper: Secrets, random: Random) -> bool:
    """Make a secret and keep it; False when there is one already. Raises Refused for a kind that others issue."""
    new = made(secret.kind, random)
    if new is None:
        raise Refused(_given(secret))
    _refuse_companion(secret.name)
    return keeper.add(secret.name, new)


def replace(name: str, kind: str, value: bytes, keeper: Secrets) -> bool:
    """Keep a value that was given; False when it is the one that is kept already.

    The value before it stays as the former one, unless an even older one is still kept: that is what machines have.
    Raises Refused for a value that cannot be such a secret.
    """
    _refuse_companion(name)
    _refuse_read_only(name, keeper)
    reason = objection(kind, value)
    if reason:
        advice = ("nothing was kept",)
        raise Refused(Problem("secret-unusable", f"this cannot be {name}: {reason}", subject="secret", advice=advice))
    old = keeper.get(name)
    if old == value:
        return False
    if old and keeper.get(name + FORMER_SUFFIX) is None:
        keeper.set(name + FORMER_SUFFIX, old)
    keeper.set(name, value)
    if old is not None:
        keeper.remove(name + SALT_SUFFIX)
    return True


def rotate(secret: Secret, keeper: Secrets, random: Random) -> None:
    """Put a new secret in place of the old, which stays as the former one until `settle`.

    The former one is kept first: stopped anywhere, nothing is lost, and rotating again goes on. Raises Refused when
    there is nothing to rotate, or when an earlier rotation is not settled: some machine may have only that one.
    """
    _refuse_read_only(secret.name, keeper)
    old = keeper.get(secret.name)
    if old is None:
        raise Refused(_nothing(secret))
    former = keeper.get(secret.name + FORMER_SUFFIX)
    if former not in (None, old):
        raise Refused(_unsettled(secret.name))
    new = made(secret.kind, random)
    if new is None:
        raise Refused(_given(secret))
    keeper.set(secret.name + FORMER_SUFFIX, old)
    keeper.set(secret.name, new)
    keeper.remove(secret.name + SALT_SUFFIX)


def settle(name: str, keeper: Secrets) -> bool:
    """Let the former value go; False when there is none."""
    if keeper.get(name + FORMER_SUFFIX) is None:
        return False
    keeper.remove(name + FORMER_SUFFIX)
    return True


def salt_of(name: str, keeper: Secrets, cluster: str, random: Random) -> bytes:
    """The salt of a secret's hashes: the stored one, stored now when there is none.

    A keeper that is only read may hold one as NAME.salt; without it the salt follows from the names of cluster and
    secret, and never from the secret: a salt is published.
    """
    found = keeper.get(name + SALT_SUFFIX)
    if found is None and keeper.writable:
        keeper.add(name + SALT_SUFFIX, salt(random))
        found = keeper.get(name + SALT_SUFFIX)
    if found is None:
        digest = hashlib.sha256(f"{cluster}/{name}".encode()).digest()
        return "".join(SALT[byte % len(SALT)] for byte in digest[:16]).encode()
    if not 8 <= len(found) <= 16 or not set(found.decode("latin-1")) <= set(SALT):
        advice = (f"remove {name}{SALT_SUFFIX} from {keeper.place}: a new one is made when it is needed",)
        raise Refused(Problem("secrets-salt", f"{name}{SALT_SUFFIX} is no salt", subject="secret", advice=advice))
    return found


def companion_of(name: str) -> str | None:
    """The secret whose companion this name is; None for a name of its own."""
    return next((name.removesuffix(suffix) for suffix in COMPANIONS if name.endswith(suffix)), None)


def _refuse_companion(name: str) -> None:
    if companion_of(name) is not None:
        message = f"{name} is a name that clusterdef keeps for itself"
        advice = (f"names that end in {' or '.join(COMPANIONS)} go with another secret",)
        raise Refused(Problem("secret-name", message, subject="secret", advice=advice))


def _refuse_read_only(name: str, keeper: Secrets) -> None:
    """Before a companion is written: the keeper then speaks of the name that the user knows."""
    if not keeper.writable:
        keeper.remove(name)


def _given(secret: Secret) -> Problem:
    advice = (f"keep what you were given:   clusterdef secret set {secret.name} --stdin < FILE",)
    message = f"{secret.name} cannot be made here: only its issuer can"
    return Problem("secret-given", message, subject="secret", advice=advice)


def _nothing(secret: Secret) -> Problem:
    advice = (f"make it:   clusterdef secret generate {secret.name}",)
    return Problem("secret-missing", f"there is no {secret.name} to rotate", subject="secret", advice=advice)


def _unsettled(name: str) -> Problem:
    advice = (f"when every machine has the present one:   clusterdef secret rotate --done {name}", "then rotate again")
    message = f"{name} was rotated before, and its former value is still kept"
    return Problem("secrets-unsettled", message, subject="secret", advice=advice)
