"""The script that joins a machine that was installed anew: on that machine alone, and twice without harm."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from clusterdef import site
from clusterdef.flows import join
from tests.golden.golden import EXAMPLE

PUPPET = """\
#!/bin/sh
echo "$*" >>"$LOG"
case "$*" in
  'config print certname') echo "$NAME" ;;
  'config print confdir') echo "$PLACE" ;;
  'config print ssldir') echo "$PLACE/ssl" ;;
  agent*--test*) exit "$ENDS" ;;
esac
"""


class Machine:
    """A directory that stands for one, with a Puppet that only notes what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tools").mkdir()
        (folder / "place").mkdir()
        (folder / "tools" / "puppet").write_text(PUPPET)
        (folder / "tools" / "puppet").chmod(0o755)

    def run(self, script: str, name: str, ends: int = 0) -> subprocess.CompletedProcess[str]:
        """The script there, where Puppet says this name and its run ends so."""
        own = {"LOG": str(self.folder / "log"), "PLACE": str(self.folder / "place"), "NAME": name, "ENDS": str(ends)}
        environment = {"PATH": f"{self.folder}/tools:{os.environ['PATH']}", **own}
        return subprocess.run(
            ["sh", "-s"], input=script, env=environment, capture_output=True, text=True, timeout=30, check=False
        )

    @property
    def told(self) -> list[str]:
        """What Puppet was asked."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def script(attributes: str = 'custom_attributes:\n  challengePassword: "it\'s a $token"\n', life: int = 7) -> str:
    cluster = site.load(EXAMPLE).cluster
    assert cluster
    return join.again(cluster.nodes["worker07"], "puppet.mytier3.internal", attributes, life)


NAME = "worker07.mytier3.internal"


def test_another_machine_is_left_alone(machine: Machine) -> None:
    done = machine.run(script(), "worker08.mytier3.internal")
    assert (done.returncode, "nothing was done" in done.stderr) == (1, True)
    assert machine.told == ["config print certname"]
    assert list((machine.folder / "place").iterdir()) == []


def test_it_gets_its_token_word_for_word_and_runs_once(machine: Machine) -> None:
    assert machine.run(script(), NAME, ends=2).returncode == 0
    file = machine.folder / "place" / "csr_attributes.yaml"
    assert file.read_text() == 'custom_attributes:\n  challengePassword: "it\'s a $token"\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert machine.told.index("ssl clean --localca") < machine.told.index("agent --test --waitforcert 30")


def test_a_second_time_keeps_the_keys_of_this_life_and_not_those_of_the_former(machine: Machine) -> None:
    machine.run(script(), NAME)
    machine.run(script(), NAME)
    assert machine.told.count("ssl clean --localca") == 1
    machine.run(script(life=8), NAME)
    assert machine.told.count("ssl clean --localca") == 2


@pytest.mark.parametrize("ends", [1, 4, 6])
def test_a_run_that_failed_is_told(machine: Machine, ends: int) -> None:
    assert machine.run(script(), NAME, ends).returncode == ends


def test_where_a_person_signs_nothing_is_written(machine: Machine) -> None:
    assert machine.run(script(attributes=""), NAME).returncode == 0
    assert not (machine.folder / "place" / "csr_attributes.yaml").exists()
