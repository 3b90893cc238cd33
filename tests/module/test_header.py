"""Headers of classes: what is read out of them, and what is said about those that cannot be read."""

from __future__ import annotations

import pytest

from clusterdef.problem import Refused
from clusterdef.puppet_class import header
from clusterdef.puppet_class.header import Given, Signature
from clusterdef.source.lines import Lines


def only(text: str) -> Signature:
    (signature,) = header.signatures(Lines("init.pp", text))
    return signature


def given(default: str) -> Given | None:
    (parameter,) = only(f"class a ($x = {default}) {{}}").parameters
    return parameter.given


def test_a_class_with_everything() -> None:
    found = only(
        """
        # @summary Serves pages
        #   to everybody.
        # @param port Where it answers
        # @param [String] name
        #   Its name.
        #
        #   More of it.
        #
        # Text that is nobody's.
        #
        class web::server (
          Integer[1, 65535]  $port = 8080, # a comment
          String $name,
          $anything = $web::params::anything, /* another
          one */
          Optional[Hash[String, Array[Enum['a', 'b'], 1]]] $map = { 'a' => ['b'], },
        ) inherits ::web::params {
          file { '/x': content => @("EOT"/L)
            class not::this ($y) {
            | EOT
          }
          if $x =~ /{"/ { class { 'web::other': } }
        }
        """
    )
    assert (found.name, found.parent, found.mark.line) == ("web::server", "web::params", 12)
    assert [one.name for one in found.parameters] == ["port", "name", "anything", "map"]
    assert [str(one.type) for one in found.parameters] == [
        "Integer[1, 65535]",
        "String",
        "None",
        "Optional[Hash[String, Array[Enum['a', 'b'], 1]]]",
    ]
    assert [one.given and (one.given.is_literal, one.given.value) for one in found.parameters] == [
        (True, 8080),
        None,
        (False, None),
        (True, {"a": ["b"]}),
    ]
    assert found.comments.summary == "Serves pages to everybody."
    assert found.comments.parameters == {"port": "Where it answers", "name": "Its name.\nMore of it."}


@pytest.mark.parametrize("text", ["class a {}", "class a () {}", "class ::a inherits b {}", "class a($x,) {}"])
def test_short_headers(text: str) -> None:
    assert only(text).name == "a"


def test_several_classes_and_other_things_in_one_file() -> None:
    text = """
    define d ($class = 'x') { }
    type A::B = Enum['class']
    function f($a) >> String { "${$a.map |$x| { "}" }}" }
    class one { class { 'two': } }
    $x = { class => 'b' }
    class two ($a) { }
    node /class x {/ { }
    """
    assert [one.name for one in header.signatures(Lines("x.pp", text))] == ["one", "two"]


@pytest.mark.parametrize(
    ("default", "value"),
    [
        ("'a\\'b\\\\c\\n'", "a'b\\c\\n"),
        ('"a\\n\\t\\"\\$x \\u0041\\u{1F600}"', 'a\n\t"$x A\U0001f600'),
        ('"plain $ 5"', "plain $ 5"),
        ("present", "present"),
        ("undef", None),
        ("true", True),
        ("-5", -5),
        ("0x1F", 31),
        ("0644", 420),
        ("1.5e3", 1500.0),
        ("['a', 1, [undef], {}]", ["a", 1, [None], {}]),
        ("{ 'a' => { b => 'c', }, }", {"a": {"b": "c"}}),
    ],
)
def test_literal_defaults(default: str, value: object) -> None:
    found = given(default)
    assert found == Given(default, True, value)
    assert type(found.value) is type(value)


@pytest.mark.parametrize(
    "default",
    [
        "$x::params::y",
        '"a${b}c"',
        '"$b"',
        '"${ { "a" => "}" }["a"] }"',
        "1 + 2",
        "pick($a, $b)",
        "lookup('x', String)",
        "$facts['os']['family'] ? { 'RedHat' => 'a', default => 'b' }",
        "if true { 'a' } else { 'b' }",
        "[$a, 'b']",
        "{ $a => 1 }",
        "{ 1 => 2 }",
        "Sensitive('x')",
        "String",
        "default",
        "$x.map |$a, $b| { [$a, $b] }",
        "$a / 2",
        "/regexp, with ) in it/",
    ],
)
def test_defaults_that_only_puppet_knows(default: str) -> None:
    assert given(default) == Given(default, False)


def test_older_comments() -> None:
    found = only(
        """# == Class: ssh
#
# Sets up the server
# for everybody.
#
# === Parameters
#
# [*port*]
#   Where it answers.
#
# [*name*] Its name
# $other:: the last one
#
# === Authors
# Somebody

class ssh ($port, $name, $other) {}
"""
    )
    assert found.comments.parameters == {"port": "Where it answers.", "name": "Its name", "other": "the last one"}
    assert (found.comments.summary, found.comments.opening) == ("", "Sets up the server for everybody.")


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("class a (String x) {}", "1:17", "the name of a parameter was expected here"),
        ("class a ($x\n  $y) {}", "2:3", "the end of parameter $x was expected here"),
        ("class a ($x = ) {}", "1:15", "a default was expected here"),
        ("class a ($x = [1) {}", "1:21", "the file ends before the end of a default"),
        ("class a (String[1 $x) {}", "1:19", "the end of a type was expected here"),
        ("class a (Array[$x] $y) {}", "1:16", "an argument of a type was expected here"),
        ('class a (Enum["${x}"] $y) {}', "1:15", "an argument of a type was expected here"),
        ("class a (Struct[{'a' String}] $y) {}", "1:22", "the type of a was expected here"),
        ("class a ($x) inherits {", "1:23", "the name of a class was expected here"),
        ("class a ($x) include b", "1:14", "the body of class a was expected here"),
        ("class a ($x = 'b) {}", "1:15", "this string has no end"),
        ('\nclass a ($x = "${"b}") {}', "2:15", "this string has no end"),
        ("class a ($x) /* {}", "1:14", "this comment has no end"),
        ("class a (String", "1:16", "the file ends before the name of a parameter"),
        ("class a (", "1:10", "the file ends before a type or the name of a parameter"),
        ("class a ($x = 1, String[-'a'] $y) {}", "1:26", "an argument of a type was expected here"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, place: str, message: str) -> None:
    with pytest.raises(Refused) as caught:
        header.signatures(Lines("init.pp", text))
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.mark), problem.message) == ("puppet-syntax", f"init.pp:{place}", message)
    assert problem.advice


def test_type_aliases() -> None:
    found = header.aliases(
        Lines("x.pp", "# one\ntype ::A::B = Variant[A::C, Integer[-1, default]]\ntype A::C = String[1]\n")
    )
    assert {name: str(type_) for name, type_ in found.items()} == {
        "A::B": "Variant[A::C, Integer[-1, default]]",
        "A::C": "String[1]",
    }
