"""PXELINUX files, read by the rules of its manual: nothing is installed unless somebody chooses it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from clusterdef.model import Place
from tests.outputs.clusters import made, small

GLOBAL = {"UI", "PROMPT", "TIMEOUT", "ONTIMEOUT", "SERIAL"}
IN_LABEL = {"KERNEL", "INITRD", "APPEND", "SYSAPPEND", "LOCALBOOT"}


@dataclass
class Label:
    """One entry of a menu: its own commands, the text it shows, and the page it is on."""

    page: str
    commands: dict[str, str] = field(default_factory=dict)
    shown: str = ""
    default: bool = False


@dataclass
class Menu:
    """A whole file."""

    settings: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


def read(text: str) -> Menu:
    """A configuration file; anything that its manual does not know is an error."""
    menu = Menu()
    pages, label = [""], None
    for line in text.splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        key, rest = words[0], line.strip().partition(" ")[2]
        if key == "MENU":
            what, _, rest = rest.partition(" ")
            if what == "BEGIN":
                pages.append(rest)
                label = None
            elif what == "END":
                pages.pop()
                label = None
            elif what == "TITLE":
                menu.titles[pages[-1]] = rest
            elif what in ("LABEL", "DEFAULT", "EXIT"):
                assert label, line
                label.shown = rest if what == "LABEL" else label.shown
                label.default |= what == "DEFAULT"
            else:
                pytest.fail(f"unknown: {line}")
        elif key == "LABEL":
            assert rest not in menu.labels, f"twice: {rest}"
            assert len(words) == 2, line
            label = menu.labels[rest] = Label(pages[-1])
        elif key in IN_LABEL:
            assert label, line
            label.commands[key] = rest
        else:
            assert key in GLOBAL, line
            menu.settings[key] = rest
    assert pages == [""]
    return menu


def files() -> dict[str, str]:
    return made(small(), "pxelinux")


def test_every_bios_machine_with_a_known_address_has_a_file() -> None:
    assert small().nodes["puppet"].firmware == "uefi"
    assert set(files()) == {"tftp/pxelinux.cfg/default", "tftp/pxelinux.cfg/01-02-00-5e-10-02-01"}


@pytest.mark.parametrize("path", files())
def test_the_disk_is_the_default_and_comes_by_itself(path: str) -> None:
    menu = read(files()[path])
    assert menu.settings["ONTIMEOUT"] == "disk"
    assert int(menu.settings["TIMEOUT"]) > 0
    assert menu.settings["PROMPT"] == "0"
    assert [name for name, label in menu.labels.items() if label.default] == ["disk"]
    assert menu.labels["disk"].commands == {"LOCALBOOT": "0"}


def test_every_way_to_install_says_that_it_erases() -> None:
    for text in files().values():
        for label in read(text).labels.values():
            assert ("KERNEL" in label.commands) == ("erases its system disk" in label.shown)


def test_a_machine_is_installed_alike_from_its_own_file_and_from_the_menu() -> None:
    menu = read(files()["tftp/pxelinux.cfg/default"])
    own = read(files()["tftp/pxelinux.cfg/01-02-00-5e-10-02-01"])
    assert menu.labels["install-worker01"].commands == own.labels["install"].commands == {
        "KERNEL": "http://10.10.0.1/media/el9-dvd/images/pxeboot/vmlinuz",
        "INITRD": "http://10.10.0.1/media/el9-dvd/images/pxeboot/initrd.img",
        "APPEND": "inst.stage2=http://10.10.0.1/media/el9-dvd/ inst.ks=http://10.10.0.1/kickstart/worker01.cfg "
        "ip=dhcp console=tty0 console=ttyS1,115200",
        "SYSAPPEND": "2",
    }  # fmt: skip
    assert own.settings["SERIAL"] == "1 115200"


def test_the_menu_has_a_page_for_each_rack_or_role_and_only_machines_that_may_be_claimed() -> None:
    menu = read(files()["tftp/pxelinux.cfg/default"])
    pages = {name: menu.titles[label.page] for name, label in menu.labels.items() if "KERNEL" in label.commands}
    assert pages == {
        "install-worker01": "rack A1",
        "install-worker02": "rack A1",
        "install-puppet": "role puppet",
    }


def test_without_racks_the_pages_are_groups() -> None:
    cluster = small()
    nodes = {name: replace(node, place=Place()) for name, node in cluster.nodes.items()}
    menu = read(made(replace(cluster, nodes=nodes), "pxelinux")["tftp/pxelinux.cfg/default"])
    assert menu.titles[menu.labels["install-worker01"].page] == "group r410"


def test_nobody_to_install_no_menu() -> None:
    cluster = small()
    nodes = {name: replace(node, install="existing") for name, node in cluster.nodes.items()}
    assert made(replace(cluster, nodes=nodes), "pxelinux") == {}
