"""What a person is told about YAML that cannot be read: code, place, words, and the other end."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from clusterdef.problem import Problem, Severity
from clusterdef.source import Limits, parse_yaml

pytestmark = pytest.mark.usefixtures("either_parser")
Refuse = Callable[..., tuple[Problem, ...]]


class Case(NamedTuple):
    """One broken text; `also` is the place of the other end."""

    text: str
    code: str
    place: str
    message: str
    also: str = ""


BROKEN = [
    # tabs
    Case("nodes:\n\thead: {}\n", "yaml-tab", "2:1", "tab used for indentation; use spaces"),
    Case("a:\n  b: 1\n  \tc: 2\n", "yaml-tab", "3:3", "tab used for indentation; use spaces"),
    Case("-\ta: 1\n", "yaml-tab", "1:2", "tab used as a blank; use spaces"),
    Case("a: |\n\tx\n", "yaml-tab", "2:1", "tab used for indentation; use spaces"),
    # colons
    Case("a: 1\nb\nc: 2\n", "yaml-no-colon", "2:1", "a colon is missing behind b"),
    Case("a: 1\nb c\n", "yaml-no-colon", "2:1", "a colon is missing behind b c"),
    Case("hello\nworld: 1\n", "yaml-no-colon", "1:1", "a colon is missing behind hello"),
    Case("a: 1\nb:2\nc: 3\n", "yaml-no-blank", "2:1", "a blank is missing behind the colon of b"),
    Case("a:\n  b:2\n  c: 3\n", "yaml-no-blank", "2:3", "a blank is missing behind the colon of b"),
    Case("a: b: c\n", "yaml-second-colon", "1:5", "a second colon in one line"),
    Case("- t: the best: of all\n", "yaml-second-colon", "1:14", "a second colon in one line"),
    Case("k" * 1100 + ": 1\n", "yaml-long-key", "1:1101", "a key may have at most 1024 characters"),
    # indentation
    Case("a:\n  b: 1\n c: 2\n", "yaml-indentation", "3:2", "this line begins in column 2, and fits no line above it"),
    Case("a:\n  - 1\n - 2\n", "yaml-indentation", "3:2", "this line begins in column 2, and fits no line above it"),
    Case("a: |\n    x\n  y\n", "yaml-indentation", "3:3", "this line begins in column 3, and fits no line above it"),
    Case(
        "a: 1\n# c\n\n  b: 2\n",
        "yaml-indentation",
        "4:3",
        "this line is indented deeper than the one above, which has a value already",
        "1:1",
    ),
    Case("  a: 1\nb: 2\n", "yaml-indentation", "2:1", "this line begins further left than the first one", "1:3"),
    # dashes
    Case("a: - 1\n", "yaml-dash", "1:4", "a list item cannot begin here"),
    Case("a: 1\n- b\n", "yaml-dash", "2:1", "a list item where a key belongs"),
    Case("- b\na: 1\n", "yaml-no-dash", "2:1", "a stands in a list, but not behind a dash", "1:1"),
    Case("a:\n  - 1\n  b: 2\n", "yaml-no-dash", "3:3", "b stands in a list, but not behind a dash", "2:3"),
    # quotes
    Case('a: "hello\nb: 2\n', "yaml-unclosed-quote", "1:4", 'the quote " that opens here is not closed', "2:4"),
    Case("a: 'hello", "yaml-unclosed-quote", "1:4", "the quote ' that opens here is not closed", "1:9"),
    Case('a: "x\n---\ny"\n', "yaml-unclosed-quote", "1:4", 'the quote " that opens here is not closed', "2:1"),
    Case(
        'a: "hello\nb: "x"\nc: 3\n',
        "yaml-unclosed-quote",
        "1:4",
        'the quote " that opens here is closed only in line 2',
        "2:4",
    ),
    Case("a: 'it's here'\n", "yaml-after-quote", "1:8", "text after the closing quote '", "1:4"),
    Case("a: {b: 'it's here'}\n", "yaml-after-quote", "1:12", "text after the closing quote '", "1:8"),
    Case("- 'it's here'\n- b\n", "yaml-after-quote", "1:7", "text after the closing quote '", "1:3"),
    Case('a: "x" y\n', "yaml-after-quote", "1:8", 'text after the closing quote "', "1:4"),
    Case('a: "C:\\path"\n', "yaml-escape", "1:7", "\\p is no escape that YAML knows"),
    Case('a: "\\xZZ"\n', "yaml-escape", "1:5", "\\x is no escape that YAML knows"),
    Case('a: "\\ud800"\n', "yaml-escape", "1:5", "\\u is no escape that YAML knows"),
    Case('a: "x\\UFFFFFFFF"\n', "yaml-escape", "1:6", "\\U is no escape that YAML knows"),
    # brackets
    Case("a: {b: 1, c: 2\nd: 3\n", "yaml-unclosed-bracket", "2:2", "the { opened in line 1 is not closed", "1:4"),
    Case("a: {b: 1, c: 2\n", "yaml-unclosed-bracket", "1:14", "the { opened in line 1 is not closed", "1:4"),
    Case("a: [1, 2\nb: 3\n", "yaml-unclosed-bracket", "2:2", "the [ opened in line 1 is not closed", "1:4"),
    Case("x: 1\na: [1, 2 # c\n# d\n", "yaml-unclosed-bracket", "2:8", "the [ opened in line 2 is not closed", "2:4"),
    Case("a: [x\n---\ny]\n", "yaml-unclosed-bracket", "2:1", "the [ opened in line 1 is not closed", "1:4"),
    Case("a: [", "yaml-unclosed-bracket", "1:4", "the [ opened in line 1 is not closed", "1:4"),
    Case("a: [1, 2}\n", "yaml-bracket", "1:9", "this } cannot close the [ in line 1", "1:4"),
    Case("a: {b: 1]\n", "yaml-bracket", "1:9", "this ] cannot close the { in line 1", "1:4"),
    Case("a: {b: 1}}\n", "yaml-bracket", "1:10", "this } closes nothing"),
    Case("b: ]\n", "yaml-bracket", "1:4", "this ] closes nothing"),
    Case("a: [1] x\n", "yaml-after-bracket", "1:8", "text after the closing ]"),
    Case(
        "a: [worker[01-32], x]\n", "yaml-bracket-in-text", "1:11", "inside […], a text that holds [ needs quotes", "1:4"
    ),
    # commas
    Case("a: {b: 1 c: 2}\n", "yaml-comma", "1:10", "a comma is missing, or the } that closes the { in line 1"),
    Case('a: {b: "1" c: 2}\n', "yaml-comma", "1:12", "a comma is missing, or the } that closes the { in line 1"),
    Case('a: ["1" "2"]\n', "yaml-comma", "1:9", "a comma is missing, or the ] that closes the [ in line 1"),
    Case("a: [1,,2]\n", "yaml-comma", "1:7", "a comma with nothing before it"),
    Case("a: , x\n", "yaml-comma", "1:4", "a comma with nothing before it"),
    Case("{: 1}\n", "yaml-no-key", "1:2", "there is no key before the colon"),
    # signs that YAML keeps
    Case("a: @x\n", "yaml-reserved", "1:4", "a value cannot begin with @"),
    Case("a: `cmd`\n", "yaml-reserved", "1:4", "a value cannot begin with `"),
    Case("a: [%x]\n", "yaml-reserved", "1:5", "a value cannot begin with %"),
    Case("a: ? b\n", "yaml-reserved", "1:4", "a value cannot begin with a question mark and a blank"),
    Case("{a: ?, b: 1}\n", "yaml-reserved", "1:5", "a value cannot be ? alone"),
    Case("a: *.log\n", "yaml-odd-name", "1:4", "* begins the name of an alias, and none follows"),
    Case("a: & b\n", "yaml-odd-name", "1:4", "& begins the name of an anchor, and none follows"),
    Case("a: &x &y 1\n", "yaml-odd-name", "1:7", "a second name or tag: &y"),
    Case("a: > text\n", "yaml-block-text", "1:6", "nothing but a comment may follow > in its line"),
    # directives and documents
    Case("%foo: 1\n", "yaml-directive", "1:1", "the directive %foo: 1 is not read"),
    Case("a: 1\n%foo: 1\n", "yaml-directive", "2:1", "the directive %foo: 1 is not read"),
    Case(
        "%TAG ! tag:example.org,2000:\n---\na: 1\n",
        "yaml-directive",
        "1:1",
        "the directive %TAG ! tag:example.org,2000: is not read",
    ),
    Case("# x\n%YAML 2.0\n---\na: 1\n", "yaml-directive", "2:1", "the directive %YAML 2.0 is not read"),
    Case("%YAML 1.1\n%YAML 1.1\n---\na: 1\n", "yaml-directive", "2:1", "the directive %YAML 1.1 is not read"),
    Case("a: 1\n...\n%TAG ! x\n", "yaml-directive", "3:1", "the directive %TAG ! x is not read"),
    Case("%YAML 1.1\na: 1\n", "yaml-directive", "2:1", "--- is missing between the directive and the definition"),
    Case(
        "a: 1\n---\nb: 2\n", "yaml-second-document", "2:1", "a second document begins here; a file holds one definition"
    ),
    Case(
        "a: 1\n...\n# x\n---\n",
        "yaml-second-document",
        "4:1",
        "a second document begins here; a file holds one definition",
    ),
    Case("{a: 1}\nb: 2\n", "yaml-after-the-end", "2:1", "there is more after the end of the definition", "1:1"),
    Case("a: 1\n...\nb: 2\n", "yaml-after-the-end", "3:1", "there is more after the end of the definition", "1:1"),
    # well formed, and not welcome
    Case("a: &x {k: 1}\nb:\n  <<: *x\n", "yaml-merge-key", "3:3", "the merge key << is not read"),
    Case("a: 1\n: 2\n", "yaml-no-key", "2:1", "there is no key before the colon"),
    Case("[a, b]: 1\n", "yaml-odd-key", "1:1", "a list or a mapping cannot be a key"),
    Case("a: {{ x }}\n", "yaml-odd-key", "1:5", "a list or a mapping cannot be a key"),
    Case("a: &x k\n*x : 1\n", "yaml-odd-key", "2:1", "an alias cannot be a key"),
    Case("a: !!int 5\n", "yaml-tag", "1:4", "the tag !!int is not read"),
    Case("a: ! 5\n", "yaml-tag", "1:4", "the tag ! is not read"),
    Case("a: !vault |\n  x\n", "yaml-tag", "1:4", "the tag !vault is not read"),
    Case("a: !!set {b}\n", "yaml-tag", "1:4", "the tag !!set is not read"),
    Case("!!binary a: 1\n", "yaml-tag", "1:1", "the tag !!binary is not read"),
    Case("a: !foo!bar 1\n", "yaml-tag", "1:4", "the tag !foo!bar is not read"),
    Case("a: !<x 1\n", "yaml-tag", "1:4", "the tag !<x is not read"),
    Case("a: *nobody\n", "yaml-undefined-alias", "1:4", "the alias *nobody stands for nothing: no &nobody before it"),
    Case("a: &a [*a]\n", "yaml-recursive-alias", "1:8", "the alias *a stands inside its own value"),
    # nothing at all
    Case("", "file-empty", "1:1", "the file is empty"),
    Case(" \n\n", "file-empty", "1:1", "the file is empty"),
    Case("# only\n# comments\n", "file-empty", "1:1", "the file holds no definition"),
    Case("---\n...\n", "file-empty", "1:1", "the file holds no definition"),
]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: repr(case.text[:40]))
def test_one_problem(case: Case, refused: Refuse) -> None:
    (problem,) = refused(parse_yaml, case.text.encode(), "f")
    assert (problem.code, problem.place, problem.message) == (case.code, f"f:{case.place}", case.message)
    assert problem.mark is not None
    assert problem.mark.text == case.text.splitlines()[problem.mark.line - 1] if case.text else True
    assert [str(also.mark) for also in problem.also] == ([f"f:{case.also}"] if case.also else [])


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: repr(case.text[:40]))
def test_windows_line_ends_move_no_place(case: Case, refused: Refuse) -> None:
    (problem,) = refused(parse_yaml, b"\xef\xbb\xbf" + case.text.replace("\n", "\r\n").encode(), "f")
    assert (problem.code, problem.place) == (case.code, f"f:{case.place}")


def test_every_duplicate_is_told(refused: Refuse) -> None:
    text = 'a: 1\nb: {y: 3, x: 1, "x": 2, x: 4}\na: 2\nlist:\n  - k: 1\n    k: 2\na: [3]\n'
    problems = refused(parse_yaml, text.encode(), "f")
    assert [(problem.place, str(problem.also[0].mark), problem.path) for problem in problems] == [
        ("f:2:17", "f:2:11", "x"),
        ("f:2:25", "f:2:11", "x"),
        ("f:3:1", "f:1:1", "a"),
        ("f:6:5", "f:5:5", "k"),
        ("f:7:1", "f:1:1", "a"),
    ]
    assert {problem.code for problem in problems} == {"duplicate-key"}
    assert problems[0].message == "the key x is already in this mapping"


def test_keys_are_compared_as_typed() -> None:
    assert parse_yaml(b"01: a\n1: b\n1.0: c\n", "f").data == {"01": "a", "1": "b", "1.0": "c"}


def test_everything_up_to_a_syntax_error_is_told(refused: Refuse) -> None:
    text = "a: 1\na: 2\nb: !x 1\nc: *no\n<<: {}\n[k]: 1\nd: @\n"
    problems = refused(parse_yaml, text.encode(), "f")
    assert [(problem.code, problem.place) for problem in problems] == [
        ("duplicate-key", "f:2:1"),
        ("yaml-tag", "f:3:4"),
        ("yaml-undefined-alias", "f:4:4"),
        ("yaml-merge-key", "f:5:1"),
        ("yaml-odd-key", "f:6:1"),
        ("yaml-reserved", "f:7:4"),
    ]


def test_reading_stops_when_everything_is_wrong(refused: Refuse) -> None:
    *problems, last = refused(parse_yaml, b"a: 1\n" * 50, "f", Limits(problems=10))
    assert [problem.place for problem in problems] == [f"f:{line}:1" for line in range(2, 12)]
    assert (last.code, last.severity) == ("too-many-problems", Severity.NOTE)


def test_a_near_anchor_is_offered(refused: Refuse) -> None:
    (problem,) = refused(parse_yaml, b"a: &memory 1\nb: *memroy\n", "f")
    assert problem.label == "did you mean memory?"


def test_depth(refused: Refuse) -> None:
    limits = Limits(depth=3)
    assert parse_yaml(b"a: {b: {c: 1}}", "f", limits).data == {"a": {"b": {"c": 1}}}
    (problem,) = refused(parse_yaml, b"a: {b: [[1]]}", "f", limits)
    assert (problem.code, problem.place) == ("too-deep", "f:1:9")


def test_aliases_count_as_what_they_stand_for(refused: Refuse) -> None:
    nested = b"a: &a [1, 2]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert parse_yaml(nested, "f", Limits(aliases=8)).data["c"] == [[[1, 2], [1, 2]]] * 2
    (problem,) = refused(parse_yaml, nested, "f", Limits(aliases=7))
    assert (problem.code, problem.place) == ("yaml-too-many-aliases", "f:3:9")
    assert parse_yaml(nested, "f", Limits(values=20)).data
    (problem,) = refused(parse_yaml, nested, "f", Limits(values=19))
    assert (problem.code, problem.place) == ("yaml-too-many-aliases", "f:3:9")


def test_depth_counts_through_aliases(refused: Refuse) -> None:
    text = b"a: &a [[1]]\nb: &b [[*a]]\nc: [*b]\n"
    assert parse_yaml(text, "f", Limits(depth=6)).data
    (problem,) = refused(parse_yaml, text, "f", Limits(depth=5))
    assert (problem.code, problem.place) == ("too-deep", "f:3:5")
