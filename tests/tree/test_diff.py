"""Diffs: applied to the old text they give the new one, and long ones do not take long."""

from __future__ import annotations

import difflib
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterdef.tree import alignment
from clusterdef.tree.diff import unified, visible

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "}", "", "-x", "+y", " z"]), max_size=40).map("\n".join)
LONG = st.lists(st.integers(0, 400).map(str), max_size=120).map("\n".join)


def applied(old: str, diff: list[str]) -> str:
    """What patch(1) would make of `old`; every line that the diff takes for granted is held against it."""
    lines = old.split("\n")
    lines, end = lines[:-1], lines[-1]
    if end:
        lines.append(end + "\n\\ no newline at end of file")
    made: list[str] = []
    at = 0
    for line in joined(diff[2:]):
        if found := HUNK.fullmatch(line):
            start = int(found[1]) - (found[2] != "0")
            made += lines[at:start]
            at = start
            assert len(made) == int(found[3]) - (found[4] != "0")
            continue
        if line[0] in " -":
            assert lines[at] == line[1:]
            at += 1
        if line[0] in " +":
            made.append(line[1:])
    text = "\n".join([*made, *lines[at:], ""])
    return text.removesuffix("\n\\ no newline at end of file\n") if "\\ no newline" in text else text


def joined(diff: list[str]) -> list[str]:
    found: list[str] = []
    for line in diff:
        if line.startswith("\\ "):
            found[-1] += f"\n{line}"
        else:
            found.append(line)
    return found


@given(st.one_of(st.tuples(TEXTS, TEXTS), st.tuples(LONG, LONG)), st.booleans(), st.booleans())
def test_applied_it_gives_the_new_text(texts: tuple[str, str], old_end: bool, new_end: bool) -> None:
    old, new = (text + "\n" * end for text, end in zip(texts, (old_end, new_end), strict=True))
    diff = list(unified(old.encode(), new.encode(), "f"))
    assert bool(diff) == (old != new)
    if diff:
        assert diff[:2] == ["--- a/f", "+++ b/f"]
        assert applied(old, diff) == new


@given(st.integers(1, 60), st.lists(st.integers(0, 59), max_size=4), st.lists(st.integers(0, 59), max_size=4))
def test_where_lines_are_unique_it_is_what_difflib_says(size: int, changed: list[int], gone: list[int]) -> None:
    old = [f"line {number}" for number in range(size)]
    kept = [line for number, line in enumerate(old) if number not in gone]
    new = [f"new {line}" if number in changed else line for number, line in enumerate(kept)]
    expected = difflib.unified_diff(old, new, "a/f", "b/f", lineterm="")
    before, after = ("".join(f"{line}\n" for line in lines).encode() for lines in (old, new))
    assert list(unified(before, after, "f")) == list(expected)


@given(TEXTS, TEXTS)
def test_pairs_are_equal_lines_and_rise(old: str, new: str) -> None:
    before, after = old.split("\n"), new.split("\n")
    found = list(alignment.pairs(before, after))
    assert all(before[i] == after[j] for i, j in found)
    assert all(i < k and j < m for (i, j), (k, m) in itertools.pairwise(found))


def block(number: int, net: int) -> str:
    return f"node 'worker{number}' {{\n  class {{ 'x':\n    address => '10.{net}.0.{number}',\n  }}\n}}\n"


def test_a_long_list_where_every_address_changed_is_no_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: how many lines difflib is given to compare with each other."""
    work: list[int] = []

    class Counting(difflib.SequenceMatcher[str]):
        def __init__(self, junk: None, a: list[str], b: list[str], autojunk: bool) -> None:
            work.append(len(a) * len(b))
            super().__init__(junk, a, b, autojunk)

    monkeypatch.setattr(alignment, "SequenceMatcher", Counting)
    old, new = ("".join(block(number, net) for number in range(3000)).encode() for net in (0, 1))
    diff = list(unified(old, new, "nodes.pp"))
    assert sum(line.startswith(("+ ", "- ")) for line in diff) == 6000
    assert sum(work) <= 3000 * 16


def test_a_gap_too_large_is_replaced_whole() -> None:
    old, new = ["a", "b"] * 200, ["b", "b", "a"] * 200
    assert len(old) * len(new) > alignment.SMALL
    diff = list(unified("\n".join(old).encode(), "\n".join(new).encode(), "f"))
    assert applied("\n".join(old), diff) == "\n".join(new)


@pytest.mark.parametrize(("line", "shown"), [("a\tb", "a\tb"), ("ü", "ü"), ("\r", "\\r"), ("\x9b1m", "\\x9b1m")])
def test_visible(line: str, shown: str) -> None:
    assert visible(line) == shown
