"""Every code that `clusterdef check` can give has a case, and every other one a test that names it."""

from __future__ import annotations

from pathlib import Path

from tests.errors.case import HOME, cases
from tests.errors.codes import codes, unclear

CHECK = ("boot.py", "catalog.py", "complaint.py", "inputs.py", "resolve/", "source/")
"""What `check` reads with: its codes have cases."""


def test_every_code_of_check_has_a_case() -> None:
    told = {case.about for case in cases()}
    assert {code: place for code, place in codes(*CHECK).items() if code not in told} == {}


def test_every_other_code_is_named_in_a_test() -> None:
    tests = "\n".join(file.read_text("utf-8") for file in HOME.parent.rglob("*.py") if file != Path(__file__))
    told = {case.about for case in cases()}
    others = {code: place for code, place in codes().items() if code not in told}
    assert {code: place for code, place in others.items() if f'"{code}"' not in tests} == {}


def test_a_code_can_be_searched_for() -> None:
    assert unclear() == []


def test_there_are_many_cases() -> None:
    assert len(cases()) >= 120
