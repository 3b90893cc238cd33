"""What comes of each golden site is what was accepted; a difference is shown as a diff."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from clusterdef.generate import artifacts
from clusterdef.site import load
from tests.golden.golden import EXAMPLE, Case, cases


@pytest.mark.parametrize("case", cases(), ids=str)
def test_what_comes_of_it_is_what_was_accepted(case: Case, accept: bool) -> None:
    if accept:
        case.accept()
    expected, seen = case.expected(), case.seen()
    told = [difference(path, expected.get(path), seen.get(path)) for path in sorted({*expected, *seen})]
    told = [one for one in told if one]
    if told:
        pytest.fail(
            f"{case}: {len(told)} files differ; `make accept` takes them\n" + "\n".join(told[:5]), pytrace=False
        )


def difference(path: str, expected: bytes | None, seen: bytes | None) -> str:
    """A unified diff, or nothing."""
    if expected == seen:
        return ""
    before, after = ((one or b"").decode().splitlines() for one in (expected, seen))
    return "\n".join(difflib.unified_diff(before, after, f"accepted/{path}", f"made/{path}", lineterm=""))


def test_a_difference_is_told() -> None:
    assert difference("a", b"same\n", b"same\n") == ""
    assert difference("a", b"one\n", b"two\n").splitlines()[-2:] == ["-one", "+two"]
    assert difference("a", None, b"two\n").splitlines()[-1] == "+two"


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_pattern_is_about_something(case: Case) -> None:
    assert case.patterns
    for pattern in case.patterns:
        assert list(Path(case.folder / "expected").glob(pattern)), f"{case}: nothing is like {pattern}"


def test_one_machine_alone_is_made_as_with_all_the_others() -> None:
    found = load(EXAMPLE)
    assert found.cluster
    every = {one.path: one for one in artifacts(found.cluster, found.generators, found.render())}
    alone = list(artifacts(found.cluster, found.generators, found.render(), {"worker07"}))
    assert [one for one in alone if every[one.path] != one] == []
    assert {one.subject for one in alone} == {"", "worker07"}
