"""What is compiled for a site, and at whose place a fault is told; by a compiler that needs no Puppet."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest

from clusterdef.problem import Problem
from clusterdef.site import load
from clusterdef.verbs.compile import Compilation, compile_catalogs
from tests.compilation.stage import SITE, Reader, Stage

CODE = "class motd (\n  Integer $lines,\n) {}\n"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "site")


def tried(stage: Stage, text: str = SITE, every: bool = False) -> tuple[Compilation, Reader]:
    site = load(stage.site(text))
    assert site.cluster, site.problems
    reader = Reader()
    return compile_catalogs(site, site.cluster, reader, every), reader


def only(stage: Stage, text: str = SITE) -> Problem:
    (problem,) = tried(stage, text)[0].problems
    return problem


def test_a_kind_of_machines_is_compiled_once(stage: Stage) -> None:
    stage.module("motd", CODE, {"lines": {"type": "integer", "default": 3}})
    found, reader = tried(stage)
    assert (found.catalogs, found.machines, found.problems) == (1, 7, [])
    assert [one.certname for one in reader.asked] == ["own.small.internal"]
    assert reader.asked[0].classes == {"motd": {"lines": 3}}
    assert reader.asked[0].extensions == {"pp_role": "greeter", "pp_cluster": "small"}
    assert reader.asked[0].facts["networking"]["ip"] == "10.10.0.2"


def test_all_of_them_when_asked_for(stage: Stage) -> None:
    stage.module("motd", CODE, {"lines": {"type": "integer", "default": 3}})
    found, reader = tried(stage, every=True)
    assert (found.catalogs, len(reader.asked)) == (7, 7)


def test_what_publishing_carries_is_compiled_and_no_secret(stage: Stage) -> None:
    stage.module("motd", CODE + "# $secret", {"lines": {"type": "integer", "default": 3}})
    keys = {"key": {"type": "string", "format": "secret", "secret": {"kind": "key"}}}
    stage.module("door", "class door (\n  String $key,\n) {}\n", keys)
    _, reader = tried(stage)
    assert reader.code
    assert {"hiera.yaml", "manifests/site.pp", "data/nodes/own.small.internal.yaml"} <= set(reader.code.files)
    assert "manifests/nodes.pp" not in reader.code.files
    (key,) = re.findall(rb'"door::key": "(.*)"', reader.code.files["data/nodes/own.small.internal.yaml"])
    assert len(b64decode(key, validate=True)) == 1024
    assert set(reader.code.modules) == {"motd", "door"}


def test_a_wrong_type_is_told_at_the_value(stage: Stage) -> None:
    stage.module("motd", CODE, {"lines": {"type": "string"}})
    problem = only(stage, SITE + "parameters: {motd.lines: many}\n")
    assert (problem.code, problem.mark and (problem.mark.file, problem.mark.line)) == (
        "puppet-parameter",
        ("site.yaml", 10),
    )
    assert problem.message.startswith("own,w[1-6]: class motd: parameter 'lines' expects")
    assert [also.mark.file for also in problem.also] == ["modules/motd/module.json", "modules/motd/manifests/init.pp"]


def test_at_the_node_where_it_is_the_nodes_own(stage: Stage) -> None:
    stage.module("motd", CODE, {"lines": {"type": ["string", "integer"], "default": 3}})
    text = SITE.replace(
        "{role: greeter, install: existing, net: {inner: 10.10.0.2}}",
        "{role: greeter, install: existing, parameters: {motd.lines: x}, net: {inner: 10.10.0.2}}",
    )
    problem = only(stage, text)
    assert problem.mark and (problem.mark.line, problem.mark.text[problem.mark.column - 1]) == (8, "x")
    assert problem.message.startswith("own: ")


def test_a_parameter_that_the_class_does_not_take_is_told_at_its_default(stage: Stage) -> None:
    stage.module(
        "motd", CODE, {"lines": {"type": "integer", "default": 3}, "ghost": {"type": "string", "default": "x"}}
    )
    problem = only(stage)
    assert (problem.code, problem.label) == ("puppet-parameter", "this is its default")
    assert problem.mark and problem.mark.file == "modules/motd/module.json"


def test_a_class_that_is_not_there_is_told_at_the_role_that_brings_it(stage: Stage) -> None:
    stage.module("motd", None)
    problem = only(stage)
    assert (problem.code, problem.label) == ("puppet-class-absent", "role greeter brings module motd")
    assert problem.mark and problem.mark.file == "roles/greeter/role.json"
    assert problem.advice[0] == "write it in modules/motd/manifests/, or correct `classes` in its module.json"


def test_the_same_fault_of_several_kinds_is_told_once(stage: Stage) -> None:
    stage.module("motd", None, {"lines": {"type": "integer", "default": 3}})
    problem = only(stage, SITE.replace("w[1-6]: {", "w[1-6]: {parameters: {motd.lines: 4}, "))
    assert problem.message == "own,w[1-6]: there is no class motd"
