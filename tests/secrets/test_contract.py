"""What every keeper of secrets does: the one in memory that tests use, and the three that sites use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from clusterdef.ports.secrets import LARGEST, Secrets
from clusterdef.problem import Refused
from tests.secrets.keepers import MAKERS

HELD = {
    "users.root_password": b"kmw4xe.9fhuqa.b3cdrt",
    "bmc.password": "blåbær with spaces, 'quotes' and $signs".encode(),
    "hostcert.bundle.se-1": b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    "munge.key": b"QUJD" * 342,
}
Keep = Callable[[Mapping[str, bytes]], Secrets]


@pytest.fixture(params=MAKERS)
def keep(request: pytest.FixtureRequest, tmp_path: Path) -> Keep:
    """Fills a keeper of each kind."""
    return lambda held: MAKERS[request.param](tmp_path, held)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.problems[0].code


def test_it_gives_what_it_holds(keep: Keep) -> None:
    keeper = keep(HELD)
    assert {name: keeper.get(name) for name in HELD} == HELD


def test_it_has_nothing_else(keep: Keep) -> None:
    keeper = keep(HELD)
    assert keeper.get("nobody.knows") is None
    assert keeper.get("users.root_passwor") is None


def test_it_knows_its_names_or_says_that_it_does_not(keep: Keep) -> None:
    assert keep(HELD).names() in (None, frozenset(HELD))


def test_an_empty_one_has_no_names(keep: Keep) -> None:
    assert not keep({}).names()


def test_an_empty_secret_is_one(keep: Keep) -> None:
    assert keep({"users.root_password": b""}).get("users.root_password") == b""


@pytest.mark.parametrize("name", ["../etc/shadow", "a/b", "", ".", "-n", "A", "a b", "a\n", "$(id)", "x" * 200, "é"])
def test_a_strange_name_is_refused(keep: Keep, name: str) -> None:
    with pytest.raises(Refused) as refused:
        keep(HELD).get(name)
    assert code(refused) == "secret-name"


def test_it_says_where_it_is(keep: Keep) -> None:
    assert keep({}).place


def test_it_finds_no_fault_with_what_is_well_kept(keep: Keep) -> None:
    assert keep(HELD).problems(list(HELD)) == []


def test_a_secret_has_a_largest_size(keep: Keep) -> None:
    keeper = keep({"bmc.password": b"x"})
    with pytest.raises(Refused) as refused:
        keeper.set("bmc.password", b"x" * (LARGEST + 1))
    assert code(refused) == ("secrets-too-large" if keeper.writable else "secrets-read-only")
    assert keeper.get("bmc.password") == b"x"


def test_one_that_is_only_read_refuses_to_write_and_says_what_to_do(keep: Keep) -> None:
    keeper = keep(HELD)
    if keeper.writable:
        keeper.set("bmc.password", b"new\nwith lines\n")
        assert keeper.get("bmc.password") == b"new\nwith lines\n"
        return
    for act in (
        lambda: keeper.set("a.b", b"v"),
        lambda: keeper.add("a.b", b"v"),
        lambda: keeper.remove("bmc.password"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert code(refused) == "secrets-read-only"
        assert refused.value.problems[0].advice
    assert keeper.get("bmc.password") == HELD["bmc.password"]


def test_one_that_is_written_adds_only_what_is_not_there(keep: Keep) -> None:
    keeper = keep({"a.b": b"old"})
    if keeper.writable:
        assert not keeper.add("a.b", b"new")
        assert keeper.add("c.d", b"")
        assert (keeper.get("a.b"), keeper.get("c.d")) == (b"old", b"")
        assert keeper.names() == frozenset(("a.b", "c.d"))


def test_one_that_is_written_forgets(keep: Keep) -> None:
    keeper = keep({"a.b": b"old", "c.d": b"other"})
    if keeper.writable:
        keeper.remove("a.b")
        keeper.remove("a.b")
        assert keeper.get("a.b") is None
        assert keeper.names() == frozenset(("c.d",))
