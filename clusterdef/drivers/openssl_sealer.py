"""Encryption by the program openssl of this machine: PKCS7 with AES-256-CBC, as hiera-eyaml has it (RFC 5652)."""

from __future__ import annotations

import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

from clusterdef.ports.sealer import KeyPair
from clusterdef.problem import Problem, Refused

BITS = 3072
DAYS = 36500
"""Nobody looks at the end of this certificate, and nothing is to stop by it."""
SECONDS = 120.0
"""For one program. A key of this size takes a second, on a slow machine a few."""


class OpensslSealer:
    """`program` is the name or path of openssl."""

    def __init__(self, program: str = "openssl") -> None:
        self.program = program

    def pair(self, name: str) -> KeyPair:
        """See ports.sealer."""
        key = self._run(["genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{BITS}"], b"")
        words = ["req", "-new", "-x509", "-sha256", "-key", "/dev/stdin", "-days", str(DAYS), "-subj", f"/CN={name}"]
        return KeyPair(self._run(words, key).decode(), key)

    def fits(self, pair: KeyPair) -> bool:
        """See ports.sealer."""
        public = self._run(["pkey", "-pubout"], pair.private_key)
        return self._run(["x509", "-noout", "-pubkey"], pair.certificate.encode()) == public

    def seal(self, value: bytes, certificate: str) -> str:
        """See ports.sealer. The program takes a certificate as a file only; it is no secret."""
        with tempfile.TemporaryDirectory(prefix="clusterdef-eyaml-") as folder:
            file = Path(folder, "certificate.pem")
            file.write_text(certificate)
            words = ["cms", "-encrypt", "-binary", "-aes-256-cbc", "-outform", "DER", str(file)]
            return f"ENC[PKCS7,{b64encode(self._run(words, value)).decode()}]"

    def _run(self, words: Sequence[str], given: bytes) -> bytes:
        """What it prints. What it says when it fails may be shown: it never speaks of what is in keys and files."""
        try:
            done = subprocess.run([self.program, *words], input=given, capture_output=True, timeout=SECONDS)
        except OSError as error:
            raise Refused(_absent(self.program)) from error
        except subprocess.TimeoutExpired as error:
            raise Refused(_failed(words, f"it did not end within {SECONDS:g} seconds")) from error
        if done.returncode:
            raise Refused(_failed(words, done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]))
        return done.stdout


def _absent(program: str) -> Problem:
    message = f"there is no {program} here, which encrypts secrets"
    return Problem("secrets-unsealed", message, subject="secrets", advice=("install the package openssl",))


def _failed(words: Sequence[str], said: str) -> Problem:
    advice = (said, "look at the file that `secrets: eyaml:` names:   openssl x509 -text -in FILE")
    return Problem("secrets-unsealed", f"openssl {words[0]} failed", subject="secrets", advice=advice)
