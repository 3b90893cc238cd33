"""Puppet's parser, its linter, its metadata checker and rspec-puppet, on every module that has code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.house.package import ROOT
from tests.puppet import newer
from tests.puppet.module import modules
from tests.puppet.system.tools import places, run

LINT = (
    "--fail-on-warnings",
    "--relative",
    "--no-140chars-check",
    "--no-class_inherits_from_params_class-check",
    # Files of the site come from mounts of their own: hosts, firewall, ssh.
    "--no-puppet_url_without_modules-check",
    "--with-filename",
)
SUPPORTED = sorted({system for module in modules() for system in module.systems})
NEWEST = ("el10", "debian13")
Program = Callable[[str], str]


def files(*patterns: str) -> list[str]:
    return [str(file.relative_to(ROOT)) for module in modules() for file in module.files(*patterns)]


def test_puppet_parses_every_manifest(ruby: str, tmp_path: Path) -> None:
    manifests = files("manifests/**/*.pp", "types/**/*.pp", "functions/**/*.pp")
    done = run([ruby, "-S", "puppet", "parser", "validate", *places(tmp_path), *manifests], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_puppet_parses_every_template(ruby: str, tmp_path: Path) -> None:
    done = run([ruby, "-S", "puppet", "epp", "validate", *places(tmp_path), *files("templates/**/*.epp")], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert files("templates/**/*.erb") == [], "templates are EPP: what they take is declared there"


def test_the_style_guide_is_kept(program: Program, tmp_path: Path) -> None:
    done = run([program("puppet-lint"), *LINT, *files("manifests/**/*.pp", "types/**/*.pp")], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_metadata_are_sound(program: Program, tmp_path: Path) -> None:
    for name in files("metadata.json"):
        done = run([program("metadata-json-lint"), "--strict-dependencies", name], tmp_path)
        assert done.returncode == 0, name + done.stdout + done.stderr


def examples(home: Path, ruby: str, *options: str) -> list[dict[str, Any]]:
    """The examples of all specs, which passed. One run for all: starting takes longer than those of a module."""
    helper = str(ROOT / "tests" / "puppet" / "spec_helper.rb")
    words = [ruby, "-S", "rspec", "-r", helper, "--format", "json", *options, *files("spec/**/*_spec.rb")]
    done = run(words, home)
    found: list[dict[str, Any]] = json.loads(re.sub(r"^[^{]*", "", done.stdout, count=1))["examples"]
    failed = [
        f"{one['full_description']}: {one['exception']['message'].strip()}"
        for one in found
        if one["status"] != "passed"
    ]
    assert done.returncode == 0, "\n".join(failed) or done.stdout + done.stderr
    return found


def unspecified(found: list[dict[str, Any]], systems: Sequence[str]) -> list[str]:
    """The modules that have no example on one of the systems that they are for."""
    told = {(one["file_path"].split("/modules/")[1].split("/")[0], one["full_description"]) for one in found}
    return [
        f"{module.name} on {system}"
        for module in modules()
        for system in module.systems
        if system in systems and not any(name == module.name and f" on {system} " in text for name, text in told)
    ]


def test_every_module_keeps_its_specs_on_every_system(program: Program, tmp_path: Path) -> None:
    found = examples(tmp_path, program("ruby"))
    assert unspecified(found, SUPPORTED) == []


@newer.MARKS[1]
def test_every_module_keeps_its_specs_with_the_next_puppet(tmp_path: Path) -> None:
    options = [word for system in NEWEST for word in ("--example", f" on {system} ")]
    found = examples(tmp_path, newer.ruby(tmp_path), *options)
    assert unspecified(found, NEWEST) == []


def test_the_manual_names_this_release(ruby: str, tmp_path: Path) -> None:
    done = run([ruby, "-rpuppet", "-e", "puts Puppet.version"], tmp_path)
    release = ".".join(done.stdout.split(".")[:2])
    assert f"Puppet {release}" in (ROOT / "docs" / "puppet-modules.md").read_text("utf-8"), done.stdout + done.stderr


@pytest.mark.parametrize("text", ["class x {", "class x { notify { 'a': message => } }"])
def test_what_is_broken_would_be_seen(program: Program, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.pp").write_text(text)
    assert run([program("puppet"), "parser", "validate", *places(tmp_path), f"{tmp_path}/x.pp"], tmp_path).returncode
