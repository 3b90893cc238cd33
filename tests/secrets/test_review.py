"""The review of a site's secrets: each fault has its code, and no secret is ever in a problem."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from clusterdef.model import Secret
from clusterdef.problem import Problem, as_json, as_line, as_text
from clusterdef.secrets.review import review
from tests.secrets.keepers import Memory

GOOD = {"users.root_password": b"kmw4xe.9fhuqa.b3cdrt", "htcondor.pool_password": b"0123456789abcdefghijkl"}
ASKED = [
    Secret("users.root_password", "password", ("users.root_password",)),
    Secret("htcondor.pool_password", "token", ("htcondor.pool_password",)),
]


def reviewed(held: Mapping[str, bytes], asked: list[Secret] = ASKED) -> list[Problem]:
    return review(asked, Memory(dict(held)))


def test_good_secrets_are_no_problem() -> None:
    assert reviewed(GOOD) == []


@pytest.mark.parametrize(
    ("held", "code", "severity"),
    [
        ({"users.root_password": b"kmw4xe.9fhuqa.b3cdrt"}, "secrets-missing", "warning"),
        (GOOD | {"users.root_password": b""}, "secret-unusable", "error"),
        (GOOD | {"users.root_password": b"sesame"}, "secret-weak", "warning"),
        (dict.fromkeys(GOOD, b"kmw4xe.9fhuqa.b3cdrt"), "secrets-alike", "warning"),
        (GOOD | {"users.root_password.former": b"older"}, "secrets-unsettled", "note"),
        (GOOD | {"users.rootpassword": b"misnamed"}, "secret-unasked", "note"),
        (GOOD | {"gone.token.salt": b"abcdefgh"}, "secret-unasked", "note"),
    ],
)
def test_a_fault_has_its_code(held: dict[str, bytes], code: str, severity: str) -> None:
    (problem,) = reviewed(held)
    assert (problem.code, problem.severity.word) == (code, severity)
    assert problem.advice


def test_companions_of_what_is_asked_for_are_in_order() -> None:
    assert reviewed(GOOD | {"users.root_password.salt": b"abcdefghabcdefgh"}) == []


def test_a_secret_that_is_called_like_a_companion_is_an_error() -> None:
    asked = [*ASKED, Secret("sea.salt", "token", ("sea.salt",))]
    assert "secret-name" in [
        problem.code for problem in reviewed(GOOD | {"sea.salt": b"0123456789abcdefghijkm"}, asked)
    ]


def test_the_worst_comes_first() -> None:
    held = GOOD | {"users.root_password": b"", "other.one": b"x"}
    assert [problem.severity.word for problem in reviewed(held)] == ["error", "note"]


def test_no_secret_is_in_a_problem() -> None:
    held = {
        "users.root_password": b"hunter2",
        "htcondor.pool_password": b"hunter2",
        "users.root_password.former": b"hunter1",
    }
    found = reviewed(held)
    assert len(found) == 4
    shown = as_json(found) + "".join(as_text(one) + as_line(one) for one in found)
    assert "hunter" not in shown
