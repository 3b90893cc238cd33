"""Types as shapes: the table of those that have a meaning here, and what is said of those that have none."""

from __future__ import annotations

from typing import Any

import pytest

from clusterdef.puppet_class import header
from clusterdef.puppet_class.definition import narrowed
from clusterdef.puppet_class.puppet_type import Type
from clusterdef.puppet_class.regexp import Untranslatable, translated
from clusterdef.puppet_class.shape import Shapes
from clusterdef.source.lines import Lines

ALIASES = "type M::Id = Integer[1, 9]\ntype M::Ids = Array[M::Id]\ntype M::Loop = Array[M::Loop]\n"


def shape(type_: str) -> tuple[dict[str, Any], list[str]]:
    shapes = Shapes(header.aliases(Lines("x.pp", ALIASES)))
    return shapes.of(parsed(type_)), shapes.notes


def parsed(type_: str) -> Type:
    (signature,) = header.signatures(Lines("x.pp", f"class x({type_} $a) {{}}"))
    found = signature.parameters[0].type
    assert found
    return found


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("Stdlib::Absolutepath", {"type": "string", "format": "path"}),
        ("Stdlib::Host", {"type": "string", "format": "host"}),
        ("Stdlib::Fqdn", {"type": "string", "format": "host"}),
        ("Stdlib::IP::Address", {"type": "string", "format": "address"}),
        ("Stdlib::IP::Address::V6::Nosubnet", {"type": "string", "format": "address"}),
        ("Stdlib::IP::Address::V4::CIDR", {"type": "string", "format": "network"}),
        ("Stdlib::Compat::Ip_address", {"type": "string", "format": "address"}),
        ("Stdlib::MAC", {"type": "string", "format": "mac"}),
        ("Stdlib::Port", {"type": "integer", "minimum": 0, "maximum": 65535}),
        ("Stdlib::Port::Privileged", {"type": "integer", "minimum": 1, "maximum": 1023}),
        ("Stdlib::HTTPUrl", {"type": "string", "format": "url"}),
        ("Stdlib::HTTPSUrl", {"type": "string", "format": "url", "pattern": "^https://"}),
        ("Stdlib::Filemode", {"type": "string", "pattern": "^[0-7]{1,4}$"}),
        ("Stdlib::Ensure::Service", {"type": "string", "enum": ["stopped", "running"]}),
        ("Stdlib::Compat::Hash", {"type": "object"}),
        ("Sensitive[String]", {"type": "string", "format": "secret"}),
        ("Optional[Sensitive[String[1]]]", {"type": ["string", "null"], "format": "secret"}),
        ("Variant[Sensitive[String], String]", {"type": "string", "format": "secret"}),
        ("M::Ids", {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 9}}),
        ("Variant[Enum['a', 'b'], Array[Enum['a']]]", {
            "type": ["string", "array"], "pattern": "^(a|b)$", "items": {"type": "string", "enum": ["a"]},
        }),
        ("Any", {}),
        ("Optional[Any]", {}),
    ],
)  # fmt: skip
def test_types_with_a_meaning_here(type_: str, expected: dict[str, Any]) -> None:
    assert shape(type_) == (expected, [])


@pytest.mark.parametrize(
    ("type_", "kept", "note"),
    [
        ("Stdlib::Unheardof", {"type": "string"}, "Stdlib::Unheardof is not known"),
        ("Foreign::Thing[1]", {"type": "string"}, "Foreign::Thing is not known"),
        ("Callable[String]", {"type": "string"}, "Callable is not known"),
        ("M::Loop", {"type": "array"}, "M::Loop is made of itself"),
        ("Enum['a', true]", {"type": "string", "enum": ["a"]}, "upper and lower case"),
        ("Pattern[/(?<x>a)/]", {"type": "string"}, "/(?<x>a)/ has no equal"),
        ("Sensitive[Hash]", {"type": "string", "format": "secret"}, "no text"),
    ],
)
def test_types_without_one_are_told(type_: str, kept: dict[str, Any], note: str) -> None:
    found, (said,) = shape(type_)
    assert found == kept
    assert note in said


@pytest.mark.parametrize(
    ("type_", "usual", "expected", "lost"),
    [
        ("Variant[String, Integer]", {}, {"type": ["string", "integer"]}, ""),
        ("Variant[Integer[2, 3], Boolean]", {}, {"type": "integer", "minimum": 2, "maximum": 3}, "integer"),
        ("Variant[Integer[2, 3], Boolean]", {"type": "boolean"}, {"type": "boolean"}, "boolean"),
        ("Variant[Enum['a'], Boolean]", {}, {"type": "string", "pattern": "^(a)$"}, "string"),
        ("Variant[String, Array, Hash]", {}, {"type": ["string", "array"]}, "string or array"),
        ("Optional[Enum['a']]", {}, {"type": "string", "enum": ["a"]}, ""),
        ("Hash[String, Integer, 1]", {}, {"type": "object", "additionalProperties": {"type": "integer"}}, ""),
        ("Any", {}, {"type": "string"}, "string"),
    ],
)
def test_parameters_get_the_nearest_type(type_: str, usual: dict[str, Any], expected: Any, lost: str) -> None:
    assert narrowed(shape(type_)[0], usual) == (expected, lost)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\A[a-z]\d+\z", "^[a-z][0-9]+$"),
        (r"^\/dev\/\w", "^/dev/[A-Za-z0-9_]"),
        (r"[\w.$\/-]", r"[A-Za-z0-9_.\$/-]"),
        (r"[[:digit:]]\S", r"[0-9][^ \t\r\n\f\v]"),
        (r"a{2,}(?:b|c)?", "a{2,}(?:b|c)?"),
        (r"(?!x)\.\:\@", r"(?!x)\.:@"),
    ],
)
def test_regular_expressions(source: str, expected: str) -> None:
    assert translated(source) == expected


@pytest.mark.parametrize(
    "source", [r"(?i)a", r"(?<n>a)", r"(?>a)", r"a++", r"(a)\1", r"\p{L}", "[a&&b]", "#{x}", "[a", "a{,2}", "("]
)
def test_regular_expressions_of_ruby_alone(source: str) -> None:
    with pytest.raises(Untranslatable):
        translated(source)
