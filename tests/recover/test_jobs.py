"""Records of what goes on, on disk: whole or not there, of one at a time, and nobody else's to read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clusterdef.drivers.job_files import JobFiles
from clusterdef.problem import Refused
from clusterdef.verbs.recover import _read


@pytest.fixture
def jobs(tmp_path: Path) -> JobFiles:
    return JobFiles(tmp_path / "state", "recovering")


def test_a_record_is_read_as_it_was_written_and_forgotten(jobs: JobFiles) -> None:
    assert jobs.read("w1") is None
    jobs.write("w1", {"state": "clean"})
    jobs.write("w1", {"state": "arm"})
    jobs.paper("w1", "secret\n")
    assert (jobs.read("w1"), jobs.place("w1").read_text()) == ({"state": "arm"}, "secret\n")
    assert {path.stat().st_mode & 0o077 for path in jobs.folder.rglob("*")} == {0}
    jobs.forget("w1")
    jobs.forget("w1")
    assert (jobs.read("w1"), list((jobs.folder / "w1").iterdir())) == (None, [])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", json.dumps({"state": "arm", "format": 2}), json.dumps({"state": "arm"})]
)
def test_a_record_that_is_none_counts_for_nothing(jobs: JobFiles, text: str) -> None:
    jobs.write("w1", {})
    (jobs.folder / "w1" / "job.json").write_text(text)
    assert jobs.read("w1") is None


@pytest.mark.parametrize(
    "record", [{}, {"state": "arm"}, {"node": "w1", "way": "odd", "by": "", "begun": 1, "patience": 1}]
)
def test_a_job_that_is_none_begins_anew(record: dict[str, object]) -> None:
    assert _read(record) is None


def test_a_kill_while_it_writes_leaves_the_former(jobs: JobFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.write("w1", {"state": "clean"})

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.write("w1", {"state": "arm"})
    assert jobs.read("w1") == {"state": "clean"}
    jobs.write("w1", {"state": "arm"})
    assert jobs.read("w1") == {"state": "arm"}


def test_one_at_a_time_and_who_that_is(jobs: JobFiles) -> None:
    with jobs.held("w1", "ada"):
        with pytest.raises(Refused) as caught, jobs.held("w1", "bob"):
            pass
        with jobs.held("w2", "bob"):
            pass
    problem = caught.value.problems[0]
    assert (problem.code, problem.message.startswith(f"ada (pid {os.getpid()}, since ")) == ("job-busy", True)
    with jobs.held("w1", "bob"):
        pass


def test_a_lock_that_leads_elsewhere_is_not_followed(jobs: JobFiles, tmp_path: Path) -> None:
    jobs.write("w1", {})
    (jobs.folder / "w1" / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused), jobs.held("w1", "ada"):
        pass
    assert not (tmp_path / "elsewhere").exists()
