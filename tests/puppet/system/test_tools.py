"""Puppet's parser, its linter, its metadata checker and rspec-puppet, on every module that has code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.package import ROOT
from tests.puppet.module import HOME, modules
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
Program = Callable[[str], str]


def files(*patterns: str) -> list[str]:
    return [str(file.relative_to(ROOT)) for module in modules() for file in module.files(*patterns)]


def test_puppet_parses_every_manifest(program: Program, tmp_path: Path) -> None:
    manifests = files("manifests/**/*.pp", "types/**/*.pp", "functions/**/*.pp")
    done = run([program("puppet"), "parser", "validate", *places(tmp_path), *manifests], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_puppet_parses_every_template(program: Program, tmp_path: Path) -> None:
    done = run([program("puppet"), "epp", "validate", *places(tmp_path), *files("templates/**/*.epp")], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert files("templates/**/*.erb") == [], "templates are EPP: what they take is declared there"


def test_the_style_guide_is_kept(program: Program, tmp_path: Path) -> None:
    done = run([program("puppet-lint"), *LINT, *files("manifests/**/*.pp", "types/**/*.pp")], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_metadata_are_sound(program: Program, tmp_path: Path) -> None:
    for name in files("metadata.json"):
        done = run([program("metadata-json-lint"), "--strict-dependencies", name], tmp_path)
        assert done.returncode == 0, name + done.stdout + done.stderr


def test_every_module_keeps_its_specs_on_every_system(program: Program, tmp_path: Path) -> None:
    """One run for all: starting takes longer than the examples of a module."""
    specs = files("spec/**/*_spec.rb")
    helper = str(ROOT / "tests" / "puppet" / "spec_helper.rb")
    done = run([program("rspec"), "-r", helper, "--format", "json", *specs], tmp_path)
    found = json.loads(re.sub(r"^[^{]*", "", done.stdout, count=1))
    failed = [f"{one['full_description']}: {one['exception']['message'].strip()}" for one in found["examples"]
              if one["status"] != "passed"]  # fmt: skip
    assert done.returncode == 0, "\n".join(failed) or done.stdout + done.stderr
    seen = {Path(one["file_path"]).resolve().relative_to(HOME).parts[0] for one in found["examples"]}
    assert seen == {module.name for module in modules()}
    for module in modules():
        told = " ".join(one["full_description"] for one in found["examples"] if f"/{module.name}/" in one["file_path"])
        assert [system for system in module.systems if f"on {system} " not in told] == [], module.name


@pytest.mark.parametrize("text", ["class x {", "class x { notify { 'a': message => } }"])
def test_what_is_broken_would_be_seen(program: Program, tmp_path: Path, text: str) -> None:
    (tmp_path / "x.pp").write_text(text)
    assert run([program("puppet"), "parser", "validate", *places(tmp_path), f"{tmp_path}/x.pp"], tmp_path).returncode
