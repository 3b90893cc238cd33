"""The key is complete: whatever its menus and the installers' answers name is on it, and nothing is written to it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from clusterdef.generators.usb.entry import LABEL

from clusterdef import site
from clusterdef.model import Cluster, OperatingSystem, Repository
from tests.outputs import test_pxelinux as pxelinux
from tests.outputs.clusters import EL9, PRIVATE, ROOT, cluster, interface, made, node, small
from tests.outputs.installer import parsed
from tests.outputs.loaders import CARD, Found, Start, grub, start

MOUNTED = "file:///run/clusterdef/key/"
"""How a kickstart file names what is on the key."""
FOREIGN = "https://mirror.example.org/"
KEPT = OperatingSystem("el9", "el", "9.6", "el9-dvd", (Repository("openvox8"), Repository("far", f"{FOREIGN}x/")))
TEN = OperatingSystem("el10", "el", "10.1", "el10-dvd")


def several() -> Cluster:
    """Machines of two releases, some alike, one of a family that the key does not know, and one of the network's."""
    nodes = [
        node(name, interface(PRIVATE, name, f"10.10.4.{number}"), install=install, os=system, **more)
        for number, (name, install, system, more) in enumerate(
            (
                ("head", "usb", KEPT, {"console": "ttyS0,115200", "provides": ("install-files",)}),
                ("spare", "usb", EL9, {"console": "ttyS0,115200", "firmware": "uefi", "kernel": ("nomodeset",)}),
                ("new", "usb", TEN, {"console": "ttyS0,115200", "repos": (Repository("own"),)}),
                ("other", "usb", OperatingSystem("d12", "debian", "12.9", "debian12"), {}),
                ("w1", "network", EL9, {}),
            ),
            1,
        )
    ]
    return cluster((PRIVATE,), nodes)


def example() -> Cluster:
    found = site.load(ROOT / "site-example" / "site.yaml").cluster
    assert found
    return found


SITES = {"example": example(), "small": small(), "several": several()}


def manifest(files: dict[str, str]) -> Any:
    return json.loads(files["usb/manifest.json"])


def on_key(path: str, found: Any) -> bool:
    """Whether a path is an item, or below one."""
    paths = [item["path"] for item in found["items"]]
    return path in paths or any(one.endswith("/") and path.startswith(one) for one in paths)


def menus(files: dict[str, str]) -> tuple[Found, Found]:
    """What the two menus offer; a key has no card that it came by."""
    menu = pxelinux.read(files["usb/syslinux/syslinux.cfg"])
    installing = {name: label.commands for name, label in menu.labels.items() if "KERNEL" in label.commands}
    bios = {name: start(one["KERNEL"], one["INITRD"], one["APPEND"].split(), CARD) for name, one in installing.items()}
    text = re.sub(r"^search .*\n", "", files["usb/EFI/BOOT/grub.cfg"], flags=re.MULTILINE)
    text = re.sub(r"^(  linux .*)$", rf"\1 BOOTIF={CARD}", text, flags=re.MULTILINE)
    text = re.sub(r"^  (linux|initrd) /", r"  \1 (http,key)/", text, flags=re.MULTILINE)
    uefi = grub(text)
    starts = {name: _local(one) for name, one in uefi.starts.items()}
    settings = menu.settings
    first = Found(bios, dict.fromkeys(bios, ""), settings["ONTIMEOUT"], int(settings["TIMEOUT"]) / 10)
    return first, replace(uefi, starts=starts)


def _local(one: Start) -> Start:
    return replace(one, kernel=one.kernel.removeprefix("http://key"), initrd=one.initrd.removeprefix("http://key"))


@pytest.mark.parametrize("name", SITES)
def test_whatever_is_named_is_on_the_key(name: str) -> None:
    files = made(SITES[name], "usb", "kickstart")
    found = manifest(files)
    assert found["label"] == LABEL
    for machine in found["machines"]:
        words = [word.partition("=")[2] for word in machine["arguments"] if word.startswith("inst.")]
        paths = [machine["kernel"], machine["initrd"], *(word.removeprefix(f"hd:LABEL={LABEL}:") for word in words)]
        assert len(paths) == 4
        assert all(path.startswith("/") for path in paths), paths
        assert [path for path in paths if not on_key(path.lstrip("/") + "/" * (path == paths[2]), found)] == []
        said = parsed(files[f"kickstart/{machine['name']}.cfg"], "10" if machine["name"] == "new" else "9")
        urls = [said.url.url, *(repo.baseurl for repo in said.repo.repoList)]
        own = [url.removeprefix(MOUNTED) for url in urls if url.startswith("file:")]
        assert own and all(url.startswith((MOUNTED, FOREIGN)) for url in urls), urls
        assert [path for path in own if not on_key(path, found)] == []


@pytest.mark.parametrize("name", SITES)
def test_every_item_has_a_source_that_is_there(name: str) -> None:
    files = made(SITES[name], "usb", "kickstart")
    found = manifest(files)
    of = SITES[name]
    systems = [one.os for one in of.nodes.values() if one.os]
    repositories = {repo.name for one in of.nodes.values() if one.os for repo in (*one.os.repos, *one.repos)}
    there = {
        "generation": lambda source: source in files,
        "medium": lambda source: source in {system.media for system in systems},
        "repository": lambda source: source in repositories,
        "definition": lambda source: source == ".",
        "package": lambda source: [one["package"] for one in source] and all(one["paths"] for one in source),
    }
    assert [item for item in found["items"] if not there[item["from"]](item["source"])] == []
    paths = [item["path"] for item in found["items"]]
    assert len(set(paths)) == len(paths)
    generated = {path for path in files if path.startswith("usb/")} - {"usb/manifest.json"}
    assert generated <= {item["source"] for item in found["items"] if item["from"] == "generation"}


@pytest.mark.parametrize("name", SITES)
def test_both_firmwares_start_the_same_and_nothing_by_itself(name: str) -> None:
    files = made(SITES[name], "usb")
    bios, uefi = menus(files)
    assert bios.starts == uefi.starts
    told = {
        f"install-{machine['name']}": Start(machine["kernel"], machine["initrd"], tuple(machine["arguments"]), CARD)
        for machine in manifest(files)["machines"]
    }
    assert bios.starts == told
    assert (bios.default, uefi.default) == ("disk", "disk")
    assert bios.seconds == uefi.seconds == 30


def test_only_machines_that_are_installed_by_key_are_on_it() -> None:
    files = made(several(), "usb")
    assert [machine["name"] for machine in manifest(files)["machines"]] == ["head", "spare", "new"]
    items = {item["path"]: item for item in manifest(files)["items"]}
    assert {path for path in items if path.startswith(("media/", "repos/")) and path.endswith("/")} == {
        "media/el9-dvd/",
        "media/el10-dvd/",
        "repos/openvox8/",
        "repos/own/",
    }
    nobody = {name: replace(one, install="network") for name, one in small().nodes.items()}
    assert made(replace(small(), nodes=nobody), "usb") == {}


def test_a_machine_starts_with_what_its_definition_says() -> None:
    machines = {machine["name"]: machine for machine in manifest(made(several(), "usb"))["machines"]}
    assert machines["spare"] == {
        "name": "spare",
        "firmware": "uefi",
        "kernel": "/media/el9-dvd/images/pxeboot/vmlinuz",
        "initrd": "/media/el9-dvd/images/pxeboot/initrd.img",
        "arguments": [
            "inst.stage2=hd:LABEL=CLUSTERDEF:/media/el9-dvd",
            "inst.ks=hd:LABEL=CLUSTERDEF:/kickstart/spare.cfg",
            "console=tty0",
            "console=ttyS0,115200",
            "nomodeset",
        ],
    }


def test_the_menu_is_on_the_serial_line_that_all_have() -> None:
    found = several()
    assert "SERIAL 0 115200" in made(found, "usb")["usb/syslinux/syslinux.cfg"]
    mixed = {**found.nodes, "new": replace(found.nodes["new"], console="ttyS1,9600")}
    assert "SERIAL" not in made(replace(found, nodes=mixed), "usb")["usb/syslinux/syslinux.cfg"]


@pytest.mark.parametrize("name", SITES)
def test_nothing_is_written_to_the_key(name: str) -> None:
    """Copies of a key install several machines at once, and the next one after that: each finds it as it was made."""
    files = made(SITES[name], "usb", "kickstart")
    for machine in manifest(files)["machines"]:
        text = files[f"kickstart/{machine['name']}.cfg"]
        mounts = [line for line in text.splitlines() if "LABEL=CLUSTERDEF" in line]
        assert mounts == ["mount -o ro LABEL=CLUSTERDEF /run/clusterdef/key"]
        touching = [line for line in text.splitlines() if "/run/clusterdef/key" in line and MOUNTED not in line]
        assert touching == ["mkdir -p /run/clusterdef/key", *mounts]
        assert not [word for word in machine["arguments"] if word.startswith(("inst.updates", "inst.ks.sendmac", "rw"))]


def test_whoever_holds_it_can_read_what_it_is() -> None:
    text = made(several(), "usb")["usb/README.txt"]
    assert "  spare (worker)\n" in text
    assert "never this key" in text
    assert "other" not in re.findall(r"^  (\w+) \(", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 100
