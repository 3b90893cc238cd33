"""What the programs that work with our files understand of hostile ones: the same machines, in the same places."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.system.sample import ROUNDS, Program, of_outputs, plain, run

pytestmark = pytest.mark.xdist_group("hostile-programs")
FIRST = ROUNDS[0]
BESIDE = Path(sys.executable).with_name


@pytest.mark.parametrize("number", ROUNDS)
def test_cloud_init_takes_every_file(number: int, program: Program, tmp_path: Path) -> None:
    every = of_outputs(number, tmp_path, "autoinstall", "cloudinit")
    assert len(every) == 2
    for file in every:
        done = run(program("cloud-init"), "schema", "--config-file", file)
        assert (done.returncode, done.stdout.strip()) == (0, f"Valid cloud-config: {file}"), (
            file.read_text() + done.stderr
        )


@pytest.mark.parametrize("number", ROUNDS)
def test_netplan_has_the_same_interfaces(number: int, program: Program, tmp_path: Path) -> None:
    [file], [harmless] = (of_outputs(number, tmp_path, "cloudinit-network"), plain(tmp_path, "cloudinit-network"))
    assert interfaces(program, file) == interfaces(program, harmless) != {}


def interfaces(program: Program, file: Path) -> dict[str, str]:
    """What netplan writes for systemd-networkd, by file."""
    root = file.parent / "root"
    config = root / "etc/netplan/50-clusterdef.yaml"
    config.parent.mkdir(parents=True)
    config.write_text("network:\n" + "".join(f"  {line}\n" for line in file.read_text("utf-8").splitlines()), "utf-8")
    config.chmod(0o600)
    done = run(program("netplan"), "generate", "--root-dir", root)
    assert (done.returncode, done.stdout + done.stderr) == (0, ""), config.read_text()
    return {one.name: one.read_text() for one in (root / "run/systemd/network").iterdir()}


@pytest.mark.parametrize("number", ROUNDS)
def test_libvirt_takes_every_machine(number: int, program: Program, tmp_path: Path) -> None:
    every = of_outputs(number, tmp_path, "libvirt", "libvirt-install")
    assert every
    for file in every:
        done = run(program("virt-xml-validate"), file, "domain")
        assert done.returncode == 0, done.stdout + done.stderr + file.read_text()


@pytest.mark.parametrize("number", ROUNDS)
def test_nodeset_has_the_same_groups(number: int, tmp_path: Path) -> None:
    made = groups(of_outputs(number, tmp_path, "clustershell", "clustershell-local"))
    expected = groups(plain(tmp_path, "clustershell", "clustershell-local"))
    assert [nodes for _, nodes in made] == [nodes for _, nodes in expected]
    assert len(made) > 10
    assert all(re.fullmatch(r"@[a-z]+:[A-Za-z0-9_-]+", name) for name, _ in made)


LOCAL = r"""
[Main]
default: local
autodir: $CFGDIR/groups.d
[local]
map: sed -n 's/^$GROUP:\(.*\)/\1/p' $CFGDIR/groups.d/local.cfg
list: sed -n 's/^\([0-9A-Za-z_-]*\):.*/\1/p' $CFGDIR/groups.d/local.cfg
"""


def groups(files: list[Path]) -> list[tuple[str, str]]:
    """Every group of every source with its nodes, by these."""
    folder = files[0].parent
    (folder / "groups.d").mkdir()
    (folder / "groups.conf").write_text(LOCAL)
    for file in files:
        file.rename(folder / "groups.d" / file.name)
    told = []
    for source in ("local", "role", "group", "rack"):
        done = run(BESIDE("nodeset"), "-ll", "-s", source, CLUSTERSHELL_CFGDIR=str(folder), HOME=str(folder))
        assert (done.returncode, done.stderr) == (0, "")
        told += [_pair(source, line) for line in done.stdout.splitlines()]
    return sorted(told, key=lambda pair: (pair[0].partition(":")[0], pair[1]))


def _pair(source: str, line: str) -> tuple[str, str]:
    name, _, nodes = line.partition(" ")
    return (name if ":" in name else f"@{source}:{name[1:]}"), nodes


def test_ansible_has_the_same_machines(tmp_path: Path) -> None:
    [file], [harmless] = of_outputs(FIRST, tmp_path, "ansible"), plain(tmp_path, "ansible")
    made, expected = inventory(file), inventory(harmless)
    assert made["_meta"] == expected["_meta"] != {}
    assert len(made) == len(expected) > 10
    assert members(made) == members(expected)


def inventory(file: Path) -> dict[str, Any]:
    """What Ansible has understood, group by group; a warning is a failure."""
    folder = file.parent
    (folder / "ansible.cfg").write_text("[inventory]\nunparsed_is_failed = true\n")
    where = {"HOME": str(folder), "ANSIBLE_HOME": str(folder), "ANSIBLE_CONFIG": str(folder / "ansible.cfg")}
    done = run(BESIDE("ansible-inventory"), "-i", file, "--list", **where)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + file.read_text()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def members(found: dict[str, Any]) -> list[list[str]]:
    """Who is in a group, whatever that is called."""
    return sorted(sorted(group.get("hosts", ())) for group in found.values())


@pytest.mark.parametrize("number", ROUNDS)
def test_promtool_takes_every_list_of_targets(number: int, program: Program, tmp_path: Path) -> None:
    every = of_outputs(number, tmp_path, "targets", "targets-of-role")
    jobs = [{"job_name": str(turn), "file_sd_configs": [{"files": [str(file)]}]} for turn, file in enumerate(every)]
    config = tmp_path / "prometheus.yml"
    config.write_text(json.dumps({"scrape_configs": jobs}))
    done = run(program("promtool"), "check", "config", config)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("SUCCESS") >= 1
    assert len(every) > 5


def test_ssh_knows_the_same_ways(program: Program, tmp_path: Path) -> None:
    [file], [harmless] = of_outputs(FIRST, tmp_path, "ssh-config"), plain(tmp_path, "ssh-config")
    names = [line.split()[1] for line in harmless.read_text("utf-8").splitlines() if line.startswith("Host ")]
    for name in names[:6]:
        answers = [run(program("ssh"), "-F", one, "-G", name) for one in (file, harmless)]
        assert [answer.returncode for answer in answers] == [0, 0], answers[0].stderr
        assert answers[0].stdout == answers[1].stdout
        assert f"host {name}\n" in answers[0].stdout
