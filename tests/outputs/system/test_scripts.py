"""Scripts in kickstart files, read by shellcheck; hostile values in all of them, run by sh."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef.model import Layout, Mount, Node, Repository, Scripts
from tests.outputs.clusters import EL9, LVM, PLAIN, PRIVATE, RAID, cluster, interface, made, node, small
from tests.outputs.installer import parsed

FULL: dict[str, Any] = {
    "kernel_pin": "5.14.0-570.el9_6",
    "mounts": (Mount("nfs:/export", "/mnt/x", "nfs", ("vers=4.2",)),),
    "scripts": Scripts(pre=(("a b", "#!/bin/sh\necho a\n"),), post=(("c", "#!/bin/sh\n%end\n"),)),
    "os": replace(EL9, repos=(Repository("far", "https://r.example.org/", "https://r.example.org/KEY"),)),
    "parameters": {"users.root_password": "users.root_password"},
}


def machines() -> list[Node]:
    """Every way to divide a disk, with and without something to keep, and one machine with everything."""
    one = interface(PRIVATE, "x", "10.10.2.1")
    layouts: list[tuple[Layout, tuple[str, ...]]] = [(PLAIN, ()), (LVM, ("/scratch",)), (LVM, ("/scratch", "/var"))]
    layouts += [(RAID, ()), (RAID, ("/scratch",)), (replace(LVM, scheme="plain"), ("/scratch",))]
    nodes = [node(f"n{number}", one, layout=layout, keep=keep) for number, (layout, keep) in enumerate(layouts)]
    scripted = replace(FULL["scripts"], part=(("b", "#!/bin/sh\necho b\n"),))
    return [*nodes, node("full", one, **FULL), node("part", one, install="usb", **{**FULL, "scripts": scripted})]


def test_shellcheck_has_nothing_to_say(program: Callable[[str], str], tmp_path: Path) -> None:
    texts = {**made(small(), "kickstart"), **made(cluster((PRIVATE,), machines()), "kickstart")}
    files = []
    for path, text in texts.items():
        for number, script in enumerate(parsed(text).scripts):
            file = tmp_path / f"{Path(path).stem}-{script.type}-{number}.sh"
            file.write_text(script.script)
            files.append(str(file))
    command = [program("shellcheck"), "--shell=sh", "--severity=style", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    assert len(files) >= 30


@pytest.mark.parametrize("output", ["NAME", "NAME,SIZE,ROTA,RM,TRAN,MODEL,SERIAL"])
def test_lsblk_knows_the_words_that_pre_uses(output: str) -> None:
    columns = subprocess.run(["lsblk", "--help"], capture_output=True, text=True, check=True, timeout=30).stdout
    assert set(f"{output},TYPE,RO,PTTYPE,FSTYPE,LABEL".split(",")) <= set(columns.split())
    for options in (["--nodeps", "--noheadings", "--bytes"], ["--list", "--noheadings", "--paths", "--inverse"]):
        command = ["lsblk", *options, "--output", output]
        assert subprocess.run(command, capture_output=True, timeout=30).returncode in (0, 32)
