"""The worker's look after itself: the real script, on a root of its own, with stand-ins for the batch systems."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.puppet.module import HOME

SCRIPT = HOME / "node_health" / "files" / "node-health"
EVERYTHING = ("drain", "memory", "mount /export/home", "repository atlas.cern.ch", "free / 1024")
Look = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A healthy worker."""
    place = tmp_path / "root"
    for folder in (
        "proc",
        "run/node-health",
        "export",
        "cvmfs/atlas.cern.ch/software",
        "sys/devices/system/edac/mc/mc0",
    ):
        (place / folder).mkdir(parents=True)
    (place / "proc/meminfo").write_text("MemTotal: 8 kB\nHardwareCorrupted:     0 kB\n")
    (place / "sys/devices/system/edac/mc/mc0/ue_count").write_text("0\n")
    # Another file system than the root's: a mount.
    (place / "export/home").symlink_to("/proc")
    return place


@pytest.fixture
def look(root: Path, tmp_path: Path) -> Look:
    """Run it with some configuration: exit code and lines."""

    def run(*options: str, conf: tuple[str, ...] = EVERYTHING) -> tuple[int, list[str]]:
        (tmp_path / "conf").write_text("\n".join(("# a comment", *conf)) + "\n")
        environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "NODE_HEALTH_ROOT": str(root),
                       "NODE_HEALTH_CONF": str(tmp_path / "conf"), "SAID": str(tmp_path / "said")}  # fmt: skip
        done = subprocess.run(
            ["sh", SCRIPT, *options], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout.splitlines()

    return run


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def said(tmp_path: Path) -> list[str]:
    file = tmp_path / "said"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def test_nothing_is_said_of_a_healthy_worker(look: Look) -> None:
    assert look() == (0, [])


def test_everything_that_is_wrong_is_told_the_worst_first(look: Look, root: Path) -> None:
    (root / "sys/devices/system/edac/mc/mc0/ue_count").write_text("3\n")
    (root / "proc/meminfo").write_text("HardwareCorrupted:     8 kB\n")
    (root / "export/home").unlink()
    (root / "export/home").mkdir()
    (root / "cvmfs/atlas.cern.ch/software").rmdir()
    conf = (*EVERYTHING[:-1], "mount /gone", f"free / {1 << 60}")
    code, lines = look(conf=conf)
    assert code == 1
    assert lines[:-1] == [
        "memory: errors that could not be corrected (/sys/devices/system/edac/mc/mc0/ue_count)",
        "memory: 8 kB were taken out of use by the system",
        "/export/home: nothing is mounted there",
        "/gone: does not answer",
        "/cvmfs/atlas.cern.ch: does not answer",
    ]
    assert lines[-1].startswith("/: ") and lines[-1].endswith("free, less than 1.0E")
    assert look(conf=()) == (0, [])


SICK = ("drain", "mount /gone")
REASON = "node-health: /gone: does not answer"


@pytest.mark.parametrize(
    ("state", "conf", "done"),
    [
        ("idle none", SICK, [f"state=drain reason={REASON}"]),
        ("mixed none", SICK[1:], []),
        (f"drained {REASON}", SICK, []),
        ("draining node-health: /: 1G free", SICK, [f"state=drain reason={REASON}"]),
        ("drained disk is being changed", SICK, []),
        (f"drained {REASON}", ("drain",), ["state=resume"]),
        (f"drained {REASON}", SICK[1:], ["state=resume"]),
        ("drained disk is being changed", ("drain",), []),
        ("idle none", ("drain",), []),
    ],
)
def test_slurm_keeps_what_a_person_has_said(
    look: Look, tmp_path: Path, state: str, conf: tuple[str, ...], done: list[str]
) -> None:
    program(tmp_path / "bin", "slurmd", "")
    program(tmp_path / "bin", "sinfo", f"echo '{state}'")
    program(tmp_path / "bin", "scontrol", 'shift 2; echo "$@" >>"$SAID"')
    assert look("--tell", conf=conf)[0] == 0
    assert said(tmp_path) == done


def test_htcondor_is_given_back_only_what_was_taken_here(look: Look, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    program(tools, "condor_startd", "")
    program(tools, "hostname", "echo worker07.example.org")
    program(tools, "condor_drain", 'echo "$@" >>"$SAID"')
    look("--tell", conf=SICK)
    assert said(tmp_path) == [f"-graceful -reason {REASON} worker07.example.org"]
    look("--tell", conf=SICK)
    assert said(tmp_path) == []
    look("--tell")
    assert said(tmp_path) == ["-cancel worker07.example.org"]
    look("--tell")
    assert said(tmp_path) == []


def test_htcondor_refuses_where_a_person_has_drained(look: Look, tmp_path: Path) -> None:
    program(tmp_path / "bin", "condor_startd", "")
    program(tmp_path / "bin", "condor_drain", 'echo "$1" >>"$SAID"; exit 1')
    look("--tell", conf=SICK)
    look("--tell")
    assert said(tmp_path) == ["-graceful"]
