"""Every code that `clusterdef check` can give has a case: the codes are read from the source."""

from __future__ import annotations

from tests.errors.case import HOME, cases
from tests.errors.codes import codes, unclear

CHECK = (
    "boot.py",
    "catalog.py",
    "complaint.py",
    "declarations.py",
    "inputs.py",
    "moves.py",
    "overrides.py",
    "resolve/",
    "source/",
    "templates.py",
)
"""What `check` reads and judges with. What is written and published has codes of its own, and tests elsewhere."""


def test_every_code_has_a_case() -> None:
    """A directory of that name; or a test, where the trouble cannot be kept in git."""
    made = (HOME / "test_made.py").read_text("utf-8")
    told = {case.about for case in cases()}
    alone = {code: place for code, place in codes(*CHECK).items() if code not in told}
    assert {code: place for code, place in alone.items() if f'"{code}"' not in made and f"[{code}]" not in made} == {}


def test_a_code_can_be_searched_for() -> None:
    assert unclear() == []


def test_there_are_codes_and_cases() -> None:
    assert len(codes(*CHECK)) > 100
    assert len(cases()) > 120
