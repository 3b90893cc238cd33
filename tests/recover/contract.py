"""What every certificate authority does, the one in memory and the real one. A subclass says how one is had."""

from __future__ import annotations

import time
from typing import Protocol

from clusterdef.ports.certificates import REQUESTED, SIGNED, Certificates

NAMES = tuple(f"c{number}.example.org" for number in range(1, 7))
"""The names that the tests use: each its own, because a real authority lives on."""


SOON = 30.0
"""Seconds for what takes a fraction of one."""


class Authority(Protocol):
    """An authority with what others do to it: machines send requests, persons sign."""

    @property
    def port(self) -> Certificates:
        """The authority as the rest sees it."""

    def request(self, certname: str) -> bool:
        """Somebody sends a request with a new key; False when something stands in its way."""

    def sign(self, certname: str) -> None:
        """A person signs the request that waits."""

    def valid(self, certname: str) -> bool:
        """Whether the certificate that was signed last for this name is let in."""


def _ends(authority: Authority, certname: str) -> bool:
    """Whether the certificate is let in no more; a server reads its list of revocations a moment later."""
    end = time.monotonic() + SOON
    while authority.valid(certname) and time.monotonic() < end:
        time.sleep(0.2)
    return not authority.valid(certname)


class CertificatesContract:
    """Tests that ask for the fixture `authority`."""

    def test_nothing_is_there(self, authority: Authority) -> None:
        assert authority.port.look(NAMES[0]) is None
        assert list(authority.port.clean(NAMES[0])) == []

    def test_a_request_that_waits_is_seen_and_removed(self, authority: Authority) -> None:
        name = NAMES[1]
        assert authority.request(name)
        found = authority.port.look(name)
        assert found
        assert (found.state, bool(found.fingerprint)) == (REQUESTED, True)
        assert not authority.request(name), "it stands in the way of another"
        assert list(authority.port.clean(name)) == [found]
        assert authority.port.look(name) is None
        assert authority.request(name), "nothing stands in the way any more"

    def test_a_certificate_is_seen_revoked_and_removed(self, authority: Authority) -> None:
        name = NAMES[2]
        authority.request(name)
        authority.sign(name)
        found = authority.port.look(name)
        assert found
        assert (found.state, authority.valid(name)) == (SIGNED, True)
        assert not authority.request(name), "it stands in the way of a request"
        assert list(authority.port.clean(name)) == [found]
        assert (authority.port.look(name), _ends(authority, name)) == (None, True)
        assert authority.request(name), "nothing stands in the way any more"

    def test_one_that_was_revoked_already_is_removed(self, authority: Authority) -> None:
        name = NAMES[3]
        authority.request(name)
        authority.sign(name)
        self.revoke(authority, name)
        assert len(authority.port.clean(name)) == 1
        assert authority.port.look(name) is None

    def test_others_are_left_alone(self, authority: Authority) -> None:
        authority.request(NAMES[4])
        authority.request(NAMES[5])
        authority.port.clean(NAMES[4])
        assert authority.port.look(NAMES[5])

    def revoke(self, authority: Authority, certname: str) -> None:
        """Revoke without removing, as a person may."""
        raise NotImplementedError
