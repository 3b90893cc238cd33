"""%pre chooses the disk that fits, and only that; what shall be kept is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef.model import Disk, Layout, Scripts
from tests.outputs.clusters import EL9, GIB, LVM, PLAIN, PRIVATE, RAID, cluster, interface, made, node
from tests.outputs.installer import Machine, parsed, pre

TIB = 1024 * GIB
ARGUMENTS = ("quiet", "console=ttyS1,115200")
WITH_SCRATCH = replace(LVM, scheme="plain")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def kickstart(**more: Any) -> str:
    one = node("worker01", interface(PRIVATE, "worker01", "10.10.2.1"), **more)
    return made(cluster((PRIVATE,), (one,)), "kickstart")["kickstart/worker01.cfg"]


def script(**more: Any) -> str:
    return pre(parsed(kickstart(**more)))


def system(**rule: Any) -> tuple[Disk, ...]:
    return (Disk("system", **rule),)


def test_the_only_disk_is_taken(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    told = machine.runs(script())
    assert told.code == 0, told.said
    assert told.lines == [
        "ignoredisk --only-use=sda",
        "bootloader --timeout=3 --boot-drive=sda",
        "clearpart --all --initlabel --disklabel=gpt --drives=sda",
        "part biosboot --fstype=biosboot --size=1 --ondisk=sda",
        "part / --size=20480 --grow --fstype=xfs --label=cd-root --ondisk=sda",
        "part swap --size=4096 --fstype=swap --ondisk=sda",
    ]
    assert "the system goes to sda" in told.said


def test_what_is_kept_is_looked_for_once_the_system_knows_what_it_has_just_assembled(machine: Machine) -> None:
    """Labels come from udev, which learns of an array or a volume a moment after it is there."""
    machine.disk("sda", 300 * GIB)
    machine.parts("sda", ("sda1 part", "cd-root"), ("sda2 part", ""))
    machine.below("sda2", "sda2 part")
    labels = machine.disks / "sda" / "NAME,LABEL"
    machine.program("udevadm", f"#!/bin/sh\n[ $1 = settle ] && echo /dev/sda2 cd-scratch >> '{labels}'\n")
    told = machine.runs(script(layout=WITH_SCRATCH, keep=("/scratch",)))
    assert "part /scratch --onpart=sda2 --noformat" in told.lines, told.said


@pytest.mark.parametrize("number", [0, 2, 3])
def test_there_is_no_first_disk(machine: Machine, number: int) -> None:
    for name in ("sda", "sdb", "sdc")[:number]:
        machine.disk(name, 300 * GIB)
    told = machine.runs(script())
    assert (told.code, told.disks) == (1, "")
    assert f"worker01 is not installed, and no disk was touched: {number} disks fit" in told.said
    assert "(a table of disks)" in told.said
    assert "site.yaml" in told.said


@pytest.mark.parametrize(
    "facts",
    [{"TRAN": "usb"}, {"RM": 1}, {"RO": 1}, {"TYPE": "rom"}],
)
def test_a_key_a_card_or_a_disk_that_cannot_be_written_is_never_taken(machine: Machine, facts: dict[str, Any]) -> None:
    machine.disk("sda", 300 * GIB, **facts)
    assert machine.runs(script()).code == 1
    machine.disk("sdb", 300 * GIB)
    assert machine.runs(script()).lines[0] == "ignoredisk --only-use=sdb"


@pytest.mark.parametrize("name", ["loop0", "zram0", "md127", "sr0", "dm-0"])
def test_what_is_no_hardware_is_never_taken(machine: Machine, name: str) -> None:
    machine.disk(name, 300 * GIB)
    assert machine.runs(script()).code == 1


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ({"min": 200 * GIB, "max": 500 * GIB}, "sda"),
        ({"type": "ssd"}, "sda"),
        ({"type": "hdd"}, "sdb"),
        ({"type": "nvme"}, "nvme0n1"),
        ({"type": "virtio"}, "vda"),
        ({"model": "Acme  Fast"}, "sda"),
        ({"model": "Acme Fast 2"}, ""),
        ({"serial": "S-vda"}, "vda"),
        ({"min": 5 * TIB}, ""),
        ({"max": 100 * GIB}, "vda"),
        ({"type": "ssd", "max": 100 * GIB}, ""),
    ],
)
def test_a_rule_says_which(machine: Machine, rule: dict[str, Any], taken: str) -> None:
    machine.disk("sda", 240 * GIB, ROTA=0, MODEL=" Acme Fast 1 ")
    machine.disk("sdb", 4 * TIB)
    machine.disk("nvme0n1", 2 * TIB, ROTA=0, TRAN="nvme")
    machine.disk("vda", 60 * GIB, TRAN="virtio")
    told = machine.runs(script(disks=system(**rule)))
    assert (told.lines or [""])[0] == (f"ignoredisk --only-use={taken}" if taken else ""), told.said


def test_a_path_says_which(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    machine.disk("sdb", 300 * GIB)
    machine.program("readlink", '#!/bin/sh\n[ "$2" = /dev/disk/by-id/ata-x ] && echo /dev/sdb\n')
    told = machine.runs(script(disks=system(path="/dev/disk/by-id/ata-x")))
    assert told.lines[0] == "ignoredisk --only-use=sdb"


def test_a_disk_that_is_too_small_for_the_layout_does_not_fit(machine: Machine) -> None:
    machine.disk("sda", 23 * GIB)
    told = machine.runs(script())
    assert told.code == 1
    assert "wanted: at least 24 GiB" in told.said


def test_disks_for_other_purposes_are_set_aside(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    machine.disk("sdb", 4 * TIB)
    assert machine.runs(script()).code == 1
    told = machine.runs(script(disks=(Disk("data", min=TIB), Disk("system"))))
    assert told.lines[0] == "ignoredisk --only-use=sda"


@pytest.mark.parametrize("layout", [PLAIN, LVM, RAID])
@pytest.mark.parametrize("uefi", [False, True])
@pytest.mark.parametrize("major", ["8", "9", "10"])
def test_the_installer_understands_what_was_decided(machine: Machine, layout: Layout, uefi: bool, major: str) -> None:
    release = replace(EL9, release=f"{major}.4")
    text = kickstart(os=release, layout=layout, firmware="uefi" if uefi else "bios", kernel=ARGUMENTS)
    machine.disk("sda", 300 * GIB)
    if layout is RAID:
        machine.disk("sdb", 300 * GIB)
    told = machine.runs(pre(parsed(text, major)), uefi=uefi)
    handler = parsed(text, major, told.disks)
    mounts = {part.mountpoint for part in handler.partition.partitions}
    mounts |= {volume.mountpoint for volume in handler.logvol.lvList} | {
        one.mountpoint for one in handler.raid.raidList
    }
    assert {volume.mount for volume in layout.volumes} < mounts
    assert ("/boot/efi" if uefi else "biosboot") in mounts
    assert handler.bootloader.appendLine == "quiet console=ttyS1,115200"
    assert handler.bootloader.leavebootorder is uefi
    assert handler.ignoredisk.onlyuse == (["sda", "sdb"] if layout is RAID else ["sda"])
    assert handler.clearpart.drives == handler.ignoredisk.onlyuse
    assert all(part.disk in handler.clearpart.drives for part in handler.partition.partitions)


def test_two_disks_are_taken_for_a_mirror(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    assert "1 disks fit, 2 needed" in machine.runs(script(layout=RAID)).said
    machine.disk("sdb", 300 * GIB)
    lines = machine.runs(script(layout=RAID)).lines
    assert "raid / --device=root --level=RAID1 --fstype=xfs --label=cd-root raid.root-1 raid.root-2" in lines
    assert "part raid.root-2 --size=20480 --ondisk=sdb" in lines
    machine.disk("sdc", 300 * GIB)
    assert "3 disks fit (sda sdb sdc), only 2 may" in machine.runs(script(layout=RAID)).said


def test_a_first_installation_makes_what_later_ones_keep(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    lines = machine.runs(script(layout=WITH_SCRATCH, keep=("/scratch",))).lines
    assert "clearpart --all --initlabel --disklabel=gpt --drives=sda" in lines
    assert any(line.startswith("part /scratch --size=10240 --grow --fstype=ext4 --label=cd-scratch") for line in lines)


def test_a_kept_partition_is_not_formatted_and_not_removed(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    machine.parts("sda", ("sda1 part", ""), ("sda2 part", "cd-root"), ("sda3 part", "cd-scratch"), ("sda4 part", ""))
    machine.below("sda3", "sda3 part", "sda disk")
    told = machine.runs(script(layout=WITH_SCRATCH, keep=("/scratch",)))
    assert told.code == 0, told.said
    assert "clearpart --list=sda1,sda2,sda4" in told.lines
    assert "part /scratch --onpart=sda3 --noformat" in told.lines
    assert not [line for line in told.lines if "--all" in line or "--initlabel" in line]
    assert "kept: cd-scratch=/dev/sda3" in told.said
    parsed(kickstart(layout=WITH_SCRATCH, keep=("/scratch",)), "9", told.disks)


def test_a_kept_logical_volume_keeps_its_group(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    machine.parts(
        "sda",
        ("sda1 part", ""),
        ("sda2 part", "cd-boot"),
        ("sda3 part", ""),
        ("system-root lvm", "cd-root"),
        ("system-scratch lvm", "cd-scratch"),
    )
    machine.below("system-scratch", "mapper/system-scratch lvm", "sda3 part", "sda disk")
    text = kickstart(layout=LVM, keep=("/scratch",))
    told = machine.runs(pre(parsed(text)))
    assert told.code == 0, told.said
    assert "clearpart --list=sda1,sda2" in told.lines
    assert "part pv.sda3 --onpart=sda3 --noformat" in told.lines
    assert "volgroup system --useexisting --noformat" in told.lines
    assert "logvol /scratch --vgname=system --name=scratch --useexisting --noformat" in told.lines
    assert "logvol / --vgname=system --name=root --useexisting --fstype=xfs --label=cd-root" in told.lines
    parsed(text, "9", told.disks)


def test_a_kept_mirror_keeps_both_halves(machine: Machine) -> None:
    for name in ("sda", "sdb"):
        machine.disk(name, 300 * GIB)
        machine.parts(name, (f"{name}1 part", ""), (f"{name}2 part", ""), ("md127 raid1", "cd-scratch"))
    machine.below("md127", "md127 raid1", "sda2 part", "sda disk", "sdb2 part", "sdb disk")
    text = kickstart(layout=RAID, keep=("/scratch",))
    told = machine.runs(pre(parsed(text)))
    assert told.code == 0, told.said
    assert "clearpart --list=sda1,sdb1" in told.lines
    assert "raid /scratch --device=scratch --level=RAID1 --useexisting --noformat" in told.lines
    parsed(text, "9", told.disks)


@pytest.mark.parametrize("filled", ["partitions", "file system"])
def test_a_disk_without_what_shall_be_kept_is_not_touched_unless_it_is_given_up(machine: Machine, filled: str) -> None:
    machine.disk("sda", 300 * GIB, FSTYPE="LVM2_member" if filled == "file system" else "")
    if filled == "partitions":
        machine.parts("sda", ("sda1 part", "data"))
    text = script(layout=WITH_SCRATCH, keep=("/scratch",))
    told = machine.runs(text)
    assert (told.code, told.disks) == (1, "")
    assert "what shall be kept is not on it: cd-scratch" in told.said
    assert "add clusterdef.discard to the boot line" in told.said
    assert machine.runs(text, arguments="clusterdef.discardx").code == 1
    assert "clearpart --all" in machine.runs(text, arguments="quiet clusterdef.discard").disks


def test_a_kept_disk_with_an_old_table_gets_no_biosboot(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    machine.parts("sda", ("sda1 part", ""), ("sda2 part", "cd-scratch"), table="dos")
    machine.below("sda2", "sda2 part", "sda disk")
    told = machine.runs(script(layout=WITH_SCRATCH, keep=("/scratch",)))
    assert told.code == 0
    assert "biosboot" not in told.disks


def test_names_of_the_site_stay_text(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB, MODEL="x")
    told = machine.runs(script(disks=system(model="$(touch hacked)`touch hacked`'\"*")))
    assert told.code == 1
    assert not list(machine.path.rglob("hacked"))
    assert "wanted: at least 24 GiB, model $(touch hacked)`touch hacked`'\"*" in told.said


def test_scripts_of_the_site_run_before_and_instead(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    look = "#!/bin/sh\necho looked > /tmp/looked\n"
    part = '#!/bin/sh\ntest -e /tmp/looked && echo "ignoredisk --only-use=$DISK" > /tmp/disks.ks\n'
    text = script(scripts=Scripts(pre=(("look", look),), part=(("own", part),)))
    told = machine.runs(text)
    assert (told.code, told.lines) == (0, ["ignoredisk --only-use=sda"]), told.said
    assert [word for word in ("running look", "the system goes to sda", "running own") if word not in told.said] == []


def test_a_script_of_the_site_that_fails_stops_the_installation(machine: Machine) -> None:
    machine.disk("sda", 300 * GIB)
    told = machine.runs(script(scripts=Scripts(pre=(("look", "#!/bin/sh\nexit 3\n"),))))
    assert (told.code, told.disks) == (3, "")
