"""The authority in memory keeps the contract; that of a real server is held to the same in tests/site."""

from __future__ import annotations

import pytest

from clusterdef.ports.certificates import Certificates
from tests.recover.contract import Authority, CertificatesContract
from tests.recover.server import FakeCa


class Memory:
    """The authority of the other tests here."""

    def __init__(self) -> None:
        self.ca = FakeCa()

    @property
    def port(self) -> Certificates:
        return self.ca

    def request(self, certname: str) -> bool:
        return self.ca.request(certname)

    def sign(self, certname: str) -> None:
        self.ca.sign(certname)

    def valid(self, certname: str) -> bool:
        found = self.ca.standing.get(certname)
        return found is not None and found.state == "signed"


class TestMemory(CertificatesContract):
    """See the contract."""

    @pytest.fixture
    def authority(self) -> Memory:
        return Memory()

    def revoke(self, authority: Authority, certname: str) -> None:
        assert isinstance(authority, Memory)
        authority.ca.revoke(certname)
