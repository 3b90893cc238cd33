"""Well-kept modules, read by us and by Puppet: the same classes, parameters, types, defaults and descriptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clusterdef.puppet_class import header
from clusterdef.puppet_class.code import lines
from clusterdef.puppet_class.definition import narrowed
from clusterdef.puppet_class.header import Signature
from clusterdef.puppet_class.shape import Shapes
from clusterdef.schema import faults
from clusterdef.source.lines import Lines
from tests.module.system import puppet_tools

Said = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def ours() -> dict[str, Signature]:
    """Every class of the packaged modules as we read it."""
    every = (signature for file in puppet_tools.manifests() for signature in header.signatures(lines(file)))
    return {signature.name: signature for signature in every}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Every class of the packaged modules as `puppet strings` reads it."""
    from tests.conftest import find_program

    for name in puppet_tools.NAMES:
        find_program(str(puppet_tools.MODULES / name))
    find_program("/usr/share/doc/puppet-strings/copyright")
    return puppet_tools.strings(tmp_path_factory.mktemp("strings"), find_program("puppet"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def described(said: dict[str, Any], key: str) -> dict[str, str]:
    """`types` or `text` of each parameter."""
    tags = [tag for tag in said.get("docstring", {}).get("tags", ()) if tag["tag_name"] == "param"]
    return {tag["name"]: " ".join(tag.get(key, ())) if key == "types" else tag.get(key, "") for tag in tags}


def test_the_same_classes(ours: dict[str, Signature], theirs: Said) -> None:
    assert len(theirs) > 200
    assert ours.keys() == theirs.keys()
    assert {name: one.parent for name, one in ours.items()} == {
        name: said.get("inherits", "").removeprefix("::") or None for name, said in theirs.items()
    }
    assert {name: one.mark.line for name, one in ours.items()} == {name: said["line"] for name, said in theirs.items()}


def test_the_same_parameters_and_types(ours: dict[str, Signature], theirs: Said) -> None:
    seen = 0
    for name, said in theirs.items():
        types = described(said, "types")
        for one in ours[name].parameters:
            assert squeezed(str(one.type or "Any")) == squeezed(types[one.name]), f"{name} ${one.name}"
            seen += 1
    assert seen > 1000


def test_the_same_defaults(ours: dict[str, Signature], theirs: Said) -> None:
    for name, said in theirs.items():
        given = {one.name: squeezed(one.given.text) for one in ours[name].parameters if one.given}
        assert given == {key: squeezed(text) for key, text in said.get("defaults", {}).items()}, name


def test_the_same_descriptions(ours: dict[str, Signature], theirs: Said) -> None:
    seen = 0
    for name, said in theirs.items():
        for parameter, text in described(said, "text").items():
            if text.strip() and parameter in {one.name for one in ours[name].parameters}:
                found = ours[name].comments.parameters.get(parameter, "")
                assert squeezed(found) == squeezed(text), f"{name} ${parameter}"
                seen += 1
    assert seen > 700


def test_the_same_values(ours: dict[str, Signature], tmp_path: Path, program: Callable[[str], str]) -> None:
    """What we take for a literal is one, with that value; what Puppet knows as a plain one, we know too."""
    said = puppet_tools.ask(tmp_path, program("ruby"), puppet_tools.manifests())["defaults"]
    for name, signature in ours.items():
        for one in signature.parameters:
            if one.given:
                literal = {"value": one.given.value} if one.given.is_literal else None
                assert literal == said[name][one.name], f"{name} ${one.name} = {one.given.text}"


VALUES: tuple[Any, ...] = (
    *(
        "",
        "a",
        "yes",
        "no",
        "running",
        "stopped",
        "present",
        "0644",
        "10.0.0.1",
        "a b",
        "A",
        "é",
        "x" * 40,
        "1",
        "/a/b",
    ),
    *(0, 1, -1, 5, 65, 70000, 1.5, True, False),
    *([], ["a"], ["a", "b"], [1], [1, "a"], [["a"]], {}, {"a": 1}, {"a": "b"}, {"a": None}, {"b": "x", "a": 1}),
)
TYPES = (
    *("String", "String[1]", "String[2, 5]", "String[default, 3]", "Integer", "Integer[1]", "Integer[0, 65]"),
    *("Integer[default, 5]", "Float", "Float[1.0, 2.0]", "Numeric", "Boolean", "Boolean[true]", "Enum['yes', 'no']"),
    *("Array", "Array[String]", "Array[String, 1]", "Array[Integer, 1, 1]", "Array[Variant[Integer, String]]"),
    *("Hash", "Hash[String, Integer]", "Hash[String[1], String]", "Hash[String, Any, 1]", "Hash[Enum['a'], Data]"),
    *("Tuple[Integer, String]", "Tuple[String, 1, 2]", "Tuple[String]", "Struct[{'a' => Integer}]"),
    *("Struct[{'a' => Optional[Integer]}]", "Struct[{Optional['a'] => Integer, 'b' => String}]"),
    *("Struct[{NotUndef['a'] => Any}]", "Optional[String[1]]", "Optional[Enum['yes']]", "Optional['yes']"),
    *("Variant[String, Integer]", "Variant[Integer[0, 1], Pattern[/^a/]]", "Variant[String, Array[String]]"),
    *("Variant[Enum['yes'], Enum['no']]", "Variant[Integer[0, 1], Integer[5, 9]]", "Variant[Boolean, Enum['yes']]"),
    *("Variant[Pattern[/^a/], Enum['yes']]", "Variant[String[1, 1], String[40]]", "Variant[Float, Integer[5, 5]]"),
    *("Variant[Array[String], Array[Integer]]", "Variant[Hash[String, String], Hash[String, Integer]]"),
    *(r"Pattern[/\A[a-z]+\z/]", r"Pattern[/^\d+$/, /^\/\w/]", r"Pattern[/\h\h/]", r"Pattern[/[[:alpha:]][\s]/]"),
    *(r"Pattern[/(?i:a)/]", r"Pattern[/^(?!a)/]", r"Pattern[/\Ax{2,}\Z/]", r"Pattern[/[\/\-$]/]", r"Pattern[/\W/]"),
    *("NotUndef[String]", "NotUndef", "Scalar", "Data", "Any", "Collection", "Undef"),
)


def asked() -> Iterator[tuple[str, Any]]:
    return ((type_, value) for type_ in TYPES for value in VALUES)


def test_shapes_let_through_what_types_do(tmp_path: Path, program: Callable[[str], str]) -> None:
    """Nothing that the class would refuse gets through; without a note, nothing else is refused either."""
    answers = puppet_tools.ask(tmp_path, program("ruby"), values=list(asked()))["instances"]
    wrong, refused = [], 0
    for (type_, value), takes in zip(asked(), answers, strict=True):
        shapes = Shapes({})
        schema, lost = narrowed(shapes.of(parsed(type_)), {})
        passes = not faults(schema, value)
        if passes and not takes and type_ not in LOOSE and not shapes.notes:
            wrong.append(f"{type_} does not take {value!r}, we would")
        if takes and not passes and not shapes.notes and not lost:
            wrong.append(f"{type_} takes {value!r}, we refuse it")
        refused += not passes
    assert wrong == []
    assert refused > len(TYPES)


LOOSE = frozenset(
    (
        "Float",
        "Float[1.0, 2.0]",
        "Tuple[Integer, String]",
        "Tuple[String, 1, 2]",
        "Variant[Integer[0, 1], Integer[5, 9]]",
        "Variant[String[1, 1], String[40]]",
        "Variant[Float, Integer[5, 5]]",
        "Variant[Array[String], Array[Integer]]",
        "Variant[Hash[String, String], Hash[String, Integer]]",
        "Hash[String, Any, 1]",
        "Undef",
    )
)
"""Types of which only the frame can be said in a module definition; JSON's numbers include the whole ones."""


def parsed(type_: str) -> Any:
    (signature,) = header.signatures(Lines("x.pp", f"class x({type_} $a) {{}}"))
    return signature.parameters[0].type
