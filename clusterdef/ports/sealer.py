"""Whoever encrypts secrets for somebody else, and makes the pair of keys for it, as the rest sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate to encrypt for, and the private key that reads it, both as PEM."""

    certificate: str
    private_key: bytes = field(repr=False)


class Sealer(Protocol):
    """Encrypts as hiera-eyaml does. No value is in a message, on a command line or in a file of this machine."""

    def pair(self, name: str) -> KeyPair:
        """A new pair; the certificate bears `name`. Raises Refused when it cannot be made here."""

    def fits(self, pair: KeyPair) -> bool:
        """Whether this private key reads what is encrypted for this certificate. Raises Refused when it cannot tell."""

    def seal(self, value: bytes, certificate: str) -> str:
        """The value for the certificate's owner alone: `ENC[PKCS7,…]`, another one each time.

        Raises Refused when it cannot be done here, or for that certificate.
        """
