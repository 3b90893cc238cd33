"""Autoinstall files, as cloud-init, netplan, shells and linters read them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from clusterdef.languages import filled
from clusterdef.model import Disk, Layout, OperatingSystem, Repository, Scripts
from clusterdef.problem import Refused
from tests.outputs.clusters import GIB, LVM, PLAIN, PRIVATE, RAID, cluster, interface, made, node, small
from tests.outputs.hostile import values
from tests.outputs.installer import PASSWORD, Machine, hashed

UBUNTU = OperatingSystem(
    "u24",
    "ubuntu",
    "24.04",
    "ubuntu2404",
    (Repository("openvox8"), Repository("far", "https://r.example.org/", "https://r.example.org/KEY")),
)


def text_of(**more: Any) -> str:
    one = node(
        "worker01", interface(PRIVATE, "worker01", "10.10.2.1", macs=("02:00:5e:10:02:01",)), **{"os": UBUNTU, **more}
    )
    return made(cluster((PRIVATE,), (one,)), "autoinstall")["autoinstall/worker01/user-data"]


def read(**more: Any) -> Any:
    return yaml.safe_load(text_of(**more))["autoinstall"]


def told(folder: Path, text: str) -> str:
    """What cloud-init says about a file."""
    file = folder / "user-data"
    file.write_text(text, "utf-8")
    done = subprocess.run(
        ["cloud-init", "schema", "--config-file", str(file)], capture_output=True, text=True, timeout=120
    )
    return f"{done.returncode} {done.stdout.replace(str(file), 'FILE').strip()} {done.stderr.strip()}".strip()


def linted(script: str) -> str:
    done = subprocess.run(["shellcheck", "--shell=dash", "-"], input=script, capture_output=True, text=True, timeout=60)
    return done.stdout


def test_a_place_for_a_password_that_nobody_filled_stops_no_installation(tmp_path: Path) -> None:
    (command,) = [one for one in read(parameters=PASSWORD)["late-commands"] if "chpasswd" in one]
    assert hashed(tmp_path, command) == ""
    full = filled(command, lambda name, kind: "$6$salt$hash")
    assert hashed(tmp_path, full) == "--encrypted --root /target\nroot:$6$salt$hash\n"


@pytest.mark.parametrize("release", ["22.04", "24.04"])
def test_cloud_init_takes_every_file(tmp_path: Path, release: str) -> None:
    nodes = {
        name: replace(one, os=replace(UBUNTU, release=release)) if one.os else one
        for name, one in small().nodes.items()
    }
    found = made(replace(small(), nodes=nodes), "autoinstall")
    assert sorted(found) == sorted(
        f"autoinstall/{name}/{file}"
        for name in ("head", "puppet", "worker01", "worker02")
        for file in ("meta-data", "user-data")
    )
    for path, text in found.items():
        if path.endswith("user-data"):
            assert told(tmp_path, text) == "0 Valid cloud-config: FILE", text
            later = yaml.safe_load(text)["autoinstall"]["user-data"]
            assert later["users"][0]["name"] == "root"
            assert told(tmp_path, f"#cloud-config\n{yaml.safe_dump(later)}") == "0 Valid cloud-config: FILE"
        else:
            assert yaml.safe_load(text)["local-hostname"] in nodes


def test_cloud_init_would_complain(tmp_path: Path) -> None:
    assert "version" in told(tmp_path, text_of().replace("  version: 1\n", '  version: "one"\n'))


@pytest.mark.parametrize("layout", [PLAIN, LVM, RAID])
@pytest.mark.parametrize("install", ["network", "usb"])
def test_no_linter_wonders_about_a_script(layout: Layout, install: str) -> None:
    scripts = Scripts(pre=(("a", "#!/bin/sh\ntrue\n"),), post=(("c", "#!/bin/sh\ntrue\n"),))
    said = read(layout=layout, install=install, keep=("/scratch",), scripts=scripts, kernel=("quiet",))
    for script in (*said["early-commands"], *said["late-commands"]):
        assert linted(script) == ""
    inner = said["late-commands"][-1].split("cat <<'", 1)[1]
    end, _, rest = inner.partition("'\n")
    assert linted(rest.partition(f"\n{end}\n")[0] + "\n") == ""


@pytest.mark.parametrize("layout", [PLAIN, LVM, RAID])
@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_every_action_stands_on_one_before_it(layout: Layout, firmware: str) -> None:
    actions = read(layout=layout, firmware=firmware)["storage"]["config"]
    known: set[str] = set()
    for action in actions:
        needs = [action[key] for key in ("device", "volume", "volgroup") if key in action] + action.get("devices", [])
        assert set(needs) <= known, action
        assert action["id"] not in known
        known.add(action["id"])
    mounts = {action["path"] for action in actions if action["type"] == "mount"}
    assert {volume.mount for volume in layout.volumes if volume.mount != "swap"} <= mounts
    assert ("/boot/efi" in mounts) == (firmware == "uefi")
    for place in ("device", "volgroup"):
        for holder in known:
            sizes = [one["size"] for one in actions if one.get(place) == holder and "size" in one]
            assert -1 not in sizes[:-1]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    found = Machine(tmp_path)
    found.program("udevadm", '#!/bin/sh\ncat "$DISKS/udev" 2>/dev/null || true\n')
    return found


def early(machine: Machine, **more: Any) -> tuple[int, str, list[str]]:
    """Run the early command here: its exit code, what it said, and the disks in the file it leaves."""
    said = read(**more)
    file = machine.path / "autoinstall.yaml"
    file.write_text(yaml.safe_dump(said))
    done = machine.runs("".join(said["early-commands"]).replace("/autoinstall.yaml", "/tmp/autoinstall.yaml"))
    disks = [one["path"] for one in yaml.safe_load(file.read_text())["storage"]["config"] if one["type"] == "disk"]
    return done.code, done.said, disks


def test_the_disk_that_fits_is_taken(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    machine.disk("sdb", 4000 * GIB)
    code, said, disks = early(machine, disks=(Disk("system", max=500 * GIB),))
    assert (code, disks) == (0, ["/dev/sda"]), said


@pytest.mark.parametrize("facts", [{"TRAN": "usb"}, {"RM": 1}])
def test_the_key_is_never_taken(machine: Machine, facts: dict[str, Any]) -> None:
    machine.disk("sda", 300 * GIB, **facts)
    assert early(machine, install="usb")[::2] == (1, ["/dev/clusterdef-disk-1"])
    machine.disk("sdb", 300 * GIB)
    code, said, disks = early(machine, install="usb")
    assert (code, disks) == (0, ["/dev/sdb"]), said


@pytest.mark.parametrize("release", ["22.04", "24.04"])
def test_cloud_init_takes_the_files_of_a_key(tmp_path: Path, release: str) -> None:
    text = text_of(install="usb", os=replace(UBUNTU, release=release))
    assert told(tmp_path, text) == "0 Valid cloud-config: FILE", text
    (key,) = yaml.safe_load(text)["bootcmd"]
    assert linted(key.replace("set -eu", "#!/bin/sh\nset -eu", 1)) == ""


def test_there_is_no_first_disk(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    machine.disk("sdb", 300 * GIB)
    code, said, disks = early(machine)
    assert (code, disks) == (1, ["/dev/clusterdef-disk-1"])
    assert "2 disks fit (sda sdb), only 1 may" in said
    assert early(machine, layout=RAID)[::2] == (0, ["/dev/sda", "/dev/sdb"])


def test_what_cannot_be_kept_is_not_touched_unless_it_is_given_up(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    assert early(machine, layout=LVM, keep=("/scratch",))[0] == 0
    (machine.disks / "udev").write_text("DEVTYPE=disk\nID_PART_TABLE_TYPE=gpt\n")
    (machine.disks / "udev").rename(machine.path / "udev")
    machine.program("udevadm", f"#!/bin/sh\ncat {machine.path}/udev\n")
    code, said, disks = early(machine, layout=LVM, keep=("/scratch",))
    assert (code, disks) == (1, ["/dev/clusterdef-disk-1"])
    assert "cannot keep /scratch" in said
    assert early(machine, layout=LVM)[0] == 0


@settings(max_examples=40)
@given(values)
def test_a_script_of_the_site_reaches_the_machine_whole(text: str) -> None:
    try:
        said = read(scripts=Scripts(pre=(("a", text),), post=(("c", text),)))
    except Refused as refused:
        assert "cannot say" in refused.problems[0].message
        return
    begin = "".join(said["early-commands"]).split("echo")[0]
    usual = read(scripts=Scripts(pre=(("a", "true\n"),), post=(("c", "true\n"),)))
    assert begin == "".join(usual["early-commands"]).split("echo")[0]
    assert {key: value for key, value in said.items() if "commands" not in key} == {
        key: value for key, value in usual.items() if "commands" not in key
    }


@given(values)
def test_free_text_is_a_comment_or_refused(value: str) -> None:
    try:
        text = text_of(roles=(value,), description=value, services={**node("x").services, "configuration": ()})
    except Refused as refused:
        assert "cannot say" in refused.problems[0].message
        return
    assert set(yaml.safe_load(text)) == {"autoinstall"}
