"""What every compiler does: the one that needs no Puppet, and the one that is Puppet, of two releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from clusterdef.drivers.puppet_compiler import PuppetCompiler
from clusterdef.ports.compiler import Asked, Code, Compiled, Compiler
from tests.compilation.stage import Reader
from tests.puppet import newer

MOTD = """\
class motd (
  Integer $lines,
  String $text = 'hello',
) {
  notify { "${text} to ${facts['networking']['hostname']}": }
}
"""


@pytest.fixture(params=["reader", pytest.param("puppet", marks=pytest.mark.system), newer.PARAM])
def compiler(request: pytest.FixtureRequest, program: Callable[[str], str], tmp_path: Path) -> Compiler:
    if request.param == "reader":
        return Reader()
    if request.param == "newer":
        return PuppetCompiler((newer.ruby(tmp_path),))
    program("puppet")
    return PuppetCompiler()


@pytest.fixture
def code(tmp_path: Path) -> Iterator[Code]:
    folder = tmp_path / "motd"
    (folder / "manifests").mkdir(parents=True)
    (folder / "manifests" / "init.pp").write_text(MOTD)
    yield Code({"manifests/site.pp": b""}, {"motd": folder})


def asked(name: str, **classes: Mapping[str, Any]) -> Asked:
    facts = {"networking": {"hostname": name, "fqdn": f"{name}.example.org"}}
    return Asked(f"{name}.example.org", classes, {"cd_node": name}, facts, {"pp_role": "worker"})


def only(compiler: Compiler, code: Code, **classes: Mapping[str, Any]) -> Compiled:
    (found,) = compiler.compiled(code, [asked("w1", **classes)])
    return found


def test_each_machine_gets_its_answer_in_order(compiler: Compiler, code: Code) -> None:
    found = list(compiler.compiled(code, [asked(f"w{n}", motd={"lines": n}) for n in range(5)]))
    assert [one.certname for one in found] == [f"w{n}.example.org" for n in range(5)]
    assert all(one.resources and not one.faults for one in found)


def test_a_class_that_is_not_there_is_named(compiler: Compiler, code: Code) -> None:
    found = only(compiler, code, motd={"lines": 1}, absent={})
    assert [(one.its_class, one.parameter, one.places) for one in found.faults] == [("absent", "", ())]


def test_everything_that_a_class_does_not_take_is_told_at_once(compiler: Compiler, code: Code) -> None:
    found = only(compiler, code, motd={"lines": "3", "colour": "red", "text": 7})
    assert sorted(one.parameter for one in found.faults) == ["colour", "lines", "text"]
    place = (code.modules["motd"] / "manifests" / "init.pp", 1)
    assert {(one.its_class, one.places) for one in found.faults} == {("motd", (place,))}


def test_one_machine_that_fails_leaves_the_others(compiler: Compiler, code: Code) -> None:
    found = list(compiler.compiled(code, [asked("w1", absent={}), asked("w2", motd={"lines": 1})]))
    assert [bool(one.faults) for one in found] == [True, False]
