"""What cloud-init gets, as cloud-init itself, netplan and linters read it."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

from clusterdef.model import Mount, OperatingSystem, Repository, Scripts
from clusterdef.problem import Refused
from tests.outputs.clusters import EL9, PRIVATE, cluster, interface, made, node, small
from tests.outputs.hostile import values
from tests.outputs.test_autoinstall import linted, told

REPOSITORIES = (Repository("near"), Repository("far", "https://r.example.org/", "https://r.example.org/KEY"))
SYSTEMS = [
    replace(EL9, release="8.10", repos=REPOSITORIES),
    replace(EL9, release="9.6", repos=REPOSITORIES),
    replace(EL9, release="10.0", repos=REPOSITORIES),
    OperatingSystem("d12", "debian", "12.8", "d12", REPOSITORIES),
    OperatingSystem("d13", "debian", "13", "d13", REPOSITORIES),
    OperatingSystem("u22", "ubuntu", "22.04", "u22", REPOSITORIES),
    OperatingSystem("u24", "ubuntu", "24.04", "u24", REPOSITORIES),
]


def files(**more: Any) -> dict[str, str]:
    one = node("worker01", interface(PRIVATE, "worker01", "10.10.2.1"), **{"install": "image", **more})
    return {path.rpartition("/")[2]: text for path, text in made(cluster((PRIVATE,), (one,)), "cloudinit").items()}


def read(**more: Any) -> Any:
    return yaml.safe_load(files(**more)["user-data"])


def first_start(**more: Any) -> str:
    return str(read(**more)["write_files"][-1]["content"])


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: f"{system.family}{system.release}")
def test_cloud_init_takes_every_file_and_no_linter_wonders(tmp_path: Path, system: OperatingSystem) -> None:
    rich: dict[str, Any] = {
        "os": system,
        "kernel": ("quiet",),
        "console": "ttyS0,115200",
        "kernel_pin": "6.1.0-28-amd64",
        "packages": ("-postfix", "gcc"),
        "selinux": "permissive",
        "mounts": (Mount("nfs:/export", "/mnt/x", "nfs", ("vers=4.2",)),),
        "scripts": Scripts(post=(("c", "#!/bin/sh\ntrue\n"),)),
        "parameters": {"users.root_password": "users.root"},
    }
    for more in (rich, {"os": system, "services": {}, "packages": (), "modules": ()}):
        assert told(tmp_path, files(**more)["user-data"]) == "0 Valid cloud-config: FILE"
        assert linted(first_start(**more)) == ""


def test_only_machines_from_images_get_any() -> None:
    assert made(small(), "cloudinit") == {}
    assert set(files()) == {"user-data", "meta-data", "network-config"}
    assert yaml.safe_load(files()["meta-data"]) == {
        "instance-id": "worker01.mytier3.internal",
        "local-hostname": "worker01",
    }


def test_packages_come_from_the_head_and_from_outside() -> None:
    found = read(os=replace(EL9, repos=REPOSITORIES))["yum_repos"]
    assert found["near"]["baseurl"] == "http://10.10.0.1/repos/near/"
    assert found["far"]["gpgkey"] == "https://r.example.org/KEY"
    assert set(read(os=replace(EL9, repos=REPOSITORIES), services={})["yum_repos"]) == {"far"}


def test_the_agent_knows_everything_and_stays_disabled() -> None:
    said = read()
    assert "@@" not in str(said)
    assert said["runcmd"] == [["sh", "/root/clusterdef/first-start"]]
    script = first_start()
    assert "certname='worker01.mytier3.internal'" in script.splitlines()
    assert "systemctl disable puppet.service" in script
    assert "enable puppet" not in script


def test_a_package_that_starts_its_service_does_not_start_the_agent() -> None:
    lines = first_start(os=SYSTEMS[3]).splitlines()
    place = {
        word: next(n for n, line in enumerate(lines) if word in line) for word in (" mask", "install", "csr_", "unmask")
    }
    assert list(place) == sorted(place, key=lambda word: place[word])
    assert lines[place["unmask"] + 1] == "systemctl disable puppet.service || true"


@given(values)
def test_a_script_of_the_site_reaches_the_machine_whole(text: str) -> None:
    try:
        script = first_start(scripts=Scripts(post=(("c", text),)))
    except Refused as refused:
        assert "cannot say" in refused.problems[0].message
        return
    assert script.endswith("echo running c\n/root/clusterdef/post-1\n")
    body = script.partition("# c\n")[2].partition("\n} > /root/clusterdef/post-1\n")[0]
    assert subprocess.run(["sh", "-c", f"{body}\n}}"], capture_output=True, timeout=20).stdout.decode() == text
