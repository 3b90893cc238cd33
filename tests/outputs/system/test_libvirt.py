"""Virtual machines, read by libvirt's own schema."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clusterdef import virtual
from clusterdef.model import Cluster
from tests.outputs.clusters import PRIVATE, PUBLIC, cluster, interface, made, node, small

HOSTILE = "]]> & <x/> \" ' --> é $(reboot)"


def variant(**more: object) -> Cluster:
    """The small cluster with another puppet machine."""
    found = small()
    return replace(found, nodes={**found.nodes, "puppet": replace(found.nodes["puppet"], **more)})  # type: ignore[arg-type]


CASES = {
    "uefi": variant(),
    "bios": variant(firmware="bios"),
    "secure boot": variant(secure_boot=True),
    "disk first": variant(boot_order=("disk", "network")),
    "by key": variant(boot_order=("usb", "disk")),
    "free text": variant(description=HOSTILE),
    "from an image": variant(install="image"),
}


@pytest.mark.parametrize("name", CASES)
def test_libvirt_takes_it(name: str, program: Callable[[str], str], tmp_path: Path) -> None:
    texts = {path: text for path, text in made(CASES[name], "libvirt").items() if path.endswith(".xml")}
    assert ("libvirt/install/puppet.xml" in texts) == (name != "from an image")
    for text in texts.values():
        file = tmp_path / "puppet.xml"
        file.write_text(text)
        done = subprocess.run(
            [program("virt-xml-validate"), str(file), "domain"], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr


def domain(of: Cluster) -> ElementTree.Element:
    return ElementTree.fromstring(made(of, "libvirt")["libvirt/puppet.xml"])


def test_size_and_order() -> None:
    read = domain(small())
    assert (read.findtext("name"), read.findtext("vcpu"), read.findtext("memory")) == ("puppet", "2", str(4 * 1024**2))
    assert [boot.get("dev") for boot in read.iter("boot")] == ["network", "hd"]
    assert [boot.get("dev") for boot in domain(CASES["disk first"]).iter("boot")] == ["hd", "network"]
    assert [boot.get("dev") for boot in domain(CASES["by key"]).iter("boot")] == ["hd"]
    (machine,) = read.iter("{urn:clusterdef:machine}machine")
    assert (machine.get("autostart"), machine.get("disk"), machine.get("host")) == ("yes", str(60 * 1024**3), "head")


def test_free_text_arrives_whole() -> None:
    assert domain(CASES["free text"]).findtext("description") == HOSTILE


def test_identity_never_changes_and_is_nobody_elses() -> None:
    first, again = domain(small()), domain(small())
    other = ElementTree.fromstring(made(replace(small(), name="other"), "libvirt")["libvirt/puppet.xml"])
    assert first.findtext("uuid") == again.findtext("uuid") != other.findtext("uuid")
    assert virtual.mac("a", "puppet", "private") != virtual.mac("b", "puppet", "private")


def test_cards_are_plugged_into_the_hosts_bridge_or_device_the_boot_network_first(
    program: Callable[[str], str], tmp_path: Path
) -> None:
    host = node(
        "head",
        interface(PUBLIC, "head", "192.0.2.10", devices=("eno1",)),
        interface(PRIVATE, "head", "10.10.0.1", devices=("eno2",), bridge="br-private"),
    )
    guest = replace(
        small().nodes["puppet"],
        interfaces=(interface(PUBLIC, "puppet", "192.0.2.11"), interface(PRIVATE, "puppet", "10.10.0.2")),
    )
    of = cluster((PUBLIC, PRIVATE), (host, guest))
    assert [source.attrib for source in domain(of).findall("devices/interface/source")] == [
        {"network": "private"},
        {"network": "public"},
    ]
    found = written(made(of, "libvirt")["libvirt/create-puppet.sh"])
    assert [(kind, read.findtext("name")) for kind, read in found] == [
        ("pool", "clusterdef"),
        ("network", "private"),
        ("network", "public"),
    ]
    assert found[1][1].find("bridge").attrib == {"name": "br-private"}  # type: ignore[union-attr]
    assert found[2][1].find("forward/interface").attrib == {"dev": "eno1"}  # type: ignore[union-attr]
    assert len({read.findtext("uuid") for _, read in found}) == 3
    for kind, read in found:
        file = tmp_path / "x.xml"
        file.write_text(ElementTree.tostring(read, encoding="unicode"))
        schema = {"pool": "storagepool"}.get(kind, kind)
        done = subprocess.run(
            [program("virt-xml-validate"), str(file), schema], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def written(script: str) -> list[tuple[str, ElementTree.Element]]:
    """The definitions that stand in a script, in order."""
    texts = re.findall(r"<<'(end-[0-9a-f]+)'\n(.*?)\1\n", script, re.DOTALL)
    found = [ElementTree.fromstring(text) for _, text in texts]
    return [(read.tag, read) for read in found]
