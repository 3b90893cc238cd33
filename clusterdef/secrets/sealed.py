"""What is handed out for a slot that lies encrypted: the secret in its form, sealed for who is to read it.

Every encryption is another text. What was encrypted the last time is therefore taken again while the secret is the
same, known by a keyed digest, so that publishing it once more changes nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

from clusterdef.languages import SEALED, looked_up
from clusterdef.model import Recipient
from clusterdef.ports.sealer import Sealer
from clusterdef.ports.seals import Kept, Seal, Seals
from clusterdef.secrets.making import Random

KEY = 32
"""Bytes of the key of the digests."""


class Sealed:
    """`handed(name, kind)` gives a secret in clear; slots that are not for sealed ones are its own."""

    def __init__(
        self, handed: Callable[[str, str], str], recipient: Recipient, sealer: Sealer, seals: Seals, random: Random
    ) -> None:
        self._handed = handed
        self._recipient = recipient
        self._sealer = sealer
        self._seals = seals
        self._before = seals.read()
        self._key = self._before.key or random(KEY)
        self._now: dict[str, Seal] = {}

    def __call__(self, name: str, kind: str) -> str:
        """The text for a slot of that name and kind. Raises Refused, as `handed` and the sealer do."""
        if kind not in SEALED:
            return self._handed(name, kind)
        known = f"{name}:{kind}"
        if known not in self._now:
            self._now[known] = self._seal(known, _readable(name, self._handed(name, SEALED[kind])))
        return self._now[known].text

    def _seal(self, known: str, value: bytes) -> Seal:
        digest = hmac.new(self._key, self._recipient.der + value, sha256).hexdigest()
        before = self._before.seals.get(known)
        if before and hmac.compare_digest(before.digest, digest):
            return before
        return Seal(digest, self._sealer.seal(value, self._recipient.pem))

    def keep(self) -> None:
        """Remember what was handed out, beside what was before. Nothing is written where nothing changed."""
        seals = {**self._before.seals, **self._now}
        if seals != self._before.seals:
            self._seals.write(Kept(self._key, seals))


def _readable(name: str, value: str) -> bytes:
    """What hiera-eyaml gives back as the value: it takes away one line end, and looks up what stands in `%{}`."""
    end = "\r\n" if value.endswith(("\r", "\n")) else ""
    return (looked_up(name, value) + end).encode()
