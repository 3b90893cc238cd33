"""The key is complete: whatever its menus and the installers' answers name is on it, and nothing is written to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml
from clusterdef.generators.usb.entry import LABEL

from clusterdef import site
from clusterdef.model import Cluster, OperatingSystem, Repository
from tests.outputs import test_pxelinux as pxelinux
from tests.outputs.clusters import EL9, PRIVATE, ROOT, cluster, interface, made, node, small
from tests.outputs.installer import parsed
from tests.outputs.loaders import CARD, Found, Start, grub, start

MOUNTED = "file:///run/clusterdef/key/"
"""How a kickstart file names what is on the key."""
SEEN = "file:///media/clusterdef/"
"""How the answers of Debian and Ubuntu name it."""
FOREIGN = "https://mirror.example.org/"
KEPT = OperatingSystem("el9", "el", "9.6", "el9-dvd", (Repository("openvox8"), Repository("far", f"{FOREIGN}x/")))
TEN = OperatingSystem("el10", "el", "10.1", "el10-dvd")


def several() -> Cluster:
    """Machines of two releases, some alike, one of a release that the key does not know, and one of the network's."""
    nodes = [
        node(name, interface(PRIVATE, name, f"10.10.4.{number}"), install=install, os=system, **more)
        for number, (name, install, system, more) in enumerate(
            (
                ("head", "usb", KEPT, {"console": "ttyS0,115200", "provides": ("install-files",)}),
                ("spare", "usb", EL9, {"console": "ttyS0,115200", "firmware": "uefi", "kernel": ("nomodeset",)}),
                ("new", "usb", TEN, {"console": "ttyS0,115200", "repos": (Repository("own"),)}),
                ("other", "usb", OperatingSystem("d11", "debian", "11.9", "debian11"), {}),
                ("w1", "network", EL9, {}),
            ),
            1,
        )
    ]
    return cluster((PRIVATE,), nodes)


def families() -> Cluster:
    """Machines of every family and release, with packages kept beside the tree, and one that needs a network too."""
    own, far = Repository("openvox8"), Repository("far", f"{FOREIGN}x/")
    nodes = [
        node(name, interface(PRIVATE, name, f"10.10.4.{number}"), install="usb", os=system, **more)
        for number, (name, system, more) in enumerate(
            (
                ("el", KEPT, {}),
                ("d12", OperatingSystem("d12", "debian", "12.9", "debian12", (own,)), {"console": "ttyS0,115200"}),
                ("d12b", OperatingSystem("d12", "debian", "12.9", "debian12", (own,)), {"kernel": ("quiet",)}),
                ("d13", OperatingSystem("d13", "debian", "13.1", "debian13", (own, far)), {"firmware": "uefi"}),
                ("u22", OperatingSystem("u22", "ubuntu", "22.04", "u2204", (own, far)), {}),
                ("u24", OperatingSystem("u24", "ubuntu", "24.04", "u2404", (own,)), {"firmware": "uefi"}),
            ),
            1,
        )
    ]
    return cluster((PRIVATE,), nodes)


def example() -> Cluster:
    found = site.load(ROOT / "site-example" / "site.yaml").cluster
    assert found
    return found


SITES = {"example": example(), "small": small(), "several": several(), "families": families()}


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


ROOMS = ("usb", "kickstart", "preseed", "autoinstall")


def anaconda(machine: Any, files: dict[str, str]) -> tuple[list[str], list[str]]:
    words = [word.partition("=")[2] for word in machine["arguments"] if word.startswith("inst.")]
    stage, answers = (word.removeprefix(f"hd:LABEL={LABEL}:/") for word in words)
    said = parsed(files[answers], "10" if machine["name"] == "new" else "9")
    return [f"{stage}/", answers], [said.url.url, *(repo.baseurl for repo in said.repo.repoList)]


def debian(machine: Any, files: dict[str, str]) -> tuple[list[str], list[str]]:
    (path,) = (word for word in machine["arguments"] if word.startswith("file="))
    answers = path.removeprefix("file=/hd-media/")
    text = files[answers]
    beside = [f"preseed/{name}" for name in re.findall(r"preseed_fetch (\S+)", text)]
    assert len(beside) == 2
    assert "d-i apt-setup/use_mirror boolean false" in text
    medium = "/".join(machine["kernel"].split("/")[1:3])
    return [answers, *beside, f"{medium}.iso"], re.findall(r"/repository string .*?(\w+://\S+)", text)


def ubuntu(machine: Any, files: dict[str, str]) -> tuple[list[str], list[str]]:
    words = dict(word.split("=", 1) for word in machine["arguments"] if "=" in word)
    assert words["live-media"] == f"/dev/disk/by-label/{LABEL}"
    seed = words["ds"].removeprefix("nocloud;s=/cdrom/")
    text = files[f"{seed}user-data"]
    said = yaml.safe_load(text)
    assert said["autoinstall"]["apt"]["fallback"] == "offline-install"
    assert f"/media/clusterdef/{words['live-media-path'].removesuffix('/casper')} /cdrom" in said["bootcmd"][0]
    while_made, _, _ = text.partition("umount /target/media/clusterdef")
    urls = [url.replace('"', "") for url in re.findall(r"deb (?:\[[^]]*\] )?(\w+://\S+)", while_made)]
    answers = [f"{seed}user-data", f"{seed}meta-data"]
    return [*answers, f"{words['live-media-path']}/"], [f"{url.rstrip('/')}/" for url in urls]


READERS: Mapping[str, Callable[[Any, dict[str, str]], tuple[list[str], list[str]]]] = {
    "images": anaconda,
    "dists": debian,
    "casper": ubuntu,
}


@pytest.mark.parametrize("name", SITES)
def test_whatever_is_named_is_on_the_key(name: str) -> None:
    files = made(SITES[name], *ROOMS)
    found = manifest(files)
    assert found["label"] == LABEL
    for machine in found["machines"]:
        paths, urls = READERS[machine["kernel"].split("/")[3]](machine, files)
        paths += [machine[one].removeprefix("/") for one in ("kernel", "initrd")]
        assert [path for path in paths if path.startswith("/") or not on_key(path, found)] == []
        own = [url.removeprefix(MOUNTED).removeprefix(SEEN) for url in urls if url.startswith("file:")]
        assert own and all(url.startswith((MOUNTED, SEEN, FOREIGN)) for url in urls), urls
        assert [path for path in own if not on_key(path, found)] == []


@pytest.mark.parametrize("name", SITES)
def test_every_item_has_a_source_that_is_there(name: str) -> None:
    files = made(SITES[name], *ROOMS)
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


def test_each_family_finds_itself_on_the_key() -> None:
    machines = {machine["name"]: machine for machine in manifest(made(families(), "usb"))["machines"]}
    images = "/media/debian12/dists/bookworm/main/installer-amd64/current/images/hd-media"
    assert machines["d12b"] == {
        "name": "d12b",
        "firmware": "bios",
        "kernel": f"{images}/vmlinuz",
        "initrd": f"{images}/initrd.gz",
        "arguments": [
            "auto=true",
            "priority=critical",
            "hostname=d12b",
            "domain=mytier3.internal",
            "file=/hd-media/preseed/d12b.cfg",
            "quiet",
        ],
    }
    assert machines["u24"] == {
        "name": "u24",
        "firmware": "uefi",
        "kernel": "/media/u2404/casper/vmlinuz",
        "initrd": "/media/u2404/casper/initrd",
        "arguments": [
            "live-media=/dev/disk/by-label/CLUSTERDEF",
            "live-media-path=media/u2404/casper",
            "ignore_uuid",
            "autoinstall",
            "ds=nocloud;s=/cdrom/autoinstall/u24/",
        ],
    }
    paths = [item["path"] for item in manifest(made(families(), "usb"))["items"]]
    assert {path for path in paths if path.startswith("media/") and path.count("/") <= 2 and path[-1] in "/o"} == {
        "media/el9-dvd/",
        "media/debian12.iso",
        "media/debian13.iso",
        "media/u2204/",
        "media/u2404/",
    }


def test_the_menu_is_on_the_serial_line_that_all_have() -> None:
    found = several()
    assert "SERIAL 0 115200" in made(found, "usb")["usb/syslinux/syslinux.cfg"]
    mixed = {**found.nodes, "new": replace(found.nodes["new"], console="ttyS1,9600")}
    assert "SERIAL" not in made(replace(found, nodes=mixed), "usb")["usb/syslinux/syslinux.cfg"]


TOUCHING = {
    "kickstart": {"mkdir -p /run/clusterdef/key", "mount -o ro LABEL=CLUSTERDEF /run/clusterdef/key"},
    "preseed": {"mkdir -p /target/media/clusterdef", "mount -o bind /hd-media /target/media/clusterdef"},
    "autoinstall": {
        "mkdir -p /media/clusterdef",
        "mount --bind /cdrom /media/clusterdef",
        "mkdir -p /target/media/clusterdef",
        "mount --bind /media/clusterdef /target/media/clusterdef",
        "umount /target/media/clusterdef",
    },
}
"""Every line that has to do with the key, except those that name packages on it and the two below."""
BESIDE = re.compile(r"d-i partman/early_command string mount -o remount,ro /hd-media && .*|.* && umount /target/.*")
NEAR = re.compile(r"/clusterdef/key|/media/clusterdef|hd-media| /cdrom|LABEL=CLUSTERDEF")
MEDIUM = re.compile(r"mount --bind /media/clusterdef/media/\w+ /cdrom")


@pytest.mark.parametrize("name", SITES)
def test_nothing_is_written_to_the_key(name: str) -> None:
    """Copies of a key install several machines at once, and the next one after that: each finds it as it was made."""
    files = made(SITES[name], *ROOMS)
    for item in manifest(files)["items"]:
        room = item["path"].partition("/")[0]
        if room not in TOUCHING:
            continue
        lines = [line.strip() for line in files[item["path"]].splitlines()]
        near = [line for line in lines if NEAR.search(line)]
        near = [line for line in near if not line.startswith("#") and MOUNTED not in line and SEEN not in line]
        assert {line for line in near if not BESIDE.fullmatch(line) and not MEDIUM.fullmatch(line)} <= TOUCHING[room]
    for machine in manifest(files)["machines"]:
        words = ("inst.updates", "inst.ks.sendmac", "rw", "iso-scan", "persistent")
        assert not [word for word in machine["arguments"] if word.startswith(words)]


def test_without_a_network_nobody_waits_for_one() -> None:
    files = made(families(), *ROOMS)
    assert "d-i netcfg/enable boolean false" in files["preseed/d12.cfg"]
    assert "d-i clock-setup/ntp boolean false" in files["preseed/d12.cfg"]
    assert "netcfg/enable" not in files["preseed/d13.cfg"]
    assert "https://" not in files["preseed/d12.cfg"]


def test_whoever_holds_it_can_read_what_it_is() -> None:
    text = made(several(), "usb")["usb/README.txt"]
    assert "  spare (worker)\n" in text
    assert "never this key" in text
    assert "other" not in re.findall(r"^  (\w+) \(", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 100
