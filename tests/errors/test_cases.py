"""Every case prints what its expected.txt says, the same in all three forms and by both engines."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from clusterdef import schema
from clusterdef.cli import exits
from clusterdef.problem import Problem, Severity, as_line, as_text, has_errors
from tests.errors.case import Case, Seen, cases, seen
from tests.errors.codes import codes

CASES = cases()
KNOWN = codes()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_check_says(case: Case, accept: bool) -> None:
    found = seen(case)
    if accept:
        case.expected.write_text(found.printed, "utf-8")
    assert case.expected.exists(), f"{case} has no expected.txt: make accept, then read it"
    assert found.printed == case.expected.read_text("utf-8")
    assert found.exit_code in ((exits.DEFINITION, exits.WORLD) if has_errors(found.problems) else (exits.FINE,))
    if case.about in KNOWN:
        assert case.about in {problem.code for problem in found.problems}
    for problem in found.problems:
        sound(problem)
    agree(found.problems, seen(case, schema.engine_reference, "json"))


def sound(problem: Problem) -> None:
    """A place, one sentence in lower case without a full stop, and something to do about it."""
    assert problem.place, problem
    assert not re.match("[A-Z]", problem.message) or problem.message.startswith(PROPER), problem.message
    assert not problem.message.endswith("."), problem.message
    if problem.severity is not Severity.NOTE:
        assert problem.advice or problem.label, f"{problem.code} says nothing to do: {problem.message}"


PROPER = ("JSON", "BMC", "Secure Boot", "DNS")
"""Words that a sentence may begin with and that have capitals of their own."""


def agree(problems: tuple[Problem, ...], other: Seen) -> None:
    """The reference engine finds the same, and a line for editors and an object for programs say what the text says."""
    assert other.problems == problems
    said = json.loads(other.printed)
    assert [_line(one) for one in said] == [as_line(problem) for problem in problems]
    assert [_head(one) for one in said] == [as_text(problem).split("\n")[0] for problem in problems]


def _place(said: dict[str, Any]) -> str:
    place = said["place"]
    return f"{place['file']}:{place['line']}:{place['column']}" if place else str(said["subject"])


def _line(said: dict[str, Any]) -> str:
    tail = f" ({said['label']})" if said["label"] else ""
    return f"{_place(said)}: {said['severity']}: {said['message']}{tail} [{said['code']}]"


def _head(said: dict[str, Any]) -> str:
    return f"{_place(said)}  {said['severity']}  {said['message']}"
