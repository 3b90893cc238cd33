"""The certificate authority of the small site, through the driver: it keeps the contract of the port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clusterdef.drivers.configuration_server import ConfigurationServer
from clusterdef.drivers.puppetca import PuppetCa
from clusterdef.drivers.shell import Shell
from clusterdef.ports.certificates import Certificates
from tests.recover.contract import NAMES, Authority, CertificatesContract
from tests.site.ground import Ground

ASK = """\
set -eu
mkdir -p "/root/authority/$1"
cd "/root/authority/$1"
openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout key -out request 2>/dev/null
curl -sSk -o /dev/null -w '%{http_code}' -X PUT -H 'Content-Type: text/plain' --data-binary @request \\
  "https://puppet:8140/puppet-ca/v1/certificate_request/$1?environment=production"
"""
"""Anybody on the network may send a request under any name."""
KEEP = """\
set -eu
cd "/root/authority/$1"
curl -sSkf -o certificate "https://puppet:8140/puppet-ca/v1/certificate/$1"
cp key kept
"""
USE = """\
cd "/root/authority/$1"
curl -sSk -o /dev/null -w '%{http_code}' --cert certificate --key kept https://puppet:8140/puppet/v3/environments
"""


class Real:
    """The site's server, a machine that asks it, and a person who signs there."""

    def __init__(self, site: Ground) -> None:
        self.site = site
        words = ("nsenter", "-t", str(site.server.first), "-m", "-u", "-i", "-n", "-p", "-r", "-w", "sh", "-c")
        self.port: Certificates = PuppetCa(ConfigurationServer("puppet", Shell(words)))

    def request(self, certname: str) -> bool:
        return self._at("int1", ASK, certname) == "200"

    def sign(self, certname: str) -> None:
        self.site.server.run("puppetserver", "ca", "sign", "--certname", certname)
        self._at("int1", KEEP, certname)

    def revoke(self, certname: str) -> None:
        self.site.server.run("puppetserver", "ca", "revoke", "--certname", certname)

    def valid(self, certname: str) -> bool:
        return self._at("int1", USE, certname, check=False) == "200"

    def _at(self, machine: str, script: str, certname: str, check: bool = True) -> str:
        return self.site.machines[machine].run("sh", "-c", script, "sh", certname, check=check).stdout


@pytest.fixture(scope="module")
def authority(site: Ground) -> Iterator[Real]:
    real = Real(site)
    yield real
    for name in NAMES:
        real.port.clean(name)


class TestReal(CertificatesContract):
    """See the contract."""

    def revoke(self, authority: Authority, certname: str) -> None:
        assert isinstance(authority, Real)
        authority.revoke(certname)
