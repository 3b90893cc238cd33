"""However a machine is booted, it is the same kernel, the same initrd and the same arguments; and nothing is installed
unless somebody chooses it.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network

import pytest
from hypothesis import given

from clusterdef import site
from clusterdef.languages import LANGUAGES, CannotSay
from clusterdef.model import Bond, Cluster, Endpoint, Node, OperatingSystem, Place, Subnet
from clusterdef.verbs.check import check
from tests.golden.golden import Case, cases
from tests.outputs import test_pxelinux as pxelinux
from tests.outputs.clusters import PRIVATE, SERVICES, cluster, interface, made, network, node, small
from tests.outputs.hostile import values
from tests.outputs.loaders import CARD, Found, Start, grub, ipxe, ipxe_commands, start

FAMILIES = {
    "rocky": OperatingSystem("rocky", "el", "10.1", "el10-dvd"),
    "bookworm": OperatingSystem("bookworm", "debian", "12.9", "debian12"),
    "trixie": OperatingSystem("trixie", "debian", "13.1", "debian13"),
    "jammy": OperatingSystem("jammy", "ubuntu", "22.04", "jammy-live"),
    "noble": OperatingSystem("noble", "ubuntu", "24.04", "noble-live"),
}
MENUS = {"tftp/pxelinux.cfg/default", "tftp/grub/menu.cfg", "tftp/ipxe/menu.ipxe"}
FINDING = {"tftp/grub.cfg", "tftp/grub/grub.cfg", "tftp/ipxe/boot.ipxe"}


def families() -> Cluster:
    """A machine of every system with either firmware; the head has an odd port."""
    ports = {**SERVICES, "install-files": (Endpoint("install-files", "head", "head", "10.10.0.1", 8080, "http"),)}
    nodes = [
        node(
            f"{name}{number}",
            interface(
                PRIVATE, f"{name}{number}", f"10.10.{row}.{number}", macs=(f"02:00:5e:30:{row:02x}:{number:02x}",)
            ),
            os=system,
            firmware=firmware,
            services=ports,
            kernel=("nomodeset", "pci=realloc,noats"),
            console="ttyS0,57600" if number == 1 else None,
        )
        for row, (name, system) in enumerate(FAMILIES.items(), 1)
        for number, firmware in enumerate(("bios", "uefi"), 1)
    ]
    return cluster((PRIVATE,), nodes)


def six() -> Cluster:
    """Addresses of version 6 only, and brackets everywhere."""
    net = network("six", "2001:db8:66::/64", domain="six.internal", dhcp="managed", boot=True)
    services = {**SERVICES, "install-files": (Endpoint("install-files", "head", "head", "2001:db8:66::9", 80, "http"),)}
    place = interface(net, "w1", "2001:db8:66::21", macs=("02:00:5e:30:66:01",))
    return cluster((net,), [node("w1", place, services=services, firmware="uefi")])


def golden(case: Case) -> Cluster:
    found = site.load(case.site).cluster
    assert found
    return found


MADE = {"small": small(), "families": families(), "six": six()}
GOLDEN = {str(case): case for case in cases()}


def of(name: str) -> Cluster:
    return MADE[name] if name in MADE else golden(GOLDEN[name])


def read(path: str, text: str) -> Found:
    """A file, by the rules of whoever reads it."""
    if path.startswith("tftp/ipxe/"):
        return ipxe(text)
    return grub(text) if path.startswith("tftp/grub") else _pxelinux(text)


def _pxelinux(text: str) -> Found:
    menu = pxelinux.read(text)
    installing = {name: label for name, label in menu.labels.items() if "KERNEL" in label.commands}
    starts = {
        name: start(label.commands["KERNEL"], label.commands["INITRD"], label.commands["APPEND"].split(), CARD)
        for name, label in installing.items()
        if label.commands["SYSAPPEND"] == "2"
    }
    pages = {name: menu.titles[label.page] for name, label in installing.items()}
    return Found(starts, pages, menu.settings["ONTIMEOUT"], int(menu.settings["TIMEOUT"]) / 10)


def files(of: Cluster) -> dict[str, str]:
    return {
        path: text
        for path, text in made(of, "pxelinux", "grub", "ipxe").items()
        if path not in FINDING and "/vlan-" not in path
    }


def menus(of: Cluster) -> Mapping[str, Found]:
    return {path: read(path, text) for path, text in files(of).items() if path in MENUS}


@pytest.mark.parametrize("name", [*MADE, *GOLDEN])
def test_every_path_leads_to_the_same_start(name: str) -> None:
    found = of(name)
    expected = {
        f"install-{one.name}"
        for one in found.nodes.values()
        if one.install == "network" and one.boot and one.os and one.endpoint("install-files")
    }
    seen = list(menus(found).values())
    assert all(set(menu.starts) == expected for menu in seen)
    assert len(seen) == (3 if any(one.boot and one.install == "network" for one in found.nodes.values()) else 0)
    assert all(menu.starts == seen[0].starts for menu in seen)
    assert all(one.card == CARD for menu in seen for one in menu.starts.values())
    own = {path: read(path, text) for path, text in files(found).items() if path not in MENUS}
    for one in found.nodes.values():
        for mac in cards(one):
            mine = [menu.starts["install"] for path, menu in own.items() if mac in path]
            assert len(mine) == (2 if f"install-{one.name}" in expected else 0)
            for begun in mine:
                assert replace(begun, card=CARD) == seen[0].starts[f"install-{one.name}"]
                assert begun.card in (CARD, mac)
    assert len(own) == sum(2 * len(cards(one)) for one in found.nodes.values() if f"install-{one.name}" in expected)


def cards(one: Node) -> list[str]:
    """The network cards that it may start from, as boot loaders call them."""
    return [f"01-{mac.replace(':', '-')}" for mac in one.boot.macs] if one.boot else []


@pytest.mark.parametrize("firmware", ["bios", "uefi"])
def test_each_card_of_a_bond_leads_to_the_same_start(firmware: str) -> None:
    """The firmware asks with whichever card has a link."""
    macs = ("02:00:5e:30:00:11", "02:00:5e:30:00:12")
    bond = interface(
        PRIVATE, "w1", "10.10.2.1", macs=macs, devices=("eno1", "eno2"), bond=Bond("bond0", "active-backup")
    )
    own = files(cluster((PRIVATE,), [node("w1", bond, services=SERVICES, firmware=firmware)]))
    starts = {path: read(path, text).starts["install"] for path, text in own.items() if path not in MENUS}
    assert len(starts) == 4
    assert {path.partition("01-")[2][:17] for path in starts} == {mac.replace(":", "-") for mac in macs}
    assert len({replace(begun, card="") for begun in starts.values()}) == 1


@pytest.mark.parametrize("name", [*MADE, *GOLDEN])
def test_nothing_is_installed_by_itself(name: str) -> None:
    for path, text in files(of(name)).items():
        found = read(path, text)
        assert found.default == "disk", path
        assert 0 < found.seconds <= 60
        assert "disk" not in found.starts
        if path.endswith(".ipxe"):
            assert {command.name for label, command in ipxe_commands(text) if label == "disk"} == {
                "iseq",
                "exit",
                "sanboot",
            }


def test_every_firmware_and_every_family_would_boot() -> None:
    found = check(GOLDEN["boot-paths"].site)
    assert found.cluster
    booted = [one for one in found.cluster.nodes.values() if one.install == "network"]
    assert {one.firmware for one in booted} == {"bios", "uefi"}
    assert {one.os.family for one in booted if one.os} == {"el", "debian", "ubuntu"}
    assert [problem.code for problem in found.problems if problem.code != "module-os"] == ["no-mac"]


def test_all_menus_have_the_same_pages() -> None:
    for found in (small(), families()):
        seen = [{name: one.pages[name] for name in one.starts} for one in menus(found).values()]
        assert seen[0] == seen[1] == seen[2]


def test_a_known_machine_never_fetches_the_menu_of_ten_thousand() -> None:
    found = made(small(), "grub", "ipxe")
    assert all(len(found[path]) < 1000 for path in FINDING)
    script = [command for _, command in ipxe_commands(found["tftp/ipxe/boot.ipxe"])]
    assert [command.name for command in script] == ["chain", "exit", "chain"]
    assert [command.words for command in script] == [("01-${netX/mac:hexhyp}.ipxe",), (), ("menu.ipxe",)]


def test_racks_are_in_the_order_of_their_numbers() -> None:
    found = small()
    nodes = {
        name: replace(one, place=Place(rack=rack))
        for (name, one), rack in zip(found.nodes.items(), ("B", "A10", "A9", "A2", "A1"), strict=True)
    }
    for menu in menus(replace(found, nodes=nodes)).values():
        assert [menu.pages[name] for name in menu.starts] == ["rack A2", "rack A9", "rack A10"]


def test_each_family_finds_its_answers() -> None:
    starts = menus(families())["tftp/grub/menu.cfg"].starts
    head = "http://10.10.0.1:8080"
    debian = f"{head}/media/debian12/dists/bookworm/main/installer-amd64/current/images/netboot/debian-installer/amd64"
    more = ("console=tty0", "console=ttyS0,57600", "nomodeset", "pci=realloc,noats")
    assert starts["install-rocky1"] == Start(
        f"{head}/media/el10-dvd/images/pxeboot/vmlinuz",
        f"{head}/media/el10-dvd/images/pxeboot/initrd.img",
        (f"inst.stage2={head}/media/el10-dvd/", f"inst.ks={head}/kickstart/rocky1.cfg", "ip=dhcp", *more),
        CARD,
    )
    assert starts["install-bookworm1"] == Start(
        f"{debian}/linux",
        f"{debian}/initrd.gz",
        (
            *(
                "auto=true",
                "priority=critical",
                "interface=auto",
                "netcfg/dhcp_timeout=60",
                "hostname=bookworm1",
                "domain=mytier3.internal",
            ),
            f"url={head}/preseed/bookworm1.cfg",
            *more,
        ),
        CARD,
    )
    assert "/dists/trixie/" in starts["install-trixie2"].kernel
    assert starts["install-noble1"] == Start(
        f"{head}/media/noble-live/casper/vmlinuz",
        f"{head}/media/noble-live/casper/initrd",
        (
            *("ip=dhcp", f"url={head}/media/noble-live.iso", "cloud-config-url=/dev/null", "autoinstall"),
            f"ds=nocloud;s={head}/autoinstall/noble1/",
            *more,
        ),
        CARD,
    )


@pytest.mark.parametrize("name", [*MADE, *GOLDEN])
def test_the_answers_are_there(name: str) -> None:
    """What the kernel is told to read is a file that is made."""
    found = of(name)
    answers = made(found, "kickstart", "preseed", "autoinstall")
    for menu in menus(found).values():
        for begun in menu.starts.values():
            keys = ("inst.ks=", "url=", "ds=nocloud;s=")
            words = [word.rpartition("=")[2] for word in begun.arguments if word.startswith(keys)]
            (told,) = [word.split("/", 3)[3] for word in words if word.endswith((".cfg", "/"))]
            assert {f"{told}user-data", f"{told}meta-data"} <= set(answers) if told.endswith("/") else told in answers


def test_version_six_is_in_brackets_everywhere() -> None:
    (begun,) = menus(six())["tftp/ipxe/menu.ipxe"].starts.values()
    assert begun.kernel == "http://[2001:db8:66::9]/media/el9-dvd/images/pxeboot/vmlinuz"
    assert "ip=dhcp6" in begun.arguments


def test_a_tagged_boot_network() -> None:
    net = replace(PRIVATE, vlan=30, subnets=(Subnet(ip_network("10.10.0.0/16")),))
    place = interface(net, "w1", "10.10.2.1", macs=("02:00:5e:30:00:01",), devices=("eno1",), vlan=30)
    head = node("head", interface(net, "head", "10.10.0.1"), provides=("boot-files",), install="usb")
    found = cluster((net,), [head, node("w1", place)])
    (begun,) = menus(found)["tftp/grub/menu.cfg"].starts.values()
    assert begun.arguments[2:] == ("vlan=eno1.30:eno1", "ip=eno1.30:dhcp")
    script = [command for _, command in ipxe_commands(made(found, "ipxe")["tftp/ipxe/vlan-30.ipxe"])]
    assert {command.options["--tag"] for command in script if command.name == "vcreate"} == {"30"}
    assert [command.words for command in script if command.name == "dhcp"][:2] == [("net0-30",), ("net1-30",)]
    assert script[-1].words == ("tftp://10.10.0.1/ipxe/boot.ipxe",)


def test_nobody_to_install_nothing_to_boot() -> None:
    nodes = {name: replace(one, install="existing") for name, one in small().nodes.items()}
    assert made(replace(small(), nodes=nodes), "grub", "ipxe", "pxelinux") == {}


def said(language: str, value: str, place: str = "") -> str | None:
    try:
        return LANGUAGES[language].say_in(place, value) if place else LANGUAGES[language].say(value)
    except CannotSay:
        return None


@given(values)
def test_a_word_is_read_back(value: str) -> None:
    word = said("grubcfg", value)
    assert word is None or (shlex.split(word) == [value] and not set(value) & set("\"'\\ "))
    word = said("ipxescript", value)
    assert word is None or (word == value and not set(value) & set("\"'\\ $#|&") and value != ";")


@given(values)
def test_a_menu_shows_what_it_was_told(value: str) -> None:
    text = said("grubcfg", value, "text")
    assert text is None or shlex.split(text) == [value]
    text = said("ipxescript", value, "text")
    if text is not None:
        _, command = next(ipxe_commands(f"#!ipxe\nmenu {text}\n"))
        assert " ".join(command.words) == value
