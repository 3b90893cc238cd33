"""A module's definition and the signatures of its classes say the same: parameters, types, bounds, defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from clusterdef.puppet_class import Code, load
from clusterdef.puppet_class.header import Parameter
from clusterdef.puppet_class.shape import Shapes
from tests.house.package import ROOT
from tests.puppet.module import SYSTEMS, Module, modules

BOUNDS = ("minimum", "maximum", "minItems", "maxItems", "enum")
MODULES = modules()
COMMON = json.loads((ROOT / "schemas" / "common.schema.json").read_text("utf-8"))["$defs"]
PATTERNS = {"size": COMMON["size"]["pattern"]}
"""Formats that classes hold their parameters against as well."""
NAMES = Path(__file__).with_name("names.txt")
"""What the data of all modules say, by system."""
each_module = pytest.mark.parametrize("module", MODULES, ids=str)


def targets(module: Module) -> dict[str, dict[str, Mapping[str, Any]]]:
    """For each class its parameters, as the definition declares them."""
    first = module.definition["classes"][0]
    found: dict[str, dict[str, Mapping[str, Any]]] = {name: {} for name in module.definition["classes"]}
    for name, declared in module.definition.get("parameters", {}).items():
        if not declared.get("internal"):
            found.setdefault(declared.get("class", first), {})[declared.get("name", name)] = declared
    return found


def types(schema: Mapping[str, Any]) -> set[str]:
    """The JSON types that a schema lets through. A whole number is a number too."""
    found = schema.get("type", ())
    return {*([found] if isinstance(found, str) else found)} - {"null"}


def disagreements(module: Module) -> Iterator[str]:
    """A line for everything that the two say differently."""
    for name, declared in targets(module).items():
        code = load(module.folder, module.name, name)
        has = {one.name: one for one in code.signature.parameters}
        for missing in declared.keys() - has.keys():
            yield f"{name}: module.json declares {missing}, the class does not take it"
        for own in has.keys() - declared.keys():
            if has[own].given is None and not all(f"{name}::{own}" in keys for keys in data(module).values()):
                yield f"{name}: nobody gives {own} a value on every system: declare it, or put it into data/"
        for one in declared.keys() & has.keys():
            yield from (f"{name}::{one}: {line}" for line in differing(declared[one], has[one], code))


def differing(declared: Mapping[str, Any], taken: Parameter, code: Code) -> Iterator[str]:
    """What is not the same about one parameter."""
    shapes = Shapes(code.aliases)
    shape = shapes.of(taken.type) if taken.type else {}
    if not shape or shapes.notes:
        yield f"a type that can be compared is missing: {shapes.notes or 'it has none'}"
        return
    if types(shape) != types(declared):
        yield f"types {sorted(types(declared))} here, {sorted(types(shape))} there"
    if "secret" in (shape.get("format"), declared.get("format")) and shape.get("format") != declared.get("format"):
        yield "a secret on one side only"
    yield from _bounds(declared, shape)
    items, inner = declared.get("items", {}), shape.get("items", {})
    if types(items) != types(inner):
        yield f"items {sorted(types(items))} here, {sorted(types(inner))} there"
    yield from (f"items: {line}" for line in _bounds(items, inner))
    yield from _defaults(declared, taken, code)


def _bounds(declared: Mapping[str, Any], shape: Mapping[str, Any]) -> Iterator[str]:
    for word in BOUNDS:
        if word in declared and shape.get(word) != declared[word]:
            yield f"{word} {declared[word]} here, {shape.get(word)} there"
        if word in shape and word not in declared:
            yield f"{word} {shape[word]} there, and none here"
    pattern, there = _pattern(declared), shape.get("pattern")
    if pattern != there and (there or declared.get("format") in PATTERNS):
        yield f"pattern {pattern} here, {there} there"


def _pattern(declared: Mapping[str, Any]) -> str | None:
    """Its own or its format's; a length that is bounded besides stands in the place of its last `+`."""
    found: str | None = declared.get("pattern") or PATTERNS.get(declared.get("format", ""))
    if found and found.endswith("+$") and "maxLength" in declared:
        return f"{found[:-2]}{{{declared['minLength']},{declared['maxLength']}}}$"
    return found


def _defaults(declared: Mapping[str, Any], taken: Parameter, code: Code) -> Iterator[str]:
    given = taken.given
    own = f"{code.signature.name}::{taken.name}" in code.data
    if "default" in declared and "${" not in json.dumps(declared["default"]):
        if given and (not given.is_literal or given.value != declared["default"]):
            yield f"default {declared['default']!r} here, {given.text} there"
    elif declared.get("optional") and given is None and not own:
        yield "optional here, but the class needs a value"
    elif not declared.get("optional") and given is not None:
        yield f"always given here, so {given.text} is never used there"


def data(module: Module) -> dict[str, Mapping[str, Any]]:
    """For each system what the module's own data say there."""
    facts = json.loads(SYSTEMS.read_text("utf-8"))
    return {system: _said(module.folder / "data", facts[system]["os"]) for system in module.systems}


def _said(folder: Path, system: Mapping[str, Any]) -> Mapping[str, Any]:
    """What its hiera.yaml finds: the release before the family before everybody."""
    family, release = system["family"], system["release"]["major"]
    found: dict[str, Any] = {}
    for name in ("common.yaml", f"os/{family}.yaml", f"os/{family}-{release}.yaml"):
        file = folder / name
        found |= (yaml.safe_load(file.read_text("utf-8")) or {}) if file.exists() else {}
    return found


def names(module: Module) -> Iterator[str]:
    """A line for each of the module's data and each thing that they say, with the systems on which they say it."""
    every = data(module)
    for key in sorted({key for said in every.values() for key in said}):
        systems: dict[str, list[str]] = {}
        for system, said in every.items():
            if key in said:
                systems.setdefault(json.dumps(said[key], ensure_ascii=False), []).append(system)
        yield from (f"{key} = {value}     {' '.join(where)}\n" for value, where in systems.items())


@each_module
def test_definition_and_classes_agree(module: Module) -> None:
    assert list(disagreements(module)) == []


@each_module
def test_metadata_follow_from_the_definition(module: Module, accept: bool) -> None:
    if accept:
        module.metadata_file.write_text(module.metadata(), "utf-8")
    assert module.metadata_file.exists(), "make accept writes it"
    assert module.metadata_file.read_text("utf-8") == module.metadata(), "make accept, and read the diff"


def test_every_module_with_data_looks_for_them_alike() -> None:
    having = [module for module in MODULES if (module.folder / "data").is_dir()]
    assert having
    assert len({(module.folder / "hiera.yaml").read_text("utf-8") for module in having}) == 1


def test_names_are_on_every_system_what_somebody_read(accept: bool) -> None:
    """Packages, services and paths of systems that no test has: whoever changes one reads the line here."""
    lines = "".join(line for module in MODULES for line in names(module))
    if accept:
        NAMES.write_text(lines, "utf-8")
    assert lines == NAMES.read_text("utf-8"), "make accept, and read the diff"


@each_module
def test_every_class_is_specified(module: Module) -> None:
    specs = "".join(file.read_text("utf-8") for file in module.files("spec/classes/**/*_spec.rb"))
    assert [name for name in targets(module) if f"describe '{name}'" not in specs] == []


WRITTEN = re.compile(
    r"""\bpackage *\{[^}]*?['"][^'"$]+['"] *(?:, *|\] *)*:|\bPackage\[ *['"][^'"$]+['"]|\bensure_packages\(\[? *['"]"""
)
"""A package that code calls by its name."""


@each_module
def test_names_of_packages_are_data(module: Module) -> None:
    text = "".join(re.sub(r"^\s*#.*$", "", file.read_text("utf-8"), flags=re.M) for file in module.files("**/*.pp"))
    assert WRITTEN.findall(text) == []


def leaves(value: Any) -> Iterator[str]:
    """Every word of some data, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (word for pair in value.items() for one in pair for word in leaves(one))
    elif isinstance(value, list):
        yield from (word for one in value for word in leaves(one))


def local(module: Module) -> set[str]:
    """Paths that its data know on some of its systems only."""
    every = [{word for word in leaves(dict(said)) if word.startswith("/")} for said in data(module).values()]
    return set().union(*every) - set.intersection(*every)


def test_a_path_of_some_systems_is_in_no_code() -> None:
    paths = {path for module in MODULES for path in local(module)}
    assert {"/etc/chrony.conf", "/etc/bind/named.conf"} <= paths
    wanted = re.compile(rf"(?<![\w/.-])(?:{'|'.join(map(re.escape, sorted(paths)))})(?![\w/.-])")
    code = ("manifests/**/*.pp", "functions/**/*.pp", "templates/**/*.epp", "files/**/*")
    files = [file for module in MODULES for file in module.files(*code) if file.is_file()]
    found = {f"{file.relative_to(ROOT)}: {path}" for file in files for path in wanted.findall(file.read_text("utf-8"))}
    assert found == set()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("package { 'chrony':\n  ensure => installed,\n}", True),
        ('package { ["a", "b"]: }', True),
        ("package {\n  default: ensure => installed;\n  'chrony': ;\n}", True),
        ("require => Package['chrony'],", True),
        ("ensure_packages(['chrony'])", True),
        ("package { $package:\n  ensure => 'installed',\n}", False),
        ("package { $packages[$flavour]:\n  ensure => installed,\n}\nservice { 'puppet': }", False),
        ("require => Package[$package],", False),
        ('package { "${name}-server": }', False),
    ],
)
def test_a_name_that_is_written_would_be_seen(text: str, seen: bool) -> None:
    assert bool(WRITTEN.search(text)) is seen


def code_of(tmp_path: Path, header: str, definition: Mapping[str, Any], own: str = "") -> Module:
    folder = tmp_path / "x"
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests" / "init.pp").write_text(f"class x({header}) {{}}\n")
    if own:
        (folder / "data").mkdir()
        (folder / "data" / "common.yaml").write_text(own)
    said = {"classes": ["x"], "os": {"el": ["9"]}, "parameters": definition}
    (folder / "module.json").write_text(json.dumps(said))
    return Module(folder)


@pytest.mark.parametrize(
    ("header", "declared", "own", "line"),
    [
        ("", {"a": {"type": "string", "default": "b"}}, "", "does not take it"),
        ("String $a", {}, "", "nobody gives a a value"),
        ("String $a", {}, "x::a: b\n", ""),
        ("Integer $a", {"a": {"type": "string", "default": "1"}}, "", "types ['string'] here"),
        (
            "Integer[1, 9] $a = 1",
            {"a": {"type": "integer", "minimum": 1, "maximum": 8, "default": 1}},
            "",
            "maximum 8 here, 9",
        ),
        ("Array[Integer] $a = []", {"a": {"type": "array", "items": {"type": "string"}, "default": []}}, "", "items"),
        (
            "Array[Pattern[/\\Ab\\z/]] $a = []",
            {"a": {"type": "array", "items": {"type": "string"}, "default": []}},
            "",
            "items: pattern None here, ^b$ there",
        ),
        (
            "Array[Integer[1, 9]] $a = []",
            {"a": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 8}, "default": []}},
            "",
            "items: maximum 8 here, 9 there",
        ),
        ("Enum['b', 'c'] $a = 'b'", {"a": {"type": "string", "enum": ["b"], "default": "b"}}, "", "enum ['b'] here"),
        ("Integer[1, 9] $a = 1", {"a": {"type": "integer", "minimum": 1, "default": 1}}, "", "maximum 9 there"),
        ("String $a = '1G'", {"a": {"type": "string", "format": "size", "default": "1G"}}, "", "pattern ^[1-9]"),
        ("Pattern[/\\Ab\\z/] $a = 'b'", {"a": {"type": "string", "default": "b"}}, "", "pattern None here, ^b$ there"),
        ("String $a = 'c'", {"a": {"type": "string", "default": "b"}}, "", "default 'b' here, 'c' there"),
        ("String $a", {"a": {"type": "string", "default": "b"}}, "", ""),
        ("String $a", {"a": {"type": "string", "optional": True}}, "", "needs a value"),
        ("Optional[String] $a = undef", {"a": {"type": "string", "optional": True}}, "", ""),
        ("String $a = 'c'", {"a": {"type": "string"}}, "", "never used"),
        ("String $a", {"a": {"type": "string", "default": "${node.domain}"}}, "", ""),
        ("String $a", {"a": {"type": "string", "format": "secret"}}, "", "secret on one side"),
        ("Sensitive[String] $a", {"a": {"type": "string", "format": "secret"}}, "", ""),
        ("$a = 1", {"a": {"type": "integer", "default": 1}}, "", "it has none"),
    ],
)
def test_what_differs_would_be_seen(
    tmp_path: Path, header: str, declared: Mapping[str, Any], own: str, line: str
) -> None:
    found = list(disagreements(code_of(tmp_path, header, declared, own)))
    assert len(found) == bool(line), found
    assert line in "".join(found)
