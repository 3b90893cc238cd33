"""YAML to data and marks."""

from __future__ import annotations

from typing import Any

import pytest

from clusterdef.problem import Mark, Refused
from clusterdef.source import Document, parse_yaml

pytestmark = pytest.mark.usefixtures("either_parser")

SITE = """\
# a site
clusterdef: 1
cluster: {name: mytier3, os: el9}
nodes:
  head:
    role: [head, "xrootd-redirector"]
    release: 9.10   # text as typed
  worker[01-32]: {net: {private: 10.10.2.1+}}
empty:
"""


def underlined(mark: Mark) -> str:
    return mark.text[mark.column - 1 : mark.column - 1 + mark.width]


@pytest.fixture
def site() -> Document:
    return parse_yaml(SITE.encode(), "site.yaml")


def test_data(site: Document) -> None:
    assert site.file == "site.yaml"
    assert site.data == {
        "clusterdef": 1,
        "cluster": {"name": "mytier3", "os": "el9"},
        "nodes": {
            "head": {"role": ["head", "xrootd-redirector"], "release": 9.1},
            "worker[01-32]": {"net": {"private": "10.10.2.1+"}},
        },
        "empty": None,
    }


@pytest.mark.parametrize(
    ("path", "place", "token"),
    [
        ((), "site.yaml:2:1", "clusterdef: 1"),
        (("clusterdef",), "site.yaml:2:13", "1"),
        (("cluster",), "site.yaml:3:10", "{name: mytier3, os: el9}"),
        (("cluster", "os"), "site.yaml:3:30", "el9"),
        (("nodes",), "site.yaml:5:3", "head:"),
        (("nodes", "head", "role"), "site.yaml:6:11", '[head, "xrootd-redirector"]'),
        (("nodes", "head", "role", 1), "site.yaml:6:18", '"xrootd-redirector"'),
        (("nodes", "head", "release"), "site.yaml:7:14", "9.10"),
        (("nodes", "worker[01-32]", "net", "private"), "site.yaml:8:34", "10.10.2.1+"),
        (("empty",), "site.yaml:9:7", ""),
        (("nodes", "head", "nope"), "site.yaml:6:5", 'role: [head, "xrootd-redirector"]'),
        (("nodes", "head", "nope", "deeper", 3), "site.yaml:6:5", 'role: [head, "xrootd-redirector"]'),
        (("nodes", "head", "role", 7), "site.yaml:6:11", '[head, "xrootd-redirector"]'),
        (("nodes", "head", "release", "x"), "site.yaml:7:14", "9.10"),
        (("nope",), "site.yaml:2:1", "clusterdef: 1"),
    ],
)
def test_mark(site: Document, path: tuple[Any, ...], place: str, token: str) -> None:
    mark = site.mark(*path)
    assert (str(mark), underlined(mark)) == (place, token)


@pytest.mark.parametrize(
    ("path", "place", "token"),
    [
        (("cluster",), "site.yaml:3:1", "cluster"),
        (("nodes", "head", "role"), "site.yaml:6:5", "role"),
        (("nodes", "head", "role", 0), "site.yaml:6:12", "head"),
        (("nodes", "worker[01-32]"), "site.yaml:8:3", "worker[01-32]"),
        (("nodes", "worker[01-32]", "nope"), "site.yaml:8:18", "{net: {private: 10.10.2.1+}}"),
        ((), "site.yaml:2:1", "clusterdef: 1"),
    ],
)
def test_key_mark(site: Document, path: tuple[Any, ...], place: str, token: str) -> None:
    mark = site.key_mark(*path)
    assert (str(mark), underlined(mark)) == (place, token)


def test_marks_from_a_container(site: Document) -> None:
    head = site.data["nodes"]["head"]
    assert str(site.mark_in(head, "release")) == "site.yaml:7:14"
    assert str(site.key_mark_in(head, "release")) == "site.yaml:7:5"
    assert str(site.mark_in(head["role"], 1)) == "site.yaml:6:18"
    assert str(site.mark_in(head, "nope")) == "site.yaml:6:5"
    assert str(site.key_mark_in(head, "nope")) == "site.yaml:6:5"
    assert str(site.mark_in({"not": "from here"}, "not")) == "site.yaml:2:1"


SCALARS: list[tuple[str, Any]] = [
    ("true", True),
    ("false", False),
    ("null", None),
    ("~", None),
    ("", None),
    ("0", 0),
    ("8", 8),
    ("-1", -1),
    ("999999999999999999", 999999999999999999),
    ("0.5", 0.5),
    ("-12.50", -12.5),
    ("9.10", 9.1),
    *((text, text) for text in ("yes", "no", "on", "off", "True", "FALSE", "Null", "NULL", "y", "n")),
    *((text, text) for text in ("0755", "-01", "+1", "1_000", "0x10", "0o17", "1e5", "1.5e3", ".5", "1.", ".inf")),
    *((text, text) for text in ("12:30", "52:54:00:11:22:33", "2026-01-01", "10.10.2.1", "1.2.3", "=", "--")),
    ("1234567890123456789", "1234567890123456789"),
    ("1234567890123456789.5", "1234567890123456789.5"),
    ('"true"', "true"),
    ("'8'", "8"),
    ('""', ""),
    ("!!str 8", "8"),
    ("!!str", ""),
    ("!!str true", "true"),
    ("&anchor 8", 8),
    ("&anchor", None),
    ("two\n  lines", "two lines"),
    ("|\n  8\n", "8\n"),
    (">-\n  8\n", "8"),
    ('"a\\\n  b"', "ab"),
]


@pytest.mark.parametrize(("typed", "value"), SCALARS)
def test_scalar(typed: str, value: Any) -> None:
    for text, path in ((f"k: {typed}\n", "k"), (f"- {typed}\n", 0), (f"{typed}\n", None)):
        if path is None and typed in ("", "&anchor"):
            continue
        data = parse_yaml(text.encode(), "f").data
        found = data if path is None else data[path]
        assert found == value
        assert type(found) is type(value)


@pytest.mark.parametrize(
    ("typed", "raw", "text"),
    [
        ("9.10", "9.10", "9.10"),
        ("9.1", None, "9.1"),
        ("8", None, "8"),
        ("-0", "-0", "-0"),
        ("true", "true", "true"),
        ("~", "~", "~"),
        ("null", "null", "null"),
        ("", "", ""),
        ("&a 9.10", "9.10", "9.10"),
        ("&a", "", ""),
        ("[1]", None, ""),
        ("text", None, "text"),
        ("'9.10'", None, "9.10"),
    ],
)
def test_text_as_typed(typed: str, raw: str | None, text: str) -> None:
    document = parse_yaml(f"k: {typed}\n".encode(), "f")
    assert document.raw_in(document.data, "k") == raw
    assert document.raw_in(document.data, "nope") is None
    if not isinstance(document.data["k"], list):
        assert document.text_in(document.data, "k") == text
    else:
        with pytest.raises(TypeError):
            document.text_in(document.data, "k")


@pytest.mark.parametrize("typed", ["1", "true", "~", "9.10", "010", "yes", "worker[01-32]", "'q'", '"q"', "!!str 5"])
def test_keys_are_the_text_as_typed(typed: str) -> None:
    (key,) = parse_yaml(f"{typed}: x\n".encode(), "f").data
    assert key == typed.strip("'\"").removeprefix("!!str ")


def test_quoted_keys_that_plain_would_be_refused() -> None:
    assert parse_yaml(b'"<<": 1\n"": 2\n', "f").data == {"<<": 1, "": 2}


def test_an_alias_shares_the_value_and_keeps_its_own_place() -> None:
    text = "a: &a {b: 1.50}\nc: *a\nd: &d 2.50\ne: [*d, *d]\n"
    document = parse_yaml(text.encode(), "f")
    assert document.data == {"a": {"b": 1.5}, "c": {"b": 1.5}, "d": 2.5, "e": [2.5, 2.5]}
    assert str(document.mark("c")) == "f:2:4"
    assert underlined(document.mark("c")) == "*a"
    assert str(document.mark("c", "b")) == "f:1:11"
    assert document.raw_in(document.data["e"], 1) == "2.50"
    assert document.text_in(document.data["c"], "b") == "1.50"


def test_an_anchor_may_be_given_again() -> None:
    assert parse_yaml(b"a: &x 1\nb: *x\nc: &x [2, &x 3]\nd: *x\n", "f").data["d"] == 3


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\ufeff\ufeff"])
def test_line_breaks_and_byte_order_marks(line_break: str, mark: str) -> None:
    document = parse_yaml((mark + SITE.replace("\n", line_break)).encode(), "f")
    assert document.data == parse_yaml(SITE.encode(), "f").data
    found = document.mark("nodes", "worker[01-32]", "net", "private")
    assert (found.line, found.column, found.text) == (8, 34, SITE.splitlines()[7])
    assert document.key_mark("clusterdef") == Mark("f", 2, 1, 10, "clusterdef: 1")


def test_columns_count_characters() -> None:
    document = parse_yaml("é: {ü😀: [日本, x]}\n".encode(), "f")
    mark = document.mark("é", "ü😀", 1)
    assert (mark.column, underlined(mark)) == (14, "x")


def test_other_yaml_line_breaks_are_counted() -> None:
    document = parse_yaml("a: 'x\u2028y\x85z'\nb: 1\n".encode(), "f")
    assert document.mark("b").text == "b: 1"
    assert document.mark("b").line == 4


def test_a_value_of_several_lines_is_underlined_to_the_end_of_the_first() -> None:
    document = parse_yaml(b'a: "one  \n  two"\nb: |\n  text\nc:\n  - 1\n', "f")
    assert underlined(document.mark("a")) == '"one'
    assert underlined(document.mark("b")) == "|"
    assert str(document.mark("c")) == "f:6:3"


@pytest.mark.parametrize(
    "text",
    [
        "%YAML 1.1\n---\na: 1\n",
        "%YAML 1.2 # new\n---\na: 1\n",
        "--- # x\na: 1\n...\n# end",
        "---\na: 1\n...\n...\n... # c\n\n",
        "# c\n\na: 1",
    ],
)
def test_one_document_in_its_wrapping(text: str) -> None:
    assert parse_yaml(text.encode(), "f").data == {"a": 1}


def test_a_tab_as_a_blank_is_taken_where_libyaml_is(either_parser: str) -> None:
    text = b"a:\tx\nb: [1,\t2]\t# c\n"
    if either_parser == "libyaml":
        assert parse_yaml(text, "f").data == {"a": "x", "b": [1, 2]}
    else:
        with pytest.raises(Refused, match="tab used as a blank"):
            parse_yaml(text, "f")


@pytest.mark.parametrize("text", ["[]", "{}", "- 1\n", "hello\n", "null\n", "8", '""'])
def test_any_top_level_is_read(text: str) -> None:
    assert parse_yaml(text.encode(), "f").mark().line == 1


def test_equal_keys_and_values_in_different_places_keep_their_marks() -> None:
    document = parse_yaml(b"a: {k: v}\nb: {k: v}\n", "f")
    assert [str(document.key_mark(name, "k")) for name in "ab"] == ["f:1:5", "f:2:5"]
    assert [str(document.mark(name, "k")) for name in "ab"] == ["f:1:8", "f:2:8"]
