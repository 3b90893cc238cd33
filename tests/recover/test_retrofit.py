"""`clusterdef retrofit`: machines that had a life before join without a change, and are taken over class by class."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from clusterdef.cli import exits
from clusterdef.ports.reports import Report, Resource
from tests.cli.shell import Said
from tests.recover.conftest import Desk

CHRONY = Resource("File[/etc/chrony.conf]", ("content changed",), ("Stage[main]", "Chrony", "File[x]"), noop=True)
NESTED = Resource("Service[sshd]", ("would restart",), ("Stage[main]", "Sshd::Service", "Service[sshd]"), noop=True)
LOOSE = Resource("File[/etc/motd]", ("content changed",), ("Stage[main]", "Main", "File[/etc/motd]"), noop=True)
NO_OP = Report("run 1", "2026-01-02 03:04:05", "unchanged", noop=True, resources=(CHRONY, NESTED, LOOSE))


def retrofit(desk: Desk, *words: str) -> Said:
    return desk.shell.run("retrofit", *words, "--here", "head", "--state", str(desk.state))


def joined(desk: Desk, name: str, report: Report | None) -> None:
    """The machine has its certificate, and reported."""
    certname = f"{name}.mini.internal"
    desk.server.ca.request(certname)
    desk.server.ca.sign(certname)
    if report:
        desk.server.reports.last[certname] = report


def test_looking_changes_nothing(desk: Desk) -> None:
    said = retrofit(desk, "w[1-2]")
    assert said.code == exits.FINE, said
    assert said.out.count("has not joined") == 2
    assert "clusterdef retrofit w[1-2] --join" in said.out
    assert (desk.server.tokens.lines, desk.state.exists()) == ({}, False)


def test_joining_makes_a_script_for_those_that_have_not(desk: Desk) -> None:
    joined(desk, "w1", None)
    desk.server.ca.request("w2.mini.internal")
    said = retrofit(desk, "w[1-2]", "--join")
    assert said.code == exits.FINE, said
    assert list(desk.server.tokens.lines) == ["w2.mini.internal"]
    assert desk.server.ca.look("w2.mini.internal") is None, "a request would stand in the way"
    script = desk.state / "w2" / "join"
    assert (script.stat().st_mode & 0o777, f"ssh root@10.77.0.12 'sh -s' < {script}" in said.out) == (0o600, True)
    assert not (desk.state / "w1").exists()
    assert subprocess.run(["sh", "-n", script], check=False, timeout=10).returncode == 0
    assert "noop true" in script.read_text()


@pytest.mark.parametrize(("fails", "reached"), [("nobody", ["10.77.0.11", "10.77.0.12"]), ("11", ["10.77.0.11"])])
def test_many_join_by_one_thing_to_paste(desk: Desk, tmp_path: Path, fails: str, reached: list[str]) -> None:
    said = retrofit(desk, "w[1-2]", "--join")
    assert said.code == exits.FINE, said
    assert said.out.count("which changes nothing there:") == 2
    loop = said.out.split("to join all 2 in this order, up to the first that fails:\n")[1].split("done\n")[0] + "done\n"
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\ncat >"{tmp_path}/$1"\n[ "$2" = "sh -s" ] && case $1 in *{fails}) exit 1 ;; esac\n')
    ssh.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["sh"], input=loop, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == "".join(f"w{address[-1]}\n" for address in reached), done
    for address in reached:
        assert (tmp_path / f"root@{address}").read_text() == (desk.state / f"w{address[-1]}" / "join").read_text()
    assert sorted(path.name for path in tmp_path.glob("root@*")) == [f"root@{address}" for address in reached]


def test_one_that_joins_needs_no_loop(desk: Desk) -> None:
    assert "to join all" not in retrofit(desk, "w1", "--join").out


def test_what_would_change_is_told_by_class_and_once_for_all_that_are_alike(desk: Desk) -> None:
    joined(desk, "w1", NO_OP)
    joined(desk, "w2", replace(NO_OP, resources=(CHRONY,)))
    said = retrofit(desk, "w[1-2]")
    assert said.code == exits.FINE, said
    assert "changed nothing, and would have changed 3 things (2026-01-02 03:04)" in said.out
    rows = re.findall(r"^(\S+)\n((?:  .*\n)+)", said.out.split("\n\n", 1)[1] + "\n", re.MULTILINE)
    assert [name for name, _ in rows] == ["chrony", "sshd", "main"]
    assert "File[/etc/chrony.conf]     w[1-2]" in rows[0][1]


def test_classes_that_would_change_nothing_are_named_first(desk: Desk) -> None:
    joined(desk, "w1", NO_OP)
    said = retrofit(desk, "w1")
    harmless = said.out.split("these would change nothing: ")[1].split("\n")[0]
    assert ("puppet_agent" in harmless, "chrony" in harmless) == (True, False)
    assert "parameters: {puppet_agent.only: [" in said.out


def test_who_cannot_be_joined_is_told(desk: Desk) -> None:
    said = retrofit(desk, "w11")
    assert (said.code, "did you mean w1?" in said.err) == (exits.USAGE, True), said
    said = retrofit(desk, "puppet", "--join")
    assert said.code == exits.FINE, said


ACTS = """\
#!/bin/sh
echo "$(basename "$0") $*" >>"$LOG"
case "$*" in
  'config print confdir') echo "$PLACE" ;;
  'config print ssldir') echo "$PLACE/ssl" ;;
esac
"""


@pytest.mark.parametrize("name, goes", [("w2.mini.internal", True), ("w2", True), ("w3.mini.internal", False)])
def test_the_script_goes_on_on_its_own_machine_alone(desk: Desk, tmp_path: Path, name: str, goes: bool) -> None:
    retrofit(desk, "w2", "--join")
    tools, place, log = tmp_path / "tools", tmp_path / "place", tmp_path / "log"
    tools.mkdir()
    place.mkdir()
    for tool in ("puppet", "systemctl"):
        (tools / tool).write_text(ACTS)
    (tools / "hostname").write_text(f"#!/bin/sh\necho {name}\n")
    for file in tools.iterdir():
        file.chmod(0o755)
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "LOG": str(log), "PLACE": str(place)}
    script = ["sh", str(desk.state / "w2" / "join")]
    done = subprocess.run(script, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode == 0, (place / "csr_attributes.yaml").exists()) == (goes, goes), done
    if not goes:
        assert (log.exists(), "nothing was done" in done.stderr) == (False, True)
        return
    told = log.read_text().splitlines()
    last = "puppet agent --test --waitforcert 30 --noop"
    assert told.index("puppet config set --section agent noop true") < told.index(last)
    assert "systemctl disable --now puppet.service" in told
    assert (place / "csr_attributes.yaml").stat().st_mode & 0o777 == 0o600
    # A second time the keys of the first are kept.
    subprocess.run(script, env=environment, capture_output=True, timeout=30, check=True)
    assert log.read_text().count("puppet ssl clean") == 1
