"""JSON to data and marks, and what a person is told about JSON that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from clusterdef.problem import Problem
from clusterdef.source import Limits, parse_json

Refuse = Callable[..., tuple[Problem, ...]]

ROLE = """\
{ "description": "tab\\there, \\u00fc, \\ud83d\\ude00, \\"quoted\\"",
\t"vm": {"memory": "4G", "cpus": 2, "share": 0.50},
  "long": {"empty": {}, "none": [ ], "a": [true, false, null, -1, 1e3]},
  "key"
    : "value" }
"""


def test_data() -> None:
    assert parse_json(ROLE.encode(), "role.json").data == {
        "description": 'tab\there, ü, 😀, "quoted"',
        "vm": {"memory": "4G", "cpus": 2, "share": 0.5},
        "long": {"empty": {}, "none": [], "a": [True, False, None, -1, 1000.0]},
        "key": "value",
    }


@pytest.mark.parametrize(
    ("path", "place", "token"),
    [
        (("vm",), "role.json:2:8", '{"memory": "4G", "cpus": 2, "share": 0.50}'),
        (("vm", "memory"), "role.json:2:19", '"4G"'),
        (("vm", "share"), "role.json:2:45", "0.50"),
        (("long", "a", 4), "role.json:3:67", "1e3"),
        (("long", "none"), "role.json:3:33", "[ ]"),
        (("key",), "role.json:5:7", '"value"'),
        (("vm", "nope"), "role.json:2:8", '{"memory": "4G", "cpus": 2, "share": 0.50}'),
        ((), "role.json:1:1", ROLE.splitlines()[0]),
    ],
)
def test_mark(path: tuple[Any, ...], place: str, token: str) -> None:
    mark = parse_json(ROLE.encode(), "role.json").mark(*path)
    assert (str(mark), mark.text[mark.column - 1 : mark.column - 1 + mark.width]) == (place, token)


def test_key_mark_and_text_as_typed() -> None:
    document = parse_json(ROLE.encode(), "role.json")
    assert str(document.key_mark("vm", "cpus")) == "role.json:2:25"
    assert document.key_mark("key").width == 5
    assert document.raw_in(document.data["vm"], "share") == "0.50"
    assert document.text_in(document.data["long"]["a"], 4) == "1e3"
    assert document.text_in(document.data["long"]["a"], 0) == "true"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_line_breaks_and_byte_order_mark(line_break: str) -> None:
    document = parse_json(b"\xef\xbb\xbf" + ROLE.replace("\n", line_break).encode(), "role.json")
    assert str(document.mark("key")) == "role.json:5:7"
    assert document.mark("key").text == ROLE.splitlines()[4]


@pytest.mark.parametrize(("text", "value"), [("1", 1), ('"x"', "x"), ("null", None), (" [ ] ", []), ("-0.0", -0.0)])
def test_any_top_level_is_read(text: str, value: Any) -> None:
    document = parse_json(text.encode(), "f")
    assert document.data == value
    assert document.mark("anything").column == 1 + text.startswith(" ")


def test_eighteen_digits_are_a_number() -> None:
    assert parse_json(b"[999999999999999999, -999999999999999999]", "f").data == [10**18 - 1, 1 - 10**18]


class Case(NamedTuple):
    """One broken text; `also` is the place of the other end."""

    text: str
    code: str
    place: str
    message: str
    also: str = ""


BROKEN = [
    Case('{"a": 1,}', "json-comma", "1:8", "a comma before }"),
    Case('["a",\n]', "json-comma", "1:5", "a comma before ]"),
    Case("[1,,2]", "json-comma", "1:3", "two commas with nothing between them"),
    Case('{"a": 1 "b": 2}', "json-comma", "1:7", "a comma is missing"),
    Case('{"a": 1\n "b": 2}', "json-comma", "1:7", "a comma is missing"),
    Case("[1 2]", "json-comma", "1:2", "a comma is missing"),
    Case('{"a" 1}', "json-colon", "1:4", "a colon is missing between the key and its value"),
    Case("{'a': 1}", "json-quotes", "1:2", "single quotes mean nothing in JSON"),
    Case("{a: 1}", "json-quotes", "1:2", "the key a has no quotes"),
    Case('{"b": 1, a: 1}', "json-quotes", "1:10", "the key a has no quotes"),
    Case("{1: 2}", "json-quotes", "1:2", "the key 1 has no quotes"),
    Case("[hello]", "json-quotes", "1:2", "the text hello has no quotes"),
    Case("{\ufeffa: 1}", "json-quotes", "1:2", "the key �a has no quotes"),
    Case("[a\u200b]", "json-quotes", "1:2", "the text a� has no quotes"),
    Case('["a\nb"]', "json-unclosed", "1:2", "this quote is not closed in its line"),
    Case('{"a": "x}', "json-unclosed", "1:7", "this quote is not closed in its line"),
    Case("[1,2", "json-unclosed", "1:4", "the file ends before the [ that was opened in line 1 is closed", "1:1"),
    Case('{"a":\n\n', "json-unclosed", "1:5", "the file ends before the { that was opened in line 1 is closed", "1:1"),
    Case("[1,2}", "json-bracket", "1:5", "this } cannot close the [ in line 1", "1:1"),
    Case('{"a": [1,\n2}', "json-bracket", "2:2", "this } cannot close the [ in line 1", "1:7"),
    Case("}", "json-bracket", "1:1", "this } closes nothing"),
    Case("// x\n{}", "json-comment", "1:1", "JSON has no comments"),
    Case("{} # x", "json-comment", "1:4", "JSON has no comments"),
    Case('{"a": 1, /* x */ "b": 2}', "json-comment", "1:10", "JSON has no comments"),
    Case('{"a": True}', "json-word", "1:7", "JSON does not know True"),
    Case("[None]", "json-word", "1:2", "JSON does not know None"),
    Case("[NaN]", "json-number", "1:2", "NaN is not a number in JSON"),
    Case("[-Infinity]", "json-number", "1:2", "-Infinity is not a number in JSON"),
    Case("[01]", "json-number", "1:2", "01 is not how JSON writes a number"),
    Case("[+1]", "json-number", "1:2", "+1 is not how JSON writes a number"),
    Case("[.5]", "json-number", "1:2", ".5 is not how JSON writes a number"),
    Case("[1.]", "json-number", "1:2", "1. is not how JSON writes a number"),
    Case("[0x1f]", "json-number", "1:2", "0x1f is not how JSON writes a number"),
    Case("[1e999]", "json-number", "1:2", "the number 1e999 is too large to be read exactly"),
    Case(
        "[1000000000000000000]", "json-number", "1:2", "the number 1000000000000000000 is too large to be read exactly"
    ),
    Case("[" + "9" * 5000 + "]", "json-number", "1:2", "the number " + "9" * 20 + "… is too large to be read exactly"),
    Case('["a\\x"]', "json-escape", "1:4", "this backslash begins no escape that JSON knows"),
    Case('["\\u12"]', "json-escape", "1:3", "this backslash begins no escape that JSON knows"),
    Case('["\\ud800"]', "json-escape", "1:2", "a \\u escape here is half of a character"),
    Case('{"a": 1} {}', "json-syntax", "1:10", "there is more after the end of the definition"),
    Case('{"a": }', "json-syntax", "1:7", "} where a value belongs"),
    Case("[:]", "json-syntax", "1:2", ": where a value belongs"),
    Case('{\xa0"a": 1}', "json-syntax", "1:2", "U+00A0 is no blank in JSON"),
    Case("", "file-empty", "1:1", "the file is empty"),
    Case(" \n", "file-empty", "1:1", "the file is empty"),
]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: repr(case.text[:40]))
def test_one_problem(case: Case, refused: Refuse) -> None:
    (problem,) = refused(parse_json, case.text.encode(), "f")
    assert (problem.code, problem.place, problem.message) == (case.code, f"f:{case.place}", case.message)
    assert [str(also.mark) for also in problem.also] == ([f"f:{case.also}"] if case.also else [])


def test_every_duplicate_is_told_with_a_syntax_error_behind(refused: Refuse) -> None:
    text = '{"a": 1, "b": {"x": 1, "x": 2},\n "\\u0061": 3, "c": 1e999, "d": 1,}'
    problems = refused(parse_json, text.encode(), "f")
    assert [(problem.code, problem.place) for problem in problems] == [
        ("duplicate-key", "f:1:24"),
        ("duplicate-key", "f:2:2"),
        ("json-number", "f:2:20"),
        ("json-comma", "f:2:33"),
    ]
    assert [str(also.mark) for problem in problems for also in problem.also] == ["f:1:16", "f:1:2"]


def test_depth_and_number_of_problems(refused: Refuse) -> None:
    assert parse_json(b'{"a": [1]}', "f", Limits(depth=2)).data == {"a": [1]}
    (problem,) = refused(parse_json, b'{"a": [[1]]}', "f", Limits(depth=2))
    assert (problem.code, problem.place) == ("too-deep", "f:1:8")
    problems = refused(parse_json, b'{"a": 1' + b', "a": 1' * 50 + b"}", "f", Limits(problems=5))
    assert [problem.code for problem in problems] == ["duplicate-key"] * 5 + ["too-many-problems"]
