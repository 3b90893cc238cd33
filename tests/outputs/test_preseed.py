"""Preseed files, as debconf reads them: every answer comes back; and their scripts, as shells and linters see them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from clusterdef.languages import LANGUAGES, CannotSay, filled
from clusterdef.model import Disk, Layout, Node, OperatingSystem, Repository, Scripts
from clusterdef.problem import Refused
from tests.outputs.clusters import GIB, LVM, PLAIN, PRIVATE, RAID, cluster, interface, made, node, small
from tests.outputs.hostile import HOSTILE, values
from tests.outputs.installer import PASSWORD, hashed

DEBIAN = OperatingSystem("debian12", "debian", "12.8", "debian12-mirror", (Repository("openvox8"),))
HOOKS = ("/usr/lib/post-base-installer.d", "hooks")
CONFIG = """\
Config: config
Templates: templates

Name: config
Driver: File
Filename: {0}/config.dat

Name: templates
Driver: File
Filename: {0}/templates.dat
"""


def answers(text: str, folder: Path) -> Mapping[str, str]:
    """What debconf has understood; anything it complains of is raised."""
    (folder / "debconf.conf").write_text(CONFIG.format(folder))
    for name in ("config.dat", "templates.dat"):
        (folder / name).unlink(missing_ok=True)
    environment = {"DEBCONF_SYSTEMRC": str(folder / "debconf.conf"), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    for option in ("--checkonly", "--verbose"):
        done = subprocess.run(
            ["debconf-set-selections", option], input=text.encode(), capture_output=True, env=environment, timeout=60
        )
        complaints = [line for line in done.stderr.decode().splitlines() if not line.startswith("info:")]
        assert (done.returncode, complaints) == (0, []), text
    found = {}
    for entry in (folder / "config.dat").read_text("utf-8").split("\n\n"):
        fields = dict(re.findall(r"^(Name|Value):[ ]?(.*)", entry, re.MULTILINE))
        if "Name" in fields:
            found[fields["Name"]] = fields.get("Value", "")
    return found


def files(**more: Any) -> dict[str, str]:
    one = node("worker01", interface(PRIVATE, "worker01", "10.10.2.1"), **{"os": DEBIAN, **more})
    return {path.rpartition("/")[2]: text for path, text in made(cluster((PRIVATE,), (one,)), "preseed").items()}


def read(folder: Path, **more: Any) -> Mapping[str, str]:
    return answers(files(**more)["worker01.cfg"], folder)


def linted(script: str) -> str:
    done = subprocess.run(["shellcheck", "--shell=dash", "-"], input=script, capture_output=True, text=True, timeout=60)
    return done.stdout


@pytest.mark.parametrize("release", ["12.8", "13"])
def test_debconf_takes_every_answer(tmp_path: Path, release: str) -> None:
    nodes: dict[str, Node] = {
        name: replace(one, os=replace(DEBIAN, release=release)) if one.os else one
        for name, one in small().nodes.items()
    }
    found = made(replace(small(), nodes=nodes), "preseed")
    assert sorted(path for path in found if path.endswith(".cfg")) == [
        f"preseed/{name}.cfg" for name in ("head", "puppet", "worker01", "worker02")
    ]
    for path, text in found.items():
        if path.endswith(".cfg"):
            said = answers(text, tmp_path)
            assert said["netcfg/hostname"] in nodes
            assert said["time/zone"] == "America/New_York"
            assert "preseed_fetch" in said["partman/early_command"]


def test_debian_comes_from_the_head(tmp_path: Path) -> None:
    said = read(tmp_path)
    assert (said["mirror/protocol"], said["mirror/http/hostname"]) == ("http", "10.10.0.1")
    assert (said["mirror/http/directory"], said["mirror/suite"]) == ("/media/debian12-mirror", "bookworm")
    assert said["apt-setup/local0/repository"] == "[trusted=yes] http://10.10.0.1/repos/openvox8/ ./"


@pytest.mark.parametrize("script", ["worker01.disks.sh", "worker01.late.sh"])
@pytest.mark.parametrize("layout", [PLAIN, LVM, RAID])
@pytest.mark.parametrize("install", ["network", "usb"])
def test_no_linter_wonders_about_a_script(script: str, layout: Layout, install: str) -> None:
    scripts = Scripts(pre=(("a", "#!/bin/sh\ntrue\n"),), post=(("c", "#!/bin/sh\ntrue\n"),))
    assert linted(files(layout=layout, install=install, keep=("/scratch",), scripts=scripts)[script]) == ""


def test_a_place_for_a_password_that_nobody_filled_stops_no_installation(tmp_path: Path) -> None:
    script = files(parameters=PASSWORD)["worker01.late.sh"]
    assert hashed(tmp_path, script) == ""
    assert hashed(tmp_path, filled(script, lambda name, kind: "$6$salt$hash")) == "--encrypted\nroot:$6$salt$hash\n"


@pytest.mark.parametrize(("layout", "method"), [(PLAIN, "regular"), (LVM, "lvm"), (RAID, "raid")])
@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_a_disk_is_never_named_and_nothing_is_confirmed_before_the_script_looked(
    tmp_path: Path, layout: Layout, method: str, firmware: str
) -> None:
    said = read(tmp_path, layout=layout, firmware=firmware)
    assert said["partman-auto/method"] == method
    assert not [name for name in said if "confirm" in name or name in ("partman-auto/disk", "grub-installer/bootdev")]
    assert not re.search(r"/dev/(sd|vd|nvme)", str(said))
    recipe = said["partman-auto/expert_recipe"]
    forced = said.get("partman-efi/non_efi_system")
    assert (forced == "true") == (firmware == "uefi"), "beside what an old firmware started it would install for that"
    assert ("method{ efi }" in recipe, "method{ biosgrub }" in recipe) == (firmware == "uefi", firmware == "bios")
    assert recipe.count("{") == recipe.count("}")
    for volume in layout.volumes:
        if volume.mount != "swap" and method != "raid":
            assert f"mountpoint{{ {volume.mount} }}" in recipe
    if method == "raid":
        assert "1 2 0 xfs / raidid=2 ." in said["partman-auto-raid/recipe"]


class Sys:
    """A machine as the installer sees it: no lsblk, but /sys, udev and debconf."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "bin").mkdir()
        (path / "block").mkdir()
        (path / "udev").mkdir()
        (path / "cmdline").write_text("auto=true\n")
        self.program("udevadm", 'for last; do :; done\ncat "$HERE/udev/${last#--name=/dev/}"\n')
        self.program("debconf-set", 'printf "%s=%s\\n" "$1" "$2" >> "$HERE/told"\n')

    def program(self, name: str, text: str) -> None:
        file = self.path / "bin" / name
        file.write_text(f"#!/bin/sh\n{text}")
        file.chmod(0o755)

    def disk(self, name: str, size: int, removable: int = 0, rotating: int = 1, **properties: str) -> None:
        place = self.path / "block" / name
        (place / "queue").mkdir(parents=True)
        (place / "device").mkdir()
        for file, value in {"size": size // 512, "removable": removable, "ro": 0, "queue/rotational": rotating}.items():
            (place / file).write_text(f"{value}\n")
        usual = {"DEVNAME": f"/dev/{name}", "ID_BUS": "ata", "ID_MODEL": "Acme_Disk_1", "ID_SERIAL_SHORT": f"S-{name}"}
        (self.path / "udev" / name).write_text(
            "".join(f"{key}={value}\n" for key, value in {**usual, **properties}.items())
        )

    def runs(self, **more: Any) -> tuple[int, str, Mapping[str, str]]:
        """The script's exit code, what it said, and what debconf was told."""
        script = files(**more)["worker01.disks.sh"]
        for real, here in (("/sys/block", "block"), ("/proc/cmdline", "cmdline"), ("/dev/console", "console"), HOOKS):
            script = script.replace(real, str(self.path / here))
        environment = {"PATH": f"{self.path}/bin:/usr/bin:/bin", "HERE": str(self.path)}
        (self.path / "told").write_text("")
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, env=environment)
        lines = (self.path / "told").read_text().splitlines()
        told = {name: value for name, _, value in (line.partition("=") for line in lines)}
        return done.returncode, done.stdout + done.stderr, told


@pytest.fixture
def machine(tmp_path: Path) -> Sys:
    return Sys(tmp_path)


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ({"min": 200 * GIB, "max": 500 * GIB}, "sda"),
        ({"type": "ssd"}, "sda"),
        ({"type": "hdd"}, "sdb"),
        ({"type": "nvme"}, "nvme0n1"),
        ({"model": "Acme  Fast"}, "sda"),
        ({"serial": "S-sdb"}, "sdb"),
        ({"min": 9000 * GIB}, ""),
        ({}, ""),
    ],
)
def test_a_rule_says_which_disk_and_only_then_is_anything_confirmed(
    machine: Sys, rule: dict[str, Any], taken: str
) -> None:
    machine.disk("sda", 240 * GIB, rotating=0, ID_MODEL="Acme_Fast_1")
    machine.disk("sdb", 4000 * GIB)
    machine.disk("nvme0n1", 2000 * GIB, rotating=0, ID_BUS="")
    machine.disk("sdk", 300 * GIB, ID_BUS="usb")
    machine.disk("sdr", 300 * GIB, removable=1)
    machine.disk("sr0", 300 * GIB)
    code, said, told = machine.runs(disks=(Disk("system", **rule),))
    if not taken:
        assert (code, told) == (1, {}), said
        assert "worker01 is not installed, and no disk was touched" in said
        return
    assert (code, told["partman-auto/disk"], told["grub-installer/bootdev"]) == (0, f"/dev/{taken}", f"/dev/{taken}"), (
        said
    )
    assert told["partman/confirm"] == told["partman-lvm/confirm"] == "true"


@pytest.mark.parametrize(
    "key", [{"ID_BUS": "usb"}, {"ID_BUS": "ata", "DEVPATH": "/devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/sda"}]
)
def test_the_key_is_never_taken(machine: Sys, key: dict[str, str]) -> None:
    machine.disk("sda", 300 * GIB, **key)
    code, said, told = machine.runs(install="usb")
    assert (code, told) == (1, {}), said
    machine.disk("sdb", 300 * GIB)
    assert machine.runs(install="usb", disks=(Disk("system", serial="S-sda"),))[::2] == (1, {})
    code, said, told = machine.runs(install="usb")
    assert (code, told["partman-auto/disk"], told["grub-installer/bootdev"]) == (0, "/dev/sdb", "/dev/sdb"), said


def test_once_the_key_is_pulled_out_packages_come_from_the_head(tmp_path: Path) -> None:
    """Without these lines a machine that was installed by key knows of no package at all."""
    found = (Repository("near"), Repository("far", "https://r.example.org/", "https://r.example.org/KEY"))
    system = OperatingSystem("d12", "debian", "12.8", "d12", found)
    other = node("worker02", interface(PRIVATE, "worker02", "10.10.2.2"), os=system)
    assert "clusterdef-medium" not in files(install="usb", os=system)["worker01.late.sh"], "nobody has a mirror of it"
    one = node("worker01", interface(PRIVATE, "worker01", "10.10.2.1"), os=system, install="usb")
    script = made(cluster((PRIVATE,), (one, other)), "preseed")["preseed/worker01.late.sh"]
    lines = [line for line in script.splitlines() if "/etc/apt/sources.list.d/" in line]
    mine = "\n".join(lines).replace("/etc/apt/sources.list.d", str(tmp_path))
    subprocess.run(["sh", "-eu", "-c", mine], check=True, timeout=20)
    assert {one.name: one.read_text() for one in tmp_path.iterdir()} == {
        "clusterdef-medium.list": "deb http://10.10.0.1/media/d12 bookworm main\n",
        "near.list": "deb [trusted=yes] http://10.10.0.1/repos/near/ ./\n",
    }
    assert "sources.list.d" not in files(os=system)["worker01.late.sh"]


def test_a_hook_shows_the_key_to_the_new_system(machine: Sys) -> None:
    machine.disk("sdb", 300 * GIB)
    assert machine.runs(install="network")[0] == 0
    assert not (machine.path / "hooks").exists()
    assert machine.runs(install="usb")[0] == 0
    hook = machine.path / "hooks" / "70clusterdef"
    assert hook.stat().st_mode & 0o111 == 0o111
    machine.program("mkdir", "true\n")
    machine.program("mount", 'echo "$@" >> "$HERE/mounted"\n')
    subprocess.run([hook], check=True, timeout=60, env={"PATH": f"{machine.path}/bin", "HERE": str(machine.path)})
    assert (machine.path / "mounted").read_text() == "-o bind /hd-media /target/media/clusterdef\n"


def test_two_disks_are_taken_for_a_mirror(machine: Sys) -> None:
    machine.disk("sda", 300 * GIB)
    assert "1 disks fit, 2 needed" in machine.runs(layout=RAID)[1]
    machine.disk("sdb", 300 * GIB)
    assert machine.runs(layout=RAID)[2]["partman-auto/disk"] == "/dev/sda /dev/sdb"


def test_what_cannot_be_kept_is_not_touched_unless_it_is_given_up(machine: Sys) -> None:
    machine.disk("sdy", 300 * GIB)
    assert machine.runs(layout=LVM, keep=("/scratch",))[0] == 0
    machine.disk("sdz", 300 * GIB, ID_PART_TABLE_TYPE="gpt")
    rule = (Disk("system", serial="S-sdz"),)
    code, said, told = machine.runs(layout=LVM, keep=("/scratch",), disks=rule)
    assert (code, told) == (1, {})
    assert "cannot keep /scratch" in said
    assert machine.runs(layout=LVM, disks=rule)[0] == 0
    (machine.path / "cmdline").write_text("auto=true clusterdef.discard\n")
    assert machine.runs(layout=LVM, keep=("/scratch",), disks=rule)[0] == 0


@pytest.mark.parametrize("release", ["11.9", "14"])
def test_a_release_that_nobody_knows_gets_none(release: str) -> None:
    assert files(os=replace(DEBIAN, release=release)) == {}


def test_the_agent_knows_everything_and_stays_disabled() -> None:
    script = files()["worker01.late.sh"]
    assert "systemctl disable puppet.service" in script
    assert "systemctl enable clusterdef-first-run.service" in script.splitlines()
    assert "enable puppet" not in script


def test_the_golden_scripts_are_sound() -> None:
    found = sorted((Path(__file__).parents[1] / "golden/debian/expected/preseed").glob("*.sh"))
    assert len(found) == 6
    for file in found:
        assert linted(file.read_text()) == "", file.name


def said_in(place: str, value: str) -> str | None:
    try:
        return LANGUAGES["seed"].say_in(place, value)
    except CannotSay:
        return None


@settings(max_examples=10)
@given(values)
def test_debconf_reads_an_answer_back(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    texts = [text for one in (value, *HOSTILE) if (text := said_in("text", one)) is not None]
    lines = [f"d-i a/q{number} string {text}\nd-i a/next{number} string next\n" for number, text in enumerate(texts)]
    found = answers("".join(lines), tmp_path_factory.mktemp("debconf"))
    assert [found[f"a/q{number}"] for number in range(len(texts))] == texts
    assert {found[f"a/next{number}"] for number in range(len(texts))} == {"next"}


@settings(max_examples=10)
@given(values)
def test_a_comment_swallows_no_answer(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    texts = [text for one in (value, *HOSTILE) if (text := said_in("comment", one)) is not None]
    lines = [f"# {text}\nd-i a/q{number} string {number}\n" for number, text in enumerate(texts)]
    found = answers("".join(lines), tmp_path_factory.mktemp("debconf"))
    assert found == {f"a/q{number}": str(number) for number in range(len(texts))}


@given(values)
def test_free_text_is_a_comment_or_refused(value: str) -> None:
    try:
        text = files(roles=(value,), description=value)["worker01.cfg"]
    except Refused as refused:
        assert "cannot say" in refused.problems[0].message
        return
    usual = files(roles=("worker",))["worker01.cfg"].splitlines()
    assert text.splitlines()[2:] == usual[2:]
