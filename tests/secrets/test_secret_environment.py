"""Secrets in the environment: which variable holds which, both ways."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from clusterdef.drivers.secret_environment import EnvironmentSecrets
from clusterdef.ports.secrets import NAME


def keeper(**environment: str) -> EnvironmentSecrets:
    return EnvironmentSecrets(environment, "CLUSTERDEF_SECRET_")


def test_a_name_is_spelled_as_a_variable() -> None:
    assert keeper().variable("users.root_password") == "CLUSTERDEF_SECRET_USERS__ROOT_PASSWORD"
    assert keeper().variable("hostcert.bundle.se-1") == "CLUSTERDEF_SECRET_HOSTCERT__BUNDLE__SE___1"


@given(first=some.from_regex(NAME, fullmatch=True), second=some.from_regex(NAME, fullmatch=True))
def test_no_two_names_share_a_variable_unnoticed(first: str, second: str) -> None:
    kept = keeper()
    if first != second and kept.variable(first) == kept.variable(second):
        assert kept.problems([first]) or kept.problems([second])


@given(name=some.from_regex(NAME, fullmatch=True))
def test_what_is_kept_is_listed_by_its_name(name: str) -> None:
    kept = keeper(**{keeper().variable(name): "value"})
    if kept.problems([name]):
        assert kept.get(name) is None
    else:
        assert kept.names() == {name}
        assert kept.get(name) == b"value"


def test_other_variables_are_no_secrets() -> None:
    kept = keeper(PATH="/bin", CLUSTERDEF_SECRET_="x", CLUSTERDEF_SECRET_9="x", CLUSTERDEF_SECRET_bmc__password="x")
    assert kept.names() == frozenset()
    assert kept.get("bmc.password") is None


def test_a_name_that_cannot_be_told_from_another_is_a_problem() -> None:
    (problem,) = keeper(CLUSTERDEF_SECRET_A___B="x").problems(["a._b", "a-b"])
    assert (problem.code, "a._b" in problem.message) == ("secret-name", True)
    assert keeper(CLUSTERDEF_SECRET_A___B="x").get("a._b") is None
    assert keeper(CLUSTERDEF_SECRET_A___B="x").get("a-b") == b"x"


def test_bytes_that_are_no_text_come_through() -> None:
    assert keeper(CLUSTERDEF_SECRET_A__B="\udcff").get("a.b") == b"\xff"
