"""The script that works on every machine: sound for any sh, and complete in itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conftest import find_program
from tests.house.package import ROOT

SCRIPT = ROOT / "clusterdef" / "drivers" / "live_tree.sh"


def test_shellcheck_has_nothing_to_say() -> None:
    done = subprocess.run(
        [find_program("shellcheck"), "--shell=sh", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_verb_that_is_none_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(["sh", SCRIPT, tmp_path, "rm -rf /"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (64, "no such verb: rm -rf /\n")


def test_looking_at_nothing_makes_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", SCRIPT, tmp_path / "live", "look"], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split("\0") == ["0", "", "", "", "", ""]
    assert not (tmp_path / "live").exists()
