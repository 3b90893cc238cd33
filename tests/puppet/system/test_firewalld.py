"""The program that gives firewalld its files and goes back: firewalld looks at them itself, its daemon is played."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.puppet.module import HOME

SCRIPT = HOME / "firewall" / "files" / "clusterdef-firewalld.sh"
ZONE = """\
<?xml version="1.0" encoding="utf-8"?>
<zone>
  <short>{}</short>
  <port port="22" protocol="tcp"/>
</zone>
"""
PLAYED = """\
#!/bin/sh
echo "${0##*/} $*" >>"$LOG"
case "${0##*/} $*" in 'systemctl is-active'*) [ -e "$LOG.runs" ] ;; *start\\ firewalld*) : >"$LOG.runs" ;; esac
"""


@dataclass(frozen=True)
class Machine:
    """A machine whose firewalld is configured in a folder."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "etc"

    def files(self, word: str, kinds: tuple[str, ...] = ("clusterdef",)) -> str:
        """What the server hands out for it."""
        made = self.folder / "given"
        shutil.rmtree(made, ignore_errors=True)
        (made / "zones").mkdir(parents=True)
        for kind in kinds:
            (made / "zones" / f"{kind}.xml").write_text(ZONE.format(word))
        return str(made)

    def run(self, *words: str, status: int = 0) -> str:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}:/usr/sbin"
        places = {"CONFIG": self.config, "STATE": self.folder / "state"}
        here = {f"CLUSTERDEF_FIREWALLD_{name}": str(place) for name, place in places.items()}
        environment = {"PATH": path, "LOG": str(self.folder / "log"), **here}
        done = subprocess.run(
            ["sh", str(SCRIPT), *words], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def log(self) -> str:
        return (self.folder / "log").read_text()


@pytest.fixture
def machine(tmp_path: Path, program: Callable[[str], str]) -> Machine:
    program("firewall-offline-cmd")
    (tmp_path / "bin").mkdir()
    for name in ("systemctl", "systemd-run", "firewall-cmd"):
        (tmp_path / "bin" / name).write_text(PLAYED)
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "etc" / "zones").mkdir(parents=True)
    (tmp_path / "etc" / "zones" / "theirs.xml").write_text(ZONE.format("theirs"))
    (tmp_path / "etc" / "firewalld.conf").write_text("DefaultZone=public\n")
    return Machine(tmp_path)


def test_what_is_proved_stays_and_holds(machine: Machine) -> None:
    given = machine.files("one", ("clusterdef", "clusterdef-admins"))
    machine.run("holds", given, status=1)
    machine.run("apply", "-l", "unicast", "-p", "true", given)
    machine.run("holds", "-l", "unicast", given)
    machine.run("holds", given, status=1)
    assert (machine.config / "firewalld.conf").read_text() == "DefaultZone=clusterdef\nLogDenied=unicast\n"
    machine.run("apply", "-p", "true", machine.files("two"))
    assert sorted(file.name for file in (machine.config / "zones").iterdir()) == ["clusterdef.xml", "theirs.xml"]
    assert "firewall-cmd --quiet --reload" in machine.log()


def test_who_goes_back_is_there_first(machine: Machine) -> None:
    machine.run("apply", "-p", "true", machine.files("one"))
    lines = machine.log().splitlines()
    watcher = next(number for number, line in enumerate(lines) if line.startswith("systemd-run"))
    assert "--on-active=60" in lines[watcher]
    assert lines[watcher].endswith(" back")
    assert lines.index("systemctl start firewalld.service") > watcher
    assert lines[-1] == "systemctl stop clusterdef-firewalld-back.timer"


def test_what_is_not_proved_goes_back(machine: Machine) -> None:
    assert "the rules are those of before" in machine.run("apply", "-p", "false", machine.files("one"), status=1)
    assert [file.name for file in (machine.config / "zones").iterdir()] == ["theirs.xml"]
    assert (machine.config / "firewalld.conf").read_text() == "DefaultZone=public\n"


def test_what_firewalld_refuses_changes_nothing(machine: Machine) -> None:
    given = machine.files("one")
    zone = Path(given) / "zones" / "clusterdef.xml"
    zone.write_text(zone.read_text().replace('protocol="tcp"', 'protocol="tpc"'))
    assert "nothing was changed" in machine.run("apply", "-p", "true", given, status=3)
    assert [file.name for file in (machine.config / "zones").iterdir()] == ["theirs.xml"]
    assert not (machine.folder / "log").exists()


@pytest.mark.parametrize("words", ["", "apply -p true", "apply x", "back now", "destroy"])
def test_what_is_asked_wrongly_is_told(machine: Machine, words: str) -> None:
    assert "apply [-t SECONDS]" in machine.run(*words.split(), status=2)
