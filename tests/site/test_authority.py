"""The certificate authority of a real server, through the driver: it keeps the contract of the port."""

from __future__ import annotations

import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from clusterdef.drivers.configuration_server import ConfigurationServer
from clusterdef.drivers.puppetca import PuppetCa
from clusterdef.drivers.shell import Shell
from clusterdef.ports.certificates import Certificates
from tests.recover.contract import Authority, CertificatesContract
from tests.site.puppetserver import PuppetServer

SERVER = "puppet.example.org"
STATUS = "/puppet-ca/v1/certificate_status/"


class Real:
    """A server of its own, and machines that ask it."""

    def __init__(self, server: PuppetServer) -> None:
        self.server = server
        folder = server.folder
        options = (f"--confdir={folder}/conf", f"--vardir={folder}/conf/lib")
        self.asked = ConfigurationServer(SERVER, Shell(), options)

    @property
    def port(self) -> Certificates:
        return PuppetCa(self.asked)

    def request(self, certname: str) -> bool:
        shutil.rmtree(self._home(certname), ignore_errors=True)
        before = self.port.look(certname)
        self.server.bootstrap(certname, None)
        after = self.port.look(certname)
        return after is not None and after != before

    def sign(self, certname: str) -> None:
        """The machine that asked last gets what was signed, and keeps it."""
        self._want(certname, "signed")
        done = self.server.bootstrap(certname, None)
        assert done.returncode == 0, done.stdout + done.stderr
        shutil.copytree(self._home(certname), self._home(f"kept-{certname}"))

    def valid(self, certname: str) -> bool:
        shutil.rmtree(self._home(certname), ignore_errors=True)
        shutil.copytree(self._home(f"kept-{certname}"), self._home(certname))
        try:
            return self.server.ask(certname, "GET", "/puppet/v3/environments")[0] == 200
        except (ssl.SSLError, ConnectionError):
            return False

    def revoke(self, certname: str) -> None:
        """A person revokes, and forgets to remove."""
        self._want(certname, "revoked")

    def _want(self, certname: str, state: str) -> None:
        status, said = self.server.ask(SERVER, "PUT", STATUS + certname, {"desired_state": state})
        assert status == 204, said

    def _home(self, name: str) -> Path:
        return self.server.folder / "agents" / name


@pytest.fixture(scope="module")
def authority() -> Iterator[Real]:
    folder = Path(mkdtemp(prefix="clusterdef-authority-"))
    folder.chmod(0o755)
    (folder / "tree").mkdir()
    server = PuppetServer(folder / "server", SERVER, folder / "tree")
    (folder / "server").chmod(0o755)
    try:
        server.configure()
        server.start()
        yield Real(server)
    finally:
        server.stop()
        shutil.rmtree(folder)


class TestReal(CertificatesContract):
    """See the contract."""

    def revoke(self, authority: Authority, certname: str) -> None:
        assert isinstance(authority, Real)
        authority.revoke(certname)
