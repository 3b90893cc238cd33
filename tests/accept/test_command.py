"""`clusterdef accept` as a person sees it, on this machine."""

from __future__ import annotations

import getpass
import json
import os
from pathlib import Path

import pytest

from clusterdef.cli import exits
from tests.cli.shell import Said, Shell
from tests.compilation.stage import SITE, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "site")


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def tried(stage: Stage, shell: Shell, *words: str, text: str = SITE) -> Said:
    return shell.run("accept", "own", "--here", "own", "--site", str(stage.site(text)), *words)


def checks(stage: Stage, **rows: object) -> None:
    stage.module("motd", "class motd {}\n")
    file = stage.folder / "modules/motd/module.json"
    every = {name: {"description": f"it is {name}", **row} for name, row in rows.items() if isinstance(row, dict)}
    file.write_text(json.dumps({**json.loads(file.read_text()), "checks": every}))


def test_all_is_well(stage: Stage, shell: Shell) -> None:
    checks(stage, up={"run": "true"}, named={"run": "test {name} = own"})
    said = tried(stage, shell)
    assert said.code == exits.FINE, said.out + said.err
    assert said.out.rpartition(" (")[0] == (
        "own  ✓  2 of 2 well\n"
        "  motd.up     ✓  00:00:00  it is up\n"
        "  motd.named  ✓  00:00:00  it is named\n"
        "\n"
        "2 checks on 1 machine: all well"
    )


def test_what_is_not_so_is_told_with_its_last_words(stage: Stage, shell: Shell) -> None:
    checks(stage, up={"run": "true"}, full={"run": "echo /scratch is full; exit 3"})
    said = tried(stage, shell, "--once")
    assert said.code == exits.WORLD
    assert said.out.rpartition(" (")[0] == (
        "own  ✗  1 of 2 well\n"
        "  motd.up    ✓  00:00:00  it is up\n"
        "  motd.full  ✗  00:00:00  not so: it is full\n"
        "                          /scratch is full\n"
        "\n"
        "2 checks on 1 machine: 1 not well"
    )


def test_programs_get_it_as_json(stage: Stage, shell: Shell) -> None:
    checks(stage, full={"run": "echo /scratch is full; exit 3"})
    said = tried(stage, shell, "--once", "--format", "json")
    assert said.code == exits.WORLD
    (row,) = json.loads(said.out)
    assert row.pop("seconds") >= 0
    assert row == {
        "node": "own",
        "check": "motd.full",
        "from": "own",
        "as": "root",
        "description": "it is full",
        "state": "not so",
        "said": "/scratch is full",
    }


def test_a_script_beside_the_definition_is_run(stage: Stage, shell: Shell) -> None:
    checks(stage, job={"script": "checks/job.sh"})
    stage.write("modules/motd/checks/job.sh", "id -un\necho \"'quoted' $0\"\nexit 1\n")
    said = tried(stage, shell, "--once")
    assert said.code == exits.WORLD
    assert "'quoted' sh" in said.out
    assert getpass.getuser() in said.out


def test_a_word_that_names_no_check(stage: Stage, shell: Shell) -> None:
    checks(stage, up={"run": "true"})
    said = tried(stage, shell, "--only", "motd.upp")
    assert said.code == exits.USAGE
    assert "did you mean motd.up?" in said.err


def test_a_machine_that_is_not_reached(stage: Stage, shell: Shell, tmp_path: Path) -> None:
    checks(stage, up={"run": "true", "within": "1s"})
    config = tmp_path / "ssh"
    config.write_text("Host *\n  ProxyCommand false\n")
    site = stage.site()
    said = shell.run("accept", "w1", "--site", str(site), "--ssh-config", str(config), "--here", os.uname().nodename)
    assert said.code == exits.WORLD
    assert "not reached: it is up" in said.out
    assert "w1 is not reached" in said.out
