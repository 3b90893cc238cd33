"""`clusterdef module new` as a domain expert meets it: what is written, what is told, what is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from clusterdef.cli import exits, main
from tests.house.package import ROOT

INIT = """\
# @summary A web cache
#
# @param port
#   Where it answers.
# @param note ${not} a reference, and a long story. The second sentence.
#
#   A second paragraph.
class webcache (
  Integer[1, 65535] $port,
  Enum['on', 'off'] $state = 'on',
  String $note = 'costs ${5}',
  Optional[Stdlib::Absolutepath] $spool = undef,
  Webcache::Level $level = $webcache::params::level,
  Sensitive[String] $admin_key = Sensitive('x'),
  Sensitive[String] $key,
  String $db_password = 'changeme',
  Variant[Integer, Hash] $size = {},
  Boolean $strange = 'yes',
  Array[String] $from_data,
  $untyped = undef,
  $_Odd = 1,
) inherits webcache::params { }
"""
METADATA: dict[str, Any] = {
    "name": "example-webcache",
    "version": "1.2.3",
    "summary": "Caches pages for the cluster.",
    "operatingsystem_support": [
        {"operatingsystem": "RedHat", "operatingsystemrelease": ["9", "10"]},
        {"operatingsystem": "Rocky", "operatingsystemrelease": ["9", "x"]},
        {"operatingsystem": "Ubuntu", "operatingsystemrelease": ["24.04"]},
        {"operatingsystem": "Solaris", "operatingsystemrelease": ["11"]},
        {"operatingsystem": "Debian"},
    ],
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example site, with this directory as the working one."""
    shutil.copytree(ROOT / "site-example", tmp_path / "site", ignore=shutil.ignore_patterns("generated", "modules"))
    monkeypatch.chdir(tmp_path / "site")
    return tmp_path / "site"


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A folder of Puppet code."""
    folder = tmp_path / "puppet-webcache"
    for name in ("manifests", "types", "data"):
        (folder / name).mkdir(parents=True)
    (folder / "manifests" / "init.pp").write_text(INIT, "utf-8")
    (folder / "manifests" / "client.pp").write_text("class webcache::client ($server) { }\n", "utf-8")
    (folder / "types" / "level.pp").write_text("type Webcache::Level = Integer[0, 9]\n", "utf-8")
    (folder / "data" / "common.yaml").write_text("webcache::from_data: [a]\nother::port: 1\n", "utf-8")
    (folder / "metadata.json").write_text(json.dumps(METADATA), "utf-8")
    return folder


def made(site: Path, name: str = "webcache") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / "modules" / name / "module.json").read_text("utf-8"))
    return found


def test_a_definition_from_puppet_code(site: Path, code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["module", "new", "webcache", "--from-puppet", str(code)]) == exits.FINE
    data = made(site)
    assert data["description"] == "Caches pages for the cluster"
    assert data["classes"] == ["webcache"]
    assert data["source"] == {"forge": "example-webcache", "version": "1.2.3"}
    assert data["os"] == {"el": ["9", "10"], "ubuntu": ["24.04"]}
    parameters = data["parameters"]
    said = {
        key: {word: value for word, value in one.items() if word != "description"} for key, one in parameters.items()
    }
    assert said == {
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "state": {"type": "string", "enum": ["on", "off"], "default": "on"},
        "note": {"type": "string", "default": "costs $${5}"},
        "spool": {"type": "string", "format": "path", "optional": True},
        "level": {"type": "integer", "minimum": 0, "maximum": 9, "optional": True},
        "admin_key": {"type": "string", "format": "secret", "optional": True},
        "key": {"type": "string", "format": "secret"},
        "db_password": {"type": "string", "default": "changeme"},
        "size": {"type": "object", "default": {}},
        "strange": {"type": "boolean", "optional": True},
        "from_data": {"type": "array", "items": {"type": "string"}, "optional": True},
        "untyped": {"type": "string", "optional": True},
    }
    assert parameters["port"]["description"] == "Where it answers"
    assert parameters["note"]["description"] == "${not} a reference, and a long story. The second sentence"
    assert parameters["state"]["description"] == "to be written: what state does"
    printed = capsys.readouterr().out
    for note in (
        "gives no type to $untyped: taken as text",
        "$db_password looks like a secret",
        "$size: Variant[Integer, Hash] takes more than can be said here: object is what is left",
        "$strange: the class's default 'yes' cannot be said here",
        "$_Odd cannot be named in a module definition: left out",
        "init.pp:16:10",
        "descriptions of 10 of 12 parameters",
        "requires",
        "clusterdef check",
    ):
        assert note in printed, printed


def test_it_fits_a_role_and_a_site(site: Path, code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """check is content with the definition as it was written, asks for what has no default, and knows its types."""
    main(["module", "new", "webcache", "--from-puppet", str(code)])
    capsys.readouterr()
    assert main(["check", "--format=line"]) == exits.FINE
    assert "warning: module webcache is used by no node" in capsys.readouterr().out
    use(site, "webcache", "")
    assert main(["check", "--format=line"]) == exits.DEFINITION
    assert "webcache.port has no value" in capsys.readouterr().out
    use(site, "webcache", "webcache.port: 3128")
    assert main(["check", "--format=line"]) == exits.FINE
    told = [line for line in capsys.readouterr().out.splitlines() if "webcache" in line]
    assert [line.rpartition("[")[2] for line in told] == ["module-unlocked]"]
    use(site, "webcache", "webcache.port: 70000")
    assert main(["check", "--format=line"]) == exits.DEFINITION
    assert "65535" in capsys.readouterr().out


def use(site: Path, module: str, parameter: str) -> None:
    """Give the module to a role of one node of the site, with a parameter."""
    role = site / "roles" / "trial" / "role.json"
    role.parent.mkdir(parents=True, exist_ok=True)
    role.write_text(json.dumps({"description": "trial", "modules": [module]}), "utf-8")
    text = (ROOT / "site-example" / "site.yaml").read_text("utf-8")
    text = text.replace("{role: proxy,", "{role: [proxy, trial],")
    file = site / "site.yaml"
    file.write_text(
        text.replace("parameters: {batch:", f"parameters: {{{parameter}{', ' if parameter else ''}batch:"), "utf-8"
    )


def test_an_empty_definition_passes_check(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["module", "new", "mine"]) == exits.FINE
    assert "still to be written" in capsys.readouterr().out
    assert made(site, "mine")["classes"] == ["mine"]
    readme = (site / "modules" / "mine" / "README.md").read_text("utf-8")
    for key in made(site, "mine"):
        assert f"`{key}`" in readme
    assert main(["check", "--format=line"]) == exits.FINE
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "mine" in line] == [
        "modules/mine/module.json:1:1: warning: module mine is used by no node [unused]"
    ]


def test_another_class(site: Path, code: Path) -> None:
    words = ["module", "new", "client", "--from-puppet", str(code), "--class"]
    assert main([*words, "webcache::client"]) == exits.FINE
    assert made(site, "client")["classes"] == ["webcache::client"]
    assert made(site, "client")["description"].startswith("to be written")


def test_code_beside_the_definition_has_no_other_source(site: Path, code: Path) -> None:
    home = site / "modules" / "webcache"
    shutil.copytree(code, home)
    assert main(["module", "new", "webcache", "--from-puppet", str(home)]) == exits.FINE
    assert "source" not in made(site)


def test_what_is_there_is_kept(site: Path, code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["module", "new", "webcache"])
    before = made(site)
    words = ["module", "new", "webcache", "--from-puppet", str(code)]
    assert main(words) == exits.USAGE
    assert "--force" in capsys.readouterr().err
    assert made(site) == before
    assert main([*words, "--force"]) == exits.FINE
    assert made(site)["source"]
    assert sorted(os.listdir(site / "modules" / "webcache")) == ["README.md", "module.json"]


def test_a_name_that_is_shipped_is_noted(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["module", "new", "chrony"]) == exits.FINE
    assert "there is a built-in module chrony" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message", "code_of_exit"),
    [
        (["Web-Cache"], "'Web-Cache' cannot be the name of a module", exits.USAGE),
        (["x", "--class", "a"], "there is no DIR", exits.USAGE),
        (["x", "--from-puppet", "nowhere"], "nowhere is no folder of Puppet code", exits.USAGE),
        (["x", "--from-puppet", "CODE", "--class", "webcache::clint"], "did you mean webcache::client?", exits.USAGE),
        (["x", "--from-puppet", "CODE", "--class", "x::..::y"], "there is no class", exits.USAGE),
    ],
)
def test_what_is_refused(
    words: list[str], message: str, code_of_exit: int, site: Path, code: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["module", "new", *(str(code) if word == "CODE" else word for word in words)]) == code_of_exit
    assert message in capsys.readouterr().err
    assert not (site / "modules").exists()


def test_broken_code_is_told_with_its_place(site: Path, code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (code / "manifests" / "init.pp").write_text("class webcache (\n  Integer[1 $port,\n) { }\n", "utf-8")
    assert main(["module", "new", "webcache", "--from-puppet", str(code)]) == exits.DEFINITION
    assert f"{code}/manifests/init.pp:2:13  error  the end of a type was expected here" in capsys.readouterr().err
    assert not (site / "modules").exists()


def test_a_class_in_a_file_of_its_name(site: Path, code: Path) -> None:
    (code / "manifests" / "init.pp").rename(code / "manifests" / "webcache.pp")
    assert main(["module", "new", "webcache", "--from-puppet", str(code)]) == exits.FINE
    assert made(site)["classes"] == ["webcache"]


def test_a_disk_that_refuses(site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clusterdef.replacement.os.fsync", full)
    assert main(["module", "new", "mine"]) == exits.WORLD
    assert "no space left" in capsys.readouterr().err
    assert os.listdir(site / "modules" / "mine") == []
