"""Groups for ClusterShell, asked of nodeset with the two files where its own configuration looks for them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from clusterdef.languages import CannotSay
from clusterdef.model import Cluster, Place
from clusterdef.nodeset import expand
from clusterdef.problem import Refused
from tests.outputs.clusters import made, small

CONFIGURATION = r"""
[Main]
default: local
autodir: $CFGDIR/groups.d

[local]
map: sed -n 's/^$GROUP:\(.*\)/\1/p' $CFGDIR/groups.d/local.cfg
all: sed -n 's/^all:\(.*\)/\1/p' $CFGDIR/groups.d/local.cfg
list: sed -n 's/^\([0-9A-Za-z_-]*\):.*/\1/p' $CFGDIR/groups.d/local.cfg
"""


def nodeset(folder: Path, files: Mapping[str, str], *words: str) -> str:
    """What nodeset answers; its configuration is the one that the package brings, in short."""
    (folder / "groups.d").mkdir(exist_ok=True)
    (folder / "groups.conf").write_text(CONFIGURATION)
    for path, text in files.items():
        (folder / "groups.d" / Path(path).name).write_text(text)
    command = [Path(sys.executable).with_name("nodeset"), *words]
    environment = {"CLUSTERSHELL_CFGDIR": str(folder), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.strip()


@pytest.fixture
def files() -> dict[str, str]:
    return made(small(), "clustershell")


def test_every_source_has_its_groups(tmp_path: Path, files: dict[str, str]) -> None:
    assert nodeset(tmp_path, files, "-f", "@role:worker") == "worker[01-02]"
    assert nodeset(tmp_path, files, "-f", "@group:r410", "@role:head") == "head,worker[01-02]"
    assert nodeset(tmp_path, files, "-e", "@rack:A1") == "worker01 worker02"
    assert nodeset(tmp_path, files, "-ll", "-s", "rack") == "@rack:A1 worker[01-02]"


def test_short_names_need_no_source(tmp_path: Path, files: dict[str, str]) -> None:
    assert nodeset(tmp_path, files, "-f", "@worker") == "worker[01-02]"
    assert nodeset(tmp_path, files, "-f", "@device") == "switch1"
    assert nodeset(tmp_path, files, "-f", "-a") == "head,puppet,worker[01-02]"
    assert set(nodeset(tmp_path, files, "-l").split()) == {
        f"@{name}" for name in ("all", "base", "device", "head", "puppet", "r410", "worker")
    }


def racks(*names: str) -> Cluster:
    """Two workers in these racks."""
    cluster = small()
    nodes = dict(cluster.nodes)
    for worker, rack in zip(("worker01", "worker02"), names, strict=True):
        nodes[worker] = replace(nodes[worker], place=Place(rack=rack))
    return replace(cluster, nodes=nodes)


def test_racks_are_called_as_people_like(tmp_path: Path) -> None:
    files = made(racks("room 1: A$(touch x)", "7"), "clustershell")
    assert nodeset(tmp_path, files, "-f", "@rack:room_1__A__touch_x_") == "worker01"
    assert nodeset(tmp_path, files, "-f", "@rack:7") == "worker02"


def test_devices_alone_are_groups_too(tmp_path: Path) -> None:
    cluster = small()
    files = made(replace(cluster, nodes={"switch1": cluster.nodes["switch1"]}), "clustershell")
    assert nodeset(tmp_path, files, "-f", "@device") == "switch1"
    assert "all" not in files["clustershell/local.cfg"].split()


def test_two_racks_do_not_become_one() -> None:
    with pytest.raises((CannotSay, Refused), match=r"A 1 is called A_1 there already"):
        made(racks("A 1", "A/1"), "clustershell")


def test_a_large_site_is_written_in_sets() -> None:
    cluster = small()
    one = cluster.nodes["worker01"]
    nodes = {f"wn{number:05}": replace(one, name=f"wn{number:05}") for number in range(1, 3001)}
    text = made(replace(cluster, nodes=nodes), "clustershell")["clustershell/local.cfg"]
    assert "worker: wn[00001-03000]\n" in text
    assert expand("wn[00001-03000]")[-1].name == "wn03000"
