"""Sealers for the tests: one that only pretends to encrypt, and what reads back what each has sealed."""

from __future__ import annotations

import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from clusterdef.drivers.openssl_sealer import OpensslSealer
from clusterdef.model.recipient import RSA
from clusterdef.ports.sealer import KeyPair, Sealer
from clusterdef.ports.seals import Kept
from clusterdef.problem import Problem, Refused
from tests.conftest import find_program


@dataclass
class Pretending:
    """Encrypts nothing, and otherwise every time. `sealed` counts how often it was asked."""

    made: int = 0
    sealed: int = 0

    def pair(self, name: str) -> KeyPair:
        self.made += 1
        private = sha256(f"{name} {self.made}".encode()).hexdigest()
        text = b64encode(RSA + private.encode()).decode()
        return KeyPair(f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n", private.encode())

    def fits(self, pair: KeyPair) -> bool:
        return pair.private_key in b64decode(pair.certificate.split("\n")[1])

    def seal(self, value: bytes, certificate: str) -> str:
        if "BEGIN CERTIFICATE" not in certificate:
            raise Refused(Problem("secrets-unsealed", "no certificate", advice=("name one",)))
        self.sealed += 1
        return f"ENC[PKCS7,{b64encode(b'%d %s' % (self.sealed, value)).decode()}]"


@dataclass
class Remembered:
    """Seals in memory."""

    kept: Kept = field(default_factory=Kept)

    def read(self) -> Kept:
        return self.kept

    def write(self, kept: Kept) -> None:
        self.kept = kept


def pretended(folder: Path, pair: KeyPair, text: str) -> bytes:
    """What the pretending one was given."""
    return b64decode(text.removeprefix("ENC[PKCS7,").removesuffix("]")).partition(b" ")[2]


def by_eyaml(folder: Path, pair: KeyPair, text: str) -> bytes:
    """What hiera-eyaml's own program makes of it; it ends what it prints with a line end."""
    (folder / "private.pem").write_bytes(pair.private_key)
    (folder / "public.pem").write_text(pair.certificate)
    keys = ("--pkcs7-private-key", str(folder / "private.pem"), "--pkcs7-public-key", str(folder / "public.pem"))
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [find_program("eyaml"), "decrypt", *keys, "--string", text], capture_output=True, timeout=60, env=environment
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout.removesuffix(b"\n")


Opened = Callable[[Path, KeyPair, str], bytes]
MAKERS: Mapping[str, tuple[Callable[[], Sealer], Opened]] = {
    "pretending": (Pretending, pretended),
    "openssl": (OpensslSealer, by_eyaml),
}
