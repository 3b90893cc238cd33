"""Who alone can read what is encrypted: a certificate, and where the private key that goes with it lies."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

KEYS = "/etc/clusterdef/eyaml"
"""Where the private keys are on the machine that reads what is encrypted, a file for each certificate."""

RSA = bytes.fromhex("06092a864886f70d010101")
"""What says in a certificate that it is for an RSA key (RFC 8017, appendix C): hiera-eyaml knows no other."""

_PEM = re.compile("-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class Recipient:
    """The certificate as PEM, whatever else stands in its file."""

    certificate: str

    @property
    def der(self) -> bytes:
        """The certificate itself; empty when there is none, or none for an RSA key."""
        found = _PEM.search(self.certificate)
        try:
            der = base64.b64decode(found[1]) if found else b""
        except binascii.Error:
            return b""
        return der if RSA in der else b""

    @property
    def pem(self) -> str:
        """The certificate alone, in lines of 64 letters (RFC 7468)."""
        text = base64.b64encode(self.der).decode()
        lines = [text[at : at + 64] for at in range(0, len(text), 64)]
        return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))

    @property
    def fingerprint(self) -> str:
        """Which certificate it is: SHA-256 in hexadecimal digits."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def private_key(self) -> str:
        """The path of the private key on its machine: another certificate's is another file, and both may be there."""
        return f"{KEYS}/{self.fingerprint[:16]}.pem"
