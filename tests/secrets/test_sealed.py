"""Secrets that lie encrypted: which text stands for one, when that changes, and what is kept of it."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from secrets import token_bytes

import pytest

from clusterdef.drivers.seal_file import SealFile
from clusterdef.model import Recipient
from clusterdef.ports.seals import Kept, Seal, Seals
from clusterdef.problem import Refused
from clusterdef.secrets.handed import Handed
from clusterdef.secrets.sealed import Sealed
from tests.secrets.keepers import Memory
from tests.secrets.sealers import Pretending, Remembered

SECRETS = {"munge.key": b"QUJDREVG", "users.root_password": b"correct horse battery"}


def sealed(seals: Seals, sealer: Pretending, held: dict[str, bytes] | None = None, who: str = "x") -> Sealed:
    """The secrets of a cluster, for the owner of a certificate."""
    keeper = Memory({**SECRETS, "users.root_password.salt": b"saltsaltsaltsalt", **(held or {})})
    recipient = Recipient(Pretending().pair(who).certificate)
    return Sealed(Handed(keeper, "mini", token_bytes), recipient, sealer, seals, token_bytes)


def given(text: str) -> str:
    """What was given to the sealer."""
    return b64decode(text[10:-1]).partition(b" ")[2].decode()


def test_each_form_is_sealed_as_it_would_stand_there_in_clear() -> None:
    found = sealed(Remembered(), Pretending())
    assert given(found("munge.key", "sealed")) == "QUJDREVG"
    assert given(found("users.root_password", "sealedcrypt")).startswith("$6$rounds=100000$saltsaltsaltsalt$")


def test_what_is_not_to_be_sealed_is_handed_out_in_clear() -> None:
    sealer = Pretending()
    assert sealed(Remembered(), sealer)("munge.key", "quoted") == "QUJDREVG"
    assert sealer.sealed == 0


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("50%{x}", "50%{literal('%')}{x}"),
        ("a\nb", "a\nb"),
        # hiera-eyaml takes one line end away.
        ("a\n", "a\n\r\n"),
        ("a\r", "a\r\r\n"),
    ],
)
def test_what_hiera_would_change_is_written_so_that_it_does_not(secret: str, text: str) -> None:
    # The keeper itself takes one line end for the end of the file.
    found = sealed(Remembered(), Pretending(), {"a.b": secret.encode() + b"\n"})
    assert given(found("a.b", "sealed")) == text


def test_the_same_secret_is_the_same_text_the_next_time() -> None:
    seals, sealer = Remembered(), Pretending()
    first = sealed(seals, sealer)
    texts = [first("munge.key", "sealed"), first("munge.key", "sealed"), first("users.root_password", "sealedcrypt")]
    first.keep()
    second = sealed(seals, sealer)
    assert [second("munge.key", "sealed")] * 2 + [second("users.root_password", "sealedcrypt")] == texts
    assert sealer.sealed == 2


def test_another_secret_or_another_certificate_is_another_text() -> None:
    seals, sealer = Remembered(), Pretending()
    first = sealed(seals, sealer)
    text = first("munge.key", "sealed")
    first.keep()
    assert given(sealed(seals, sealer, {"munge.key": b"R0hJ"})("munge.key", "sealed")) == "R0hJ"
    assert sealed(seals, sealer, who="y")("munge.key", "sealed") != text
    assert sealed(seals, sealer)("munge.key", "sealed") == text


def test_what_nobody_asked_for_this_time_is_still_known() -> None:
    seals, sealer = Remembered(), Pretending()
    first = sealed(seals, sealer)
    first("munge.key", "sealed")
    first.keep()
    second = sealed(seals, sealer)
    second("users.root_password", "sealedcrypt")
    second.keep()
    assert seals.kept.seals.keys() == {"munge.key:sealed", "users.root_password:sealedcrypt"}


def test_what_is_kept_says_nothing_of_the_secret() -> None:
    seals = Remembered()
    found = sealed(seals, Pretending())
    found("munge.key", "sealed")
    assert seals.kept == Kept()
    found.keep()
    digest = seals.kept.seals["munge.key:sealed"].digest
    other = Remembered()
    again = sealed(other, Pretending())
    again("munge.key", "sealed")
    again.keep()
    assert other.kept.seals["munge.key:sealed"].digest != digest
    assert str(seals.kept.key) not in repr(seals.kept)


def test_a_secret_that_is_missing_is_told_as_ever() -> None:
    with pytest.raises(Refused) as refused:
        sealed(Remembered(), Pretending())("a.b", "sealed")
    assert refused.value.problems[0].code == "secret-missing"


KEPT = Kept(b"\0" * 32, {"a.b:sealed": Seal("00", "ENC[PKCS7,QUJD]")})


def test_the_file_gives_back_what_it_keeps_to_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / ".sealed"
    seals = SealFile(file)
    assert seals.read() == Kept()
    seals.write(KEPT)
    assert (seals.read(), file.stat().st_mode & 0o777) == (KEPT, 0o600)
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 1, "seals": {}}', '{"key": "AA==", "seals": {"a": 1}}'])
def test_a_damaged_file_counts_for_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".sealed"
    file.write_text(text)
    assert SealFile(file).read() == Kept()


def test_a_file_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / ".sealed").mkdir()
    for act in (SealFile(tmp_path / ".sealed").read, lambda: SealFile(tmp_path / ".sealed").write(KEPT)):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.problems[0].code == "publish-seals"
    assert [path.name for path in tmp_path.iterdir()] == [".sealed"]
