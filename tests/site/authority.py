"""A certificate authority in the place of the configuration server's, and what agents would have got of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.site.machine import Machine
from tests.site.rehearsal import DOMAIN

SSL = "/var/lib/puppet/ssl"
"""Where the distribution's package of the agent keeps certificates."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority, with its files in `folder`."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Authority:
        """A new one."""
        folder.mkdir()
        one = cls(folder)
        one._openssl(
            "req", "-x509", *NEW, "-days", "30", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem"
        )
        return one

    @property
    def certificate(self) -> str:
        """What whoever believes it has."""
        return (self.folder / "ca.pem").read_text("ascii")

    def certify(self, machine: Machine) -> None:
        """Give a machine that does not run yet its key and certificate, where its agent would keep them."""
        name = f"{machine.name}.{DOMAIN}"
        (self.folder / "names").write_text(f"subjectAltName=DNS:{name}\n", "ascii")
        self._openssl("req", *NEW, "-subj", f"/CN={name}", "-keyout", "key", "-out", "request")
        signed_by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "names"]
        self._openssl("x509", "-req", "-in", "request", *signed_by, "-out", "certificate")
        machine.write(f"{SSL}/certs/ca.pem", self.certificate)
        machine.write(f"{SSL}/certs/{name}.pem", (self.folder / "certificate").read_bytes())
        machine.write(f"{SSL}/private_keys/{name}.pem", (self.folder / "key").read_bytes(), 0o640)

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)


NEW = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
