"""The inventory for Ansible, read by ansible-inventory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from clusterdef.model import Cluster, Place
from tests.outputs.clusters import made, small


def inventory(folder: Path, cluster: Cluster) -> dict[str, Any]:
    """What Ansible has understood, group by group; a warning is a failure."""
    file = folder / "inventory.yaml"
    file.write_text(made(cluster, "ansible")["ansible/inventory.yaml"])
    (folder / "ansible.cfg").write_text("[inventory]\nunparsed_is_failed = true\n")
    command = [Path(sys.executable).with_name("ansible-inventory"), "-i", str(file), "--list"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_machines_and_their_groups(tmp_path: Path) -> None:
    found = inventory(tmp_path, small())
    names = {name: values["ansible_host"] for name, values in found["_meta"]["hostvars"].items()}
    assert names == {node.name: node.fqdn for node in small().nodes.values() if not node.device}
    assert found["role_worker"]["hosts"] == ["worker01", "worker02"]
    assert found["group_r410"]["hosts"] == found["rack_A1"]["hosts"] == ["worker01", "worker02"]
    assert found["role_base"]["hosts"] == ["head", "puppet", "worker01", "worker02"]
    assert "role_device" not in found


def test_no_rack_becomes_anything_but_a_group(tmp_path: Path) -> None:
    cluster = small()
    rack = "A 1: {{ lookup('pipe', 'id') }}"
    worker = replace(cluster.nodes["worker01"], place=Place(rack=rack))
    found = inventory(tmp_path, replace(cluster, nodes={**cluster.nodes, "worker01": worker}))
    [group] = [name for name in found if name.startswith("rack_") and name != "rack_A1"]
    assert group == "rack_A_1_____lookup__pipe____id_____"
    assert found[group]["hosts"] == ["worker01"]


def asked(folder: Path, files: dict[str, str], *words: str) -> str:
    """What Ansible prints of a tree that holds these files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    command = [Path(sys.executable).with_name("ansible"), "-i", folder / "ansible" / "inventory.yaml", *words]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_play_may_go_by_what_puppet_would_be_told(tmp_path: Path) -> None:
    files = {**made(small(), "ansible"), **made(small(), "classify")}
    told = json.loads(files["enc/worker01.mytier3.internal.json"])
    said = asked(tmp_path, files, "worker01", "-m", "debug", "-a", "var=clusterdef")
    assert json.loads(said.partition(" => ")[2])["clusterdef"] == told
    assert told["classes"]["motd"] == {"text": "hello"}
