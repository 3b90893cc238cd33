"""What other programs write is read back as it was, and every mark points at the text of its value."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clusterdef.problem import Mark, Refused, as_text
from clusterdef.source import Document, parse_csv, parse_json, parse_yaml, yaml_events

# No control characters: JSON may hold some of them unescaped, and we refuse them all.
WRITTEN = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
NUMBERS = st.integers(1 - 10**18, 10**18 - 1)
DECIMALS = st.builds(lambda whole, part: float(f"{whole}.{part}"), st.integers(-9999, 9999), st.integers(1, 9999))
SCALARS = st.one_of(WRITTEN, NUMBERS, DECIMALS, st.booleans(), st.none())
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WRITTEN, inner, max_size=4)),
    max_leaves=20,
)


def marked(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    """Every path in the data, and what is there."""
    found = [(path, data)]
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        found += marked(value, (*path, key))
    return found


def typed(mark: Mark) -> str:
    return mark.text[mark.column - 1 : mark.column - 1 + mark.width]


@given(DATA)
def test_json(data: Any) -> None:
    document = parse_json(json.dumps(data).encode(), "f")
    assert document.data == data
    for path, value in marked(data):
        assert json.loads(typed(document.mark(*path))) == value
        if path and isinstance(path[-1], str):
            assert json.loads(typed(document.key_mark(*path))) == path[-1]


@given(DATA, st.sampled_from([None, 1, "\t"]), st.sampled_from([(",", ":"), (" ,\n", "\t:\n ")]), st.booleans())
def test_json_in_any_layout(data: Any, indent: Any, separators: tuple[str, str], ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, separators=separators, ensure_ascii=ascii_only)
    assert parse_json(text.encode(), "f").data == data


@given(DATA, st.sampled_from([None, '"', "'"]), st.sampled_from([None, True, False]), st.booleans())
def test_yaml(data: Any, style: str | None, flow: bool | None, unicode: bool) -> None:
    written = strings(data) if style else data  # a number in quotes would get a tag
    text = yaml.safe_dump(written, default_style=style, default_flow_style=flow, allow_unicode=unicode)
    assert parse_yaml(text.encode(), "f").data == written


@given(DATA)
def test_yaml_marks(data: Any) -> None:
    document = parse_yaml(yaml.safe_dump(data, default_flow_style=True, width=10**9).encode(), "f")
    assert_marks(document, data)


@given(DATA)
def test_pure_python_yaml_marks(data: Any) -> None:
    text = yaml.safe_dump(data, default_flow_style=True, width=10**9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_events, "fastest", yaml_events.PurePython)
        document = parse_yaml(text.encode(), "f")
    assert document.data == data
    assert_marks(document, data)


def assert_marks(document: Document, data: Any) -> None:
    for path, value in marked(data):
        assert parse_yaml(typed(document.mark(*path)).encode(), "f").data == value
        if path and isinstance(path[-1], str):
            assert list(parse_yaml(f"{{? {typed(document.key_mark(*path))} : 1}}".encode(), "f").data) == [path[-1]]


def strings(data: Any) -> Any:
    """The same with every scalar as text."""
    if isinstance(data, dict):
        return {key: strings(value) for key, value in data.items()}
    return [strings(value) for value in data] if isinstance(data, list) else str(data)


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="#"), max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6))
def test_csv(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["a", "b", "c"], *rows])
    table = parse_csv(out.getvalue().encode(), "f")
    expected = [[cell.strip() for cell in row] for row in rows]
    assert [list(row.values.values()) for row in table.rows] == [row for row in expected if any(row)]
    for row in table.rows:
        for column, value in row.values.items():
            if value:
                (cell,) = next(csv.reader([typed(table.mark(row, column))]))
                assert cell.strip() == value


ANY = st.one_of(
    st.binary(max_size=40),
    st.text(st.sampled_from(" \n\t:-{}[],\"'#&*!|>%@`?ab01.\\\r\u2028é~=<"), max_size=40).map(str.encode),
)


@given(ANY)
def test_anything_is_read_or_refused(content: bytes) -> None:
    for parse in (parse_yaml, parse_json, parse_csv):
        try:
            parse(content, "f")
        except Refused as error:
            for problem in error.problems:
                assert problem.advice
                assert "f:" in as_text(problem) or problem.subject == "f"
                assert not problem.mark or problem.mark.column <= len(problem.mark.text) + 1
