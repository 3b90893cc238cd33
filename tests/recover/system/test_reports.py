"""Reports as the real Puppet stores them: which run was a good one, what it changed, and what it would have."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef.drivers.configuration_server import ConfigurationServer
from clusterdef.drivers.report_files import ReportFiles
from clusterdef.drivers.shell import Shell
from clusterdef.flows.comeback import clean_run
from clusterdef.problem import Refused

NAME = "w1.example.org"


class Keeper:
    """A directory of reports, and runs that leave theirs there."""

    def __init__(self, folder: Path, puppet: str) -> None:
        self.folder = folder
        self.puppet = puppet
        self.options = [f"--{key}={folder}/{key}" for key in ("confdir", "vardir", "reportdir")]
        server = ConfigurationServer("this machine", Shell(), tuple(self.options))
        self.reports = ReportFiles(server)
        module = folder / "modules" / "clock" / "manifests"
        module.mkdir(parents=True)
        text = f"class clock {{ file {{ '{folder}/clock': content => 'a\\n' }} }}\n"
        (module / "init.pp").write_text(text)

    def apply(self, manifest: str, *words: str) -> None:
        """One run, whatever comes of it."""
        own = [*self.options, f"--modulepath={self.folder}/modules", "--certname", NAME, "--reports=store"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        command = [self.puppet, "apply", *own, *words, "-e", manifest]
        subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Keeper:
    from tests.conftest import find_program

    return Keeper(tmp_path_factory.mktemp("reports"), find_program("puppet"))


def test_from_no_report_to_a_good_one(keeper: Keeper) -> None:
    """One test, because each run follows the one before."""
    look = keeper.reports.latest
    assert look(NAME) is None

    keeper.apply("include clock", "--noop")
    told = look(NAME)
    assert told
    assert (told.noop, clean_run(told).done) == (True, False)
    only = next(one for one in told.resources if one.name.startswith("File["))
    assert (only.noop, only.failed, "Clock" in only.classes) == (True, False, True)
    assert "absent" in only.sentences[0]
    assert not (keeper.folder / "clock").exists()

    keeper.apply("include clock")
    done = look(NAME)
    assert done
    assert done.identity != told.identity
    assert (done.status, done.noop, clean_run(done).done) == ("changed", False, True)
    assert look(NAME) is done, "what is known is not read again"

    keeper.apply("include clock")
    again = look(NAME)
    assert again
    assert (again.status, again.resources, clean_run(again).done) == ("unchanged", (), True)


@pytest.mark.parametrize(
    "manifest, said",
    [
        ("exec { '/bin/false': }", "Exec[/bin/false]"),
        ("service { 'no-such-service': ensure => running }", "Service[no-such-service]"),
    ],
)
def test_a_bad_run_is_seen_as_one(keeper: Keeper, manifest: str, said: str) -> None:
    keeper.apply(manifest)
    found = keeper.reports.latest(NAME)
    assert found
    seen = clean_run(found)
    assert (seen.done, said in seen.said) == (False, True), (seen, found)


def test_a_report_that_cannot_be_read_is_told(keeper: Keeper) -> None:
    folder = keeper.folder / "reportdir" / "broken.example.org"
    folder.mkdir(parents=True)
    (folder / "202601010000.yaml").write_text("--- !ruby/object:Puppet::Transaction::Report\nhost: [\n")
    with pytest.raises(Refused) as caught:
        keeper.reports.latest("broken.example.org")
    assert caught.value.problems[0].code == "server-report"


def test_no_object_is_made_of_what_a_machine_sent(keeper: Keeper, program: Callable[[str], str]) -> None:
    folder = keeper.folder / "reportdir" / "odd.example.org"
    folder.mkdir(parents=True)
    text = '--- !!python/object/apply:os.system ["touch made"]\n'
    (folder / "202601010000.yaml").write_text(text)
    with pytest.raises(Refused):
        keeper.reports.latest("odd.example.org")
    assert not Path("made").exists()


def test_a_server_without_settings_is_told(tmp_path: Path) -> None:
    puppet = tmp_path / "puppet"
    puppet.write_text("#!/bin/sh\necho 'certname = x'\n")
    puppet.chmod(0o755)
    server = ConfigurationServer("puppet", Shell(("env", f"PATH={tmp_path}:/usr/bin:/bin", "sh", "-c")))
    with pytest.raises(Refused) as caught:
        server.settings()
    assert "does not say its settings" in caught.value.problems[0].message


def test_a_server_that_is_not_reached_is_told() -> None:
    server = ConfigurationServer("puppet", Shell(("sh", "-c", "echo no route >&2; exit 255")))
    with pytest.raises(Refused) as caught:
        server.settings()
    problem = caught.value.problems[0]
    assert (problem.code, problem.message, problem.advice[0]) == (
        "server-answer",
        "puppet cannot be reached by ssh",
        "no route",
    )
