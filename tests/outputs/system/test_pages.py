"""What people read, given to the programs that read it: xmllint for pictures, virsh for what is typed on a host."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.outputs import test_cabling, test_runbook
from tests.outputs.clusters import made


@pytest.mark.parametrize("name", test_cabling.SITES)
def test_the_wiring_plan_is_xml(name: str, program: Callable[[str], str], tmp_path: Path) -> None:
    file = tmp_path / "cabling.svg"
    file.write_text(made(test_cabling.SITES[name](), "cabling")["cabling/cabling.svg"])
    done = subprocess.run([program("xmllint"), "--noout", file], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_virsh_knows_what_is_typed(program: Callable[[str], str]) -> None:
    found = {line for _, text in test_runbook.pages("example") for line in test_runbook.lines(text)}
    verbs = {shlex.split(line)[1] for line in found if line.startswith("virsh ")} - {"--connect"}
    assert verbs == {"console", "destroy", "domstate", "start"}
    for verb in verbs:
        done = subprocess.run([program("virsh"), "help", verb], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
