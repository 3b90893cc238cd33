"""The scripts of the shipped modules' checks: they are there, and the programs that read sh have nothing to say."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

from tests.definitions.shipped import MODULES
from tests.puppet.module import HOME

SCRIPTS = [
    HOME / module / row["script"]
    for module, data in MODULES.items()
    for row in data.get("checks", {}).values()
    if "script" in row
]


def test_each_is_legal(program: Callable[[str], str]) -> None:
    assert {file.parent.parent.name for file in SCRIPTS} >= {"slurm_submit", "htcondor_submit"}
    for file in SCRIPTS:
        words = [program("shellcheck"), "--shell=sh", str(file)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout
