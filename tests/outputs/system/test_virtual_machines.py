"""Virtual machines are made for real: generated scripts run on a host with libvirtd, which starts what they define."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from clusterdef.model import Cluster, Node, OperatingSystem, Vm
from tests.outputs.clusters import PRIVATE, PUBLIC, cluster, interface, made, node, small
from tests.outputs.system.hypervisor import Host, Said, emulated, hypervisor

MIB, GIB = 1024**2, 1024**3
CLOUD = OperatingSystem("el9", "el", "9.6", "el9-cloud")


def guest(name: str, **more: object) -> Node:
    """A small machine on the head."""
    number = 30 + len(name)
    place = interface(PRIVATE, name, f"10.10.0.{number}", macs=(f"52:54:00:00:00:{number:02x}",))
    return node(name, place, role="plain", **{"vm": Vm("head", 64 * MIB, 1, GIB, True), **more})


GUESTS = (
    guest("old", firmware="bios"),
    guest("modern", firmware="uefi", vm=Vm("head", 64 * MIB, 1, GIB, False)),
    guest("from-image", install="image", os=CLOUD, services={}),
    guest("large-disk", vm=Vm("head", 64 * MIB, 1, 900 * 1024 * GIB, True)),
    guest("large-memory", vm=Vm("head", 64 * 1024 * GIB, 1, GIB, True)),
    guest("big-packets", interfaces=(interface(replace(PRIVATE, mtu=9000), "big-packets", "10.10.0.99"),)),
)


def site(folder: Path) -> Cluster:
    """The small cluster with guests of every kind."""
    head = replace(small().nodes["head"], parameters={"libvirt.images": "/var/lib/libvirt/images/guests"})
    return cluster((PUBLIC, PRIVATE), (head, *GUESTS), tree=str(folder / "tree"))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("host")
    of = site(folder)
    for path, text in made(of, "libvirt", "cloudinit").items():
        file = folder / "tree" / "current" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(emulated(text))
    with hypervisor(folder) as found:
        yield found


def create(host: Host, name: str, *words: str, typed: str = "") -> Said:
    return host.run("sh", f"{host.folder}/tree/current/libvirt/create-{name}.sh", *words, typed=typed)


def remove(host: Host, name: str) -> None:
    assert create(host, name, "--remove", typed=f"{name}\n").code == 0
    assert name not in host.virsh("list", "--all", "--name").split()


@pytest.mark.parametrize("name", ["old", "modern", "big-packets"])
def test_it_is_made_and_runs(name: str, host: Host) -> None:
    assert create(host, name, "--check").out == f"{name}: there is room for it\n"
    done = create(host, name)
    assert done.code == 0, done.err + host.log()
    assert host.virsh("domstate", name) == "running"
    assert f"virsh console {name}" in done.out
    assert ("starts with head" in done.out) == (name != "modern")
    autostart = {line.split()[0]: line.split()[-1] for line in host.virsh("dominfo", name).splitlines() if line}
    assert autostart["Autostart:"] == ("disable" if name == "modern" else "enable")
    read = ElementTree.fromstring(host.virsh("dumpxml", name))
    (source,) = read.findall("devices/interface/source")
    assert (source.get("network"), source.get("bridge")) == ("private", "br-private")
    size = host.virsh("vol-info", "--bytes", f"{name}.qcow2", "--pool", "clusterdef")
    assert f"{GIB} bytes" in size
    # Again: it says what is there, and touches nothing.
    file = host.images / "guests" / f"{name}.qcow2"
    before = (file.stat().st_ino, host.virsh("dumpxml", "--inactive", name), host.virsh("domid", name))
    again = create(host, name)
    assert (again.code, "it is there already, and stays as it is" in again.out) == (0, True), again
    assert (file.stat().st_ino, host.virsh("dumpxml", "--inactive", name), host.virsh("domid", name)) == before
    remove(host, name)
    assert not file.exists()
    assert create(host, name, "--remove").out == f"{name}: nothing of it is here\n"


def test_the_host_has_its_network_and_its_pool_for_good(host: Host) -> None:
    assert create(host, "old").code == 0
    for verb, name in (("net-info", "private"), ("pool-info", "clusterdef")):
        facts = host.virsh(verb, name)
        assert "Persistent:     yes" in facts
        assert "Autostart:      yes" in facts
    network = ElementTree.fromstring(host.virsh("net-dumpxml", "private"))
    assert (network.find("forward").get("mode"), network.find("bridge").get("name")) == ("bridge", "br-private")  # type: ignore[union-attr]
    # A pool of somebody else's with the same directory does as well.
    remove(host, "old")
    for verb in ("pool-destroy", "pool-undefine"):
        host.virsh(verb, "clusterdef")
    host.virsh("pool-define-as", "mine", "dir", "--target", "/var/lib/libvirt/images/guests")
    assert create(host, "old").code == 0
    assert host.virsh("pool-list", "--all", "--name").split() == ["mine"]
    remove(host, "old")
    host.virsh("pool-destroy", "mine")
    host.virsh("pool-undefine", "mine")
    host.virsh("net-destroy", "private")
    host.virsh("net-undefine", "private")
    assert host.virsh("net-list", "--all", "--name") == ""


def test_a_disk_that_is_there_is_left_alone(host: Host) -> None:
    file = host.images / "guests" / "old.qcow2"
    file.parent.mkdir(exist_ok=True)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", str(file), "2G"], check=True, timeout=60)
    before = file.read_bytes()
    refused = create(host, "old", "--install")
    assert (refused.code, "its disk /var/lib/libvirt/images/guests/old.qcow2 is not new" in refused.err) == (1, True)
    host.virsh("net-destroy", "private")
    done = create(host, "old")
    assert (done.code, "is there and stays as it is" in done.out) == (0, True), done
    host.virsh("destroy", "old")
    assert file.read_bytes() == before
    remove(host, "old")


def test_who_does_not_type_the_name_loses_nothing(host: Host) -> None:
    assert create(host, "old").code == 0
    for typed in ("", "y\n", "modern\n"):
        kept = create(host, "old", "--remove", typed=typed)
        assert (kept.code, "left as it is" in kept.out) == (4, True)
    assert host.virsh("domstate", "old") == "running"
    remove(host, "old")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("large-disk", "GiB are free in /var/lib/libvirt/images"),
        ("large-memory", "it takes 67108864 MiB"),
    ],
)
def test_where_there_is_no_room_nothing_is_changed(name: str, told: str, host: Host) -> None:
    for words in (("--check",), ()):
        done = create(host, name, *words)
        assert (done.code, told in done.err) == (1, True), done
    assert "nothing was changed" in done.err
    assert name not in host.virsh("list", "--all", "--name").split()
    assert not (host.images / "guests" / f"{name}.qcow2").exists()


def test_every_precondition_is_told_at_once(host: Host) -> None:
    text = made(site(host.folder), "libvirt")["libvirt/create-old.sh"]
    text = text.replace("/dev/kvm", "/dev/nothing-like-it").replace("dev br-private", "dev br-nowhere")
    file = host.folder / "wrong.sh"
    file.write_text(text.replace("tree/current/libvirt/old.xml", "tree/current/libvirt/older.xml"))
    done = host.run("sh", str(file))
    said = done.err.splitlines()
    assert (done.code, len(said)) == (1, 4), done
    assert ["older.xml; publish first" in said[0], "no /dev/nothing-like-it" in said[1]] == [True, True]
    assert "configure head first" in said[2]


def test_a_network_that_nobody_said_the_device_of(host: Host) -> None:
    of = site(host.folder)
    bare = replace(of.nodes["head"], interfaces=(interface(PRIVATE, "head", "10.10.0.1"),))
    texts = made(replace(of, nodes={**of.nodes, "head": bare}), "libvirt")
    assert "<network>" not in texts["libvirt/create-old.sh"]
    file = host.folder / "bare.sh"
    file.write_text(emulated(texts["libvirt/create-old.sh"]).replace("net-info private", "net-info elsewhere"))
    done = host.run("sh", str(file), "--check")
    assert (done.code, "nobody said which device of head leads to network private" in done.err) == (1, True), done


def test_from_an_image(host: Host) -> None:
    image = host.folder / "image.raw"
    subprocess.run(["qemu-img", "create", "-q", "-f", "raw", str(image), "100M"], check=True, timeout=60)
    refused = create(host, "from-image")
    assert refused.code == 1
    assert "there is no image /var/lib/libvirt/images/guests/base/el9-cloud.qcow2" in refused.err
    assert "has places for secrets" not in refused.err
    given = host.folder / "filled"
    given.mkdir()
    for name in ("user-data", "meta-data", "network-config"):
        (given / name).write_text(f"# {name} of this machine, @@cd:secret:x:crypt@@\n")
    slots = create(host, "from-image", "--image", str(image), "--seed", str(given))
    assert (slots.code, "user-data has places for secrets" in slots.err) == (1, True)
    (given / "user-data").write_text("#cloud-config\nhostname: from-image\n")
    done = create(host, "from-image", "--image", str(image), "--seed", str(given))
    assert done.code == 0, done.err + host.log()
    assert f"{GIB} bytes" in host.virsh("vol-info", "--bytes", "from-image.qcow2", "--pool", "clusterdef")
    seed = host.images / "guests" / "from-image.seed.iso"
    assert seed.stat().st_mode & 0o077 == 0
    command = ["xorriso", "-indev", str(seed), "-osirrox", "on", "-extract", "/", str(host.folder / "read")]
    read = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert "Volume id    : 'cidata'" in read.stdout + read.stderr
    for file in given.iterdir():
        assert (host.folder / "read" / file.name).read_text() == file.read_text()
    drives = [one.get("file") for one in ElementTree.fromstring(host.virsh("dumpxml", "from-image")).iter("source")]
    assert "/var/lib/libvirt/images/guests/from-image.seed.iso" in drives
    remove(host, "from-image")
    assert not seed.exists()


def test_the_installer_is_started_at_once(host: Host) -> None:
    """The kernel comes from where every other way gets it; files of the host stand for the server, and iPXE, which is
    made like a kernel, for the installer."""
    media = host.folder / "media"
    media.mkdir()
    (media / "vmlinuz").write_bytes(Path("/usr/lib/ipxe/ipxe.lkrn").read_bytes())
    (media / "initrd.img").write_bytes(b"an initrd")
    script = host.folder / "tree" / "current" / "libvirt" / "create-old.sh"
    text = script.read_text()
    url = "http://10.10.0.1/media/el9-dvd/images/pxeboot"
    assert f"{url}/vmlinuz" in text
    nowhere = host.run("sh", "-c", text.replace(url, f"file://{media}/no"), "create", "--install")
    assert nowhere.code != 0
    assert not (host.images / "guests" / "old.qcow2").exists()
    done = host.run("sh", "-c", text.replace(url, f"file://{media}"), "create", "--install")
    assert (done.code, "the machine stops when it is done" in done.out) == (0, True), done.err + host.log()
    now, later = (ElementTree.fromstring(host.virsh("dumpxml", *words, "old")) for words in ((), ("--inactive",)))
    assert now.findtext("os/cmdline") == (
        "inst.stage2=http://10.10.0.1/media/el9-dvd/ inst.ks=http://10.10.0.1/kickstart/old.cfg ip=dhcp"
        " BOOTIF=01-52-54-00-00-00-21"
    )
    assert (now.findtext("on_reboot"), later.findtext("on_reboot")) == ("destroy", "restart")
    assert (later.find("os/kernel"), [one.get("dev") for one in later.findall("os/boot")]) == (None, ["network", "hd"])
    host.virsh("destroy", "old")
    host.virsh("start", "old")
    remove(host, "old")
    assert [file.name for file in (host.images / "guests").iterdir() if file.name.startswith("old")] == []


def test_shellcheck_has_nothing_to_say(program: Callable[[str], str], tmp_path: Path) -> None:
    files = []
    for path, text in made(site(tmp_path), "libvirt").items():
        if path.endswith(".sh"):
            files.append(tmp_path / Path(path).name)
            files[-1].write_text(text)
    done = subprocess.run(
        [program("shellcheck"), "--shell=sh", *map(str, files)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, len(files)) == (0, "", len(GUESTS))
