"""What the shipped modules use of other people's is named in their metadata, pinned, and the version tried here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from clusterdef import code_needs
from clusterdef.version_range import fits
from tests.puppet.module import PACKAGED, Module, modules

TYPES, FUNCTIONS = ("type",), ("functions", "parser/functions")
RESOURCE = re.compile(r"(?:^|(?<=[\s{}]))([a-z]\w*) *\{\s*(?:['\"$\[]|default)|\b([A-Z]\w*)\[", re.MULTILINE)
CALL = re.compile(r"\b([a-z]\w*(?:::\w+)*)\(")
SPACE = re.compile(r"\b([A-Za-z]\w*)::\w")
COMMENT, TAG = re.compile(r"#.*"), re.compile(r"<%(?!#)(.*?)%>", re.DOTALL)
PUPPET = Path("/usr/lib/ruby/vendor_ruby/puppet")
"""Puppet's own, where the distribution's package puts it."""
each_module = pytest.mark.parametrize("module", modules(), ids=str)


def offered(folder: Path, kinds: Sequence[str]) -> Iterator[str]:
    """Names of what is written in Ruby below a folder `puppet`."""
    for kind in kinds:
        for file in (folder / kind).rglob("*.rb"):
            yield str(file.relative_to(folder / kind).with_suffix("")).replace("/", "::")


@cache
def brought(kinds: Sequence[str]) -> Mapping[str, str]:
    """Name -> Puppet's name of the library that brings it, where Puppet alone does not have it."""
    own = set(offered(PUPPET, kinds))
    assert {"file", "epp"} & own, PUPPET
    found = {name: one.name for one in PACKAGED.iterdir() for name in offered(one / "lib" / "puppet", kinds)}
    return {name: library for name, library in found.items() if name not in own}


def used(text: str) -> set[str]:
    """The libraries that Puppet code uses."""
    code = COMMENT.sub("", text)
    resources = {"".join(one).lower() for one in RESOURCE.findall(code)}
    calls = set(CALL.findall(code))
    spaces = {name.lower() for name in SPACE.findall(code)}
    known = {*brought(TYPES).values(), *brought(FUNCTIONS).values()}
    types = {brought(TYPES)[name] for name in resources & brought(TYPES).keys()}
    return types | {brought(FUNCTIONS)[name] for name in calls & brought(FUNCTIONS).keys()} | spaces & known


def code(module: Module) -> str:
    """Its manifests, and what is Puppet in its templates."""
    manifests = module.files("manifests/**/*.pp", "functions/**/*.pp", "types/**/*.pp")
    templates = "\n".join(file.read_text("utf-8") for file in module.files("templates/**/*.epp"))
    return "\n".join([*(file.read_text("utf-8") for file in manifests), *TAG.findall(templates)])


def dependencies(module: Module) -> dict[str, str]:
    """Puppet's name of each library that its metadata ask for, and the range."""
    return dict(code_needs.dependencies(module.folder))


@each_module
def test_what_a_module_uses_of_others_it_asks_for(module: Module) -> None:
    assert used(code(module)) - {one.name for one in modules()} == dependencies(module).keys()


@each_module
def test_what_a_module_asks_for_is_pinned(module: Module) -> None:
    pins = code_needs.shipped()
    for row in json.loads(module.metadata_file.read_text("utf-8"))["dependencies"]:
        pin = pins[row["name"].rpartition("-")[2]]
        assert (pin.place, fits(pin.version, row["version_requirement"])) == (row["name"], True)


def test_the_pins_are_what_was_tried_here() -> None:
    asked = {name for module in modules() for name in dependencies(module)}
    here = {name: json.loads((PACKAGED / name / "metadata.json").read_text("utf-8")) for name in asked}
    assert {name: (pin.place, pin.version) for name, pin in code_needs.shipped().items()} == {
        name: (said["name"].replace("/", "-"), said["version"]) for name, said in here.items()
    }


@pytest.mark.parametrize(
    ("text", "libraries"),
    [
        ("ini_setting { 'a':", {"inifile"}),
        ("  ini_setting {\n    default: ;", {"inifile"}),
        ("Ini_setting['a'] -> File['b']", {"inifile"}),
        ("if true { file_line { $name:", {"stdlib"}),
        ("$x = stdlib::to_json($y)", {"stdlib"}),
        ("$x = ensure_packages($y)", {"stdlib"}),
        ("Stdlib::Absolutepath $path", {"stdlib"}),
        ('augeas { "a ${b}":', {"augeas_core"}),
        ("file { 'a': }\n# ini_setting { 'a':\n$x = unique($y)", set()),
        ("'ini_setting' => 1, $file_line = 2, Hash[String, Integer]", set()),
    ],
)
def test_what_is_used_would_be_seen(text: str, libraries: set[str]) -> None:
    assert used(text) == libraries
