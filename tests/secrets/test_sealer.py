"""What every sealer does: the one of the tests, and the program openssl, read back by hiera-eyaml itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clusterdef.drivers.openssl_sealer import OpensslSealer
from clusterdef.model import Recipient
from clusterdef.ports.sealer import Sealer
from clusterdef.problem import Refused
from tests.secrets.sealers import MAKERS, Opened

pytestmark = pytest.mark.system

VALUES = [b"correct horse", "blåbær 𝄞 \\ \" '".encode(), b"two\r\nlines", b"QUJD" * 700, b"- a: ENC[x]", b" "]


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest) -> tuple[Sealer, Opened]:
    """A sealer of each kind, and what opens its seals."""
    maker, opened = MAKERS[request.param]
    return maker(), opened


def test_the_private_key_reads_what_was_sealed(made: tuple[Sealer, Opened], tmp_path: Path) -> None:
    sealer, opened = made
    pair = sealer.pair("secrets of mini")
    for value in VALUES:
        text = sealer.seal(value, pair.certificate)
        assert re.fullmatch(r"ENC\[PKCS7,[A-Za-z0-9+/=]+\]", text)
        assert opened(tmp_path, pair, text) == value


def test_the_same_value_is_another_text_each_time(made: tuple[Sealer, Opened]) -> None:
    sealer, _ = made
    certificate = sealer.pair("x").certificate
    assert sealer.seal(b"a", certificate) != sealer.seal(b"a", certificate)


def test_a_pair_goes_together_and_with_no_other(made: tuple[Sealer, Opened]) -> None:
    sealer, _ = made
    first, second = sealer.pair("x"), sealer.pair("x")
    assert sealer.fits(first)
    assert not sealer.fits(type(first)(first.certificate, second.private_key))
    assert Recipient(first.certificate).fingerprint != Recipient(second.certificate).fingerprint


def test_what_is_no_certificate_is_refused(made: tuple[Sealer, Opened]) -> None:
    sealer, _ = made
    with pytest.raises(Refused) as refused:
        sealer.seal(b"correct horse", "nothing")
    (problem,) = refused.value.problems
    assert problem.code == "secrets-unsealed"
    assert problem.advice
    assert "horse" not in str(refused.value)


def test_a_certificate_is_read_as_openssl_reads_it() -> None:
    text = OpensslSealer().pair("secrets of mini").certificate
    assert Recipient(f"subject=CN = mini\n{text}").pem == text


def test_where_there_is_no_openssl_that_is_said() -> None:
    with pytest.raises(Refused) as refused:
        OpensslSealer("no-such-openssl").pair("x")
    assert "install the package openssl" in refused.value.problems[0].advice
