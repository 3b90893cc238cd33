"""A large YAML file read in two halves is the same as one that is read as a whole, or it is read as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterdef.problem import Refused
from clusterdef.second import Second
from clusterdef.source import Document, halves
from clusterdef.source.limits import Limits
from clusterdef.source.lines import YAML_BREAKS, Lines
from clusterdef.source.yaml_builder import Builder
from clusterdef.source.yaml_document import parse_yaml
from tests.golden.golden import cases

SITES = [case.site.read_text("utf-8") for case in cases()]
LIMITS = Limits()


def whole(text: str) -> tuple[Any, list[list[int]]] | None:
    builder = Builder(Lines("site.yaml", text, YAML_BREAKS), LIMITS)
    try:
        return shape(builder.document(), builder.places)
    except Refused:
        return None


def shape(data: Any, places: dict[int, list[int]]) -> tuple[Any, list[list[int]]]:
    """What can be compared: the data with its keys in their order, and the places of each container."""
    return repr(data), [places[id(one)] for one in halves.containers(data)]


def in_halves(text: str, near: int) -> tuple[Any, list[list[int]]] | None:
    """What the halves come to; None where they leave it to one process."""
    cut = halves.cut_of(text, near)
    if cut is None:
        return None
    first = halves.read(text[cut.first], "site.yaml", LIMITS)
    second = halves.packed(halves.read(cut.heading + text[cut.second], "site.yaml", LIMITS), cut)
    half = halves.joined(first, halves.unpacked(second), cut.section) if first and second else None
    return shape(half.data, half.places) if half else None


def lines_of(text: str) -> Iterator[int]:
    yield from (number for number, sign in enumerate(text) if sign == "\n")


def test_every_place_to_cut_a_site_gives_the_same() -> None:
    cuts = 0
    for text in SITES:
        expected = whole(text)
        for near in lines_of(text):
            found = in_halves(text, near)
            assert found in (None, expected)
            cuts += found is not None
    assert cuts > 5 * len(SITES)


BITS = ["'", '"', "[", "]", "{", "}", "|", ">", "&a ", "*a", "- ", "? ", ": ", "\t", "#", "\n", "\r", "\r\n", "---\n"]
BITS += ["...\n", "%YAML 1.1\n", "\x85", "\u2028", "  ", "nodes:\n", "  head: {}\n", "x: |\n", "\nx: 'a\n", "\n  - b\n"]


@given(st.sampled_from(SITES), st.data())
def test_a_broken_site_is_never_read_for_a_sound_one(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(BITS)) + text[at + data.draw(st.integers(0, 2)) :]
    expected = whole(text)
    for near in data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=8)):
        assert in_halves(text, near) in (None, expected)


@pytest.mark.parametrize(
    "text",
    [
        "networks:\n  a: 1\nnodes:\n  a: &x 1\n  b: *x\n  c: 2\n",
        "nodes:\n  a: 1\n  b: 2\n  a: 3\n",
        "nodes:\n  a: 1\n  b: 2\nnodes:\n  c: 3\n",
        "text: |\n  a: 1\n  b: 2\n  c: 3\n",
        "text: 'x\n  a: 1\n  b: 2'\nc: 3\n",
        "text:\n  a\n  b: 2\n  c: 3\n",
        "nodes:\n- a: 1\n  b: 2\n  c: 3\n",
        "nodes: {\n  a: 1,\n  b: 2\n  }\n",
        "nodes:\n  a: 1\n...\n  b: 2\n",
        "nodes:\n  a: 1\n  b: 2\n   c: 3\n",
    ],
    ids=lambda text: repr(text)[1:-1].replace("\\n", "/"),
)
def test_what_halves_cannot_tell_is_left_to_one_process(text: str) -> None:
    assert not any(in_halves(text, near) for near in range(len(text)))


def test_a_large_file_is_read_by_two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "LARGE", 0)
    monkeypatch.setattr(halves, "processors", lambda: 2)
    text = "nodes:\n" + "".join(f"  w{number}: {{cores: {number}}}\n" for number in range(200)) + "scripts: [a, b]\n"
    half = halves.halved(Lines("site.yaml", text, YAML_BREAKS), LIMITS)
    assert half
    assert shape(half.data, half.places) == whole(text)
    document = parse_yaml(text.encode(), "site.yaml")
    assert [str(document.mark(*path)) for path in (("nodes", "w199", "cores"), ("scripts", 1))] == [
        "site.yaml:201:17",
        "site.yaml:202:14",
    ]
    assert isinstance(document, Document)


def test_a_large_file_with_a_fault_is_told_of_as_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halves, "LARGE", 0)
    monkeypatch.setattr(halves, "processors", lambda: 2)
    text = "nodes:\n" + "".join(f"  w{number}: {{}}\n" for number in range(200)) + "  w7: {}\n"
    with pytest.raises(Refused) as refused:
        parse_yaml(text.encode(), "site.yaml")
    (problem,) = refused.value.problems
    assert (problem.code, problem.place) == ("duplicate-key", "site.yaml:202:3")


def test_a_second_process_that_fails_says_nothing_more() -> None:
    def fail() -> Iterator[bytes]:
        yield b"so far"
        raise ValueError("never mind")

    with Second(fail) as second:
        assert (second.result(), second.result(), second.result()) == (b"so far", b"", b"")


def test_a_second_process_may_say_much() -> None:
    with Second(lambda: [b"x" * (1 << 22), b"", b"y"]) as second:
        assert len(second.result()) == 1 << 22
        assert (second.result(), second.result(), second.result()) == (b"", b"y", b"")
