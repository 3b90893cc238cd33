"""Made, replaced, rotated, settled; and stopped at every write, no value that a machine may have is lost."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from clusterdef.model import Secret
from clusterdef.problem import Refused
from clusterdef.secrets import life
from clusterdef.secrets.making import Random
from tests.secrets.keepers import Memory, Stopped

ROOT = Secret("users.root_password", "password", ("users.root_password",))
CERTIFICATE = Secret("hostcert.bundle.se1", "given", ("hostcert.bundle",))
FORMER, SALT = f"{ROOT.name}.former", f"{ROOT.name}.salt"


def source() -> Random:
    return random.Random(1).randbytes


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


@pytest.mark.parametrize("silent", [False, True])
def test_missing_are_those_asked_for_and_not_there(silent: bool) -> None:
    keeper = Memory({CERTIFICATE.name: b"x", "other.one": b"y"}, silent=silent)
    assert life.missing([ROOT, CERTIFICATE], keeper) == [ROOT]


def test_one_that_is_there_is_never_made_again() -> None:
    keeper = Memory({ROOT.name: b"mine"})
    assert not life.generate(ROOT, keeper, source())
    assert keeper.held == {ROOT.name: b"mine"}
    assert life.generate(Secret("bmc.password", "password", ("bmc",)), keeper, source())
    assert keeper.held["bmc.password"]


def test_what_others_issue_is_not_made() -> None:
    with pytest.raises(Refused) as refused:
        life.generate(CERTIFICATE, Memory(), source())
    assert code(refused) == "secret-given"


def test_a_replaced_value_stays_as_the_former_and_its_salt_goes() -> None:
    keeper = Memory({ROOT.name: b"old one here", SALT: b"abcdefgh"})
    assert life.replace(ROOT.name, "password", b"new one here", keeper)
    assert keeper.held == {ROOT.name: b"new one here", FORMER: b"old one here"}


def test_the_oldest_former_value_is_the_one_that_machines_have() -> None:
    keeper = Memory({ROOT.name: b"mistyped", FORMER: b"old one here"})
    life.replace(ROOT.name, "password", b"new one here", keeper)
    assert keeper.held == {ROOT.name: b"new one here", FORMER: b"old one here"}


def test_the_same_value_again_changes_nothing() -> None:
    keeper = Memory({ROOT.name: b"old one here", SALT: b"abcdefgh"})
    assert not life.replace(ROOT.name, "password", b"old one here", keeper)
    assert keeper.held == {ROOT.name: b"old one here", SALT: b"abcdefgh"}


def test_a_first_value_has_no_former() -> None:
    keeper = Memory()
    assert life.replace(ROOT.name, "password", b"first one", keeper)
    assert keeper.held == {ROOT.name: b"first one"}


@pytest.mark.parametrize("value", [b"", b"two\nlines", b"zero\0byte"])
def test_what_is_no_password_is_not_kept(value: bytes) -> None:
    keeper = Memory({ROOT.name: b"old"})
    with pytest.raises(Refused) as refused:
        life.replace(ROOT.name, "password", value, keeper)
    assert code(refused) == "secret-unusable"
    assert keeper.held == {ROOT.name: b"old"}


@pytest.mark.parametrize("name", [FORMER, SALT])
def test_names_of_companions_are_ours(name: str) -> None:
    with pytest.raises(Refused) as refused:
        life.replace(name, "token", b"x" * 30, Memory())
    assert code(refused) == "secret-name"
    with pytest.raises(Refused):
        life.generate(Secret(name, "token", ()), Memory(), source())


def test_rotating_keeps_the_old_value_until_it_is_let_go() -> None:
    keeper = Memory({ROOT.name: b"old", SALT: b"abcdefgh"})
    life.rotate(ROOT, keeper, source())
    assert keeper.held.keys() == {ROOT.name, FORMER}
    assert keeper.held[FORMER] == b"old" != keeper.held[ROOT.name]
    assert life.settle(ROOT.name, keeper)
    assert keeper.held.keys() == {ROOT.name}
    assert not life.settle(ROOT.name, keeper)


def test_an_unsettled_rotation_is_not_rotated_over() -> None:
    keeper = Memory({ROOT.name: b"new", FORMER: b"old"})
    with pytest.raises(Refused) as refused:
        life.rotate(ROOT, keeper, source())
    assert code(refused) == "secrets-unsettled"
    assert keeper.held == {ROOT.name: b"new", FORMER: b"old"}


def test_nothing_and_what_others_issue_cannot_be_rotated() -> None:
    for secret, expected in ((ROOT, "secret-missing"), (CERTIFICATE, "secret-given")):
        keeper = Memory({CERTIFICATE.name: b"issued"})
        with pytest.raises(Refused) as refused:
            life.rotate(secret, keeper, source())
        assert code(refused) == expected
        assert keeper.held == {CERTIFICATE.name: b"issued"}


@pytest.mark.parametrize("writes", range(4))
def test_stopped_at_any_write_a_rotation_loses_nothing_and_can_go_on(writes: int) -> None:
    keeper = Memory({ROOT.name: b"old", SALT: b"abcdefgh"}, left=writes)
    with suppress(Stopped):
        life.rotate(ROOT, keeper, source())
    assert b"old" in (keeper.held[ROOT.name], keeper.held.get(FORMER))
    keeper.left = -1
    if keeper.held[ROOT.name] == b"old":
        life.rotate(ROOT, keeper, source())
    assert keeper.held[FORMER] == b"old"
    assert keeper.held[ROOT.name] not in (b"", b"old")


@pytest.mark.parametrize("writes", range(4))
def test_stopped_at_any_write_a_replacement_loses_nothing(writes: int) -> None:
    keeper = Memory({ROOT.name: b"old", SALT: b"abcdefgh"}, left=writes)
    with suppress(Stopped):
        life.replace(ROOT.name, "password", b"new one", keeper)
    assert b"old" in (keeper.held[ROOT.name], keeper.held.get(FORMER))
    assert keeper.held[ROOT.name] in (b"old", b"new one")
