"""Each kind of firmware asks a real dnsmasq what to boot, over a cable between two network namespaces."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address, ip_network
from pathlib import Path
from uuid import uuid4

import pytest

from clusterdef.model import Cluster, Endpoint, Network, Pool, Subnet
from tests.conftest import find_program
from tests.outputs.clusters import SERVICES, cluster, interface, made, network, node

CLIENT = Path(__file__).with_name("firmware.py")
MAC = "02:00:5e:00:00:05"
BOTH = Network(
    "both",
    (
        Subnet(
            ip_network("10.30.0.0/24"),
            ip_address("10.30.0.1"),
            pool=Pool(ip_address("10.30.0.200"), ip_address("10.30.0.210")),
        ),
        Subnet(ip_network("2001:db8:30::/64")),
    ),
    "both.internal",
    dhcp="managed",
    boot=True,
)
PROXY = network("campus", "10.30.0.0/24", dhcp="proxy", names="external", boot=True)
V4 = {
    "bios": (0, False, "lpxelinux.0", ""),
    "uefi": (7, False, "shimx64.efi", ""),
    "uefi by its other number": (9, False, "shimx64.efi", ""),
    "uefi by http": (16, False, "http://10.30.0.9/tftp/shimx64.efi", "HTTPClient"),
    "ipxe on bios": (0, True, "ipxe/boot.ipxe", ""),
    "ipxe on uefi": (7, True, "ipxe/boot.ipxe", ""),
}
V6 = {
    "uefi": (7, False, "tftp://[2001:db8:30::9]/shimx64.efi"),
    "ipxe on uefi": (7, True, "tftp://[2001:db8:30::9]/ipxe/boot.ipxe"),
}


def site(net: Network, tree: Path) -> Cluster:
    """A head that serves the network, a machine that it knows, and one that gets its files by IPv6."""
    versions = [subnet.version for subnet in net.subnets]
    head = ["10.30.0.9", "2001:db8:30::9"][: len(versions)]
    nodes = [node("head", interface(net, "head", *head), install="usb", provides=("dhcp", "dns", "boot-files"))]
    for number, address in enumerate(head, 1):
        services = {**SERVICES, "install-files": (Endpoint("install-files", "head", "head", address, 80, "http"),)}
        macs = (MAC,) if number == 1 else ("02:00:5e:00:00:66",)
        place = interface(net, f"w{number}", f"10.30.0.2{number}", macs=macs)
        nodes.append(node(f"w{number}", place, services=services))
    return cluster((net,), nodes, tree=str(tree))


def do(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


Ask = Callable[[int, int, bool], dict[str, str]]


@contextmanager
def cable(net: Network, folder: Path, program: Callable[[str], str]) -> Iterator[Ask]:
    """The head with its dnsmasq, and how the machine at the other end of the cable asks."""
    (folder / "tree" / "current" / "tftp").mkdir(parents=True)
    conf, log = folder / "dnsmasq.conf", folder / "log"
    conf.write_text(made(site(net, folder / "tree"), "dnsmasq")["dnsmasq/clusterdef.conf"])
    word = uuid4().hex[:6]
    head, machine = f"cd-{word}-h", f"cd-{word}-m"
    with ExitStack() as after:
        for space in (head, machine):
            do("ip", "netns", "add", space)
            after.callback(subprocess.run, ["ip", "netns", "del", space], timeout=60, check=False, capture_output=True)
        do("ip", "-n", head, "link", "add", "lan0", "type", "veth", "peer", "name", "eno1", "netns", machine)
        do("ip", "-n", machine, "link", "set", "eno1", "address", MAC)
        # Without the wait for whether somebody else has the address.
        for space, device, last in ((head, "lan0", 9), (machine, "eno1", 21)):
            do("ip", "-n", space, "link", "set", "lo", "up")
            do("ip", "-n", space, "link", "set", device, "addrgenmode", "none", "up")
            do("ip", "-n", space, "addr", "add", f"fe80::{last}/64", "dev", device, "nodad")
            do("ip", "-n", space, "addr", "add", f"10.30.0.{last}/24", "dev", device)
        do("ip", "-n", head, "addr", "add", "2001:db8:30::9/64", "dev", "lan0", "nodad")
        options = ["-k", "-C", str(conf), "--user=root", "--pid-file=", f"--dhcp-leasefile={folder / 'leases'}"]
        server = subprocess.Popen(
            ["ip", "netns", "exec", head, program("dnsmasq"), *options, f"--log-facility={log}", "--port=0"]
        )
        after.callback(server.wait, timeout=60)
        after.callback(server.terminate)
        _until(lambda: "started" in (log.read_text() if log.exists() else ""), server)

        def ask(version: int, arch: int, ipxe: bool) -> dict[str, str]:
            question = f"{version}:{arch}:ipxe" if ipxe else f"{version}:{arch}"
            words = [sys.executable, str(CLIENT), "eno1", MAC, question]
            done = subprocess.run(
                ["ip", "netns", "exec", machine, *words], capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr + log.read_text()
            (answer,) = json.loads(done.stdout)
            return dict(answer)

        yield ask


def _until(ready: Callable[[], bool], server: subprocess.Popen[bytes]) -> None:
    """Until it is; it takes a tenth of a second."""
    end = time.monotonic() + 30
    while not ready():
        assert server.poll() is None, "dnsmasq ended"
        assert time.monotonic() < end, "dnsmasq does not start"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def managed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with cable(BOTH, tmp_path_factory.mktemp("managed"), find_program) as ask:
        yield ask


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    with cable(PROXY, tmp_path_factory.mktemp("proxied"), find_program) as ask:
        yield ask


@pytest.mark.parametrize("name", V4)
def test_each_firmware_is_given_what_it_can_read(name: str, managed: Ask) -> None:
    arch, ipxe, file, kind = V4[name]
    answer = managed(4, arch, ipxe)
    assert answer["address"] == "10.30.0.21"
    assert answer["server"] == "10.30.0.9"
    assert (answer["file"], answer["class"]) == (file, kind)


@pytest.mark.parametrize("name", V6)
def test_by_version_six_too(name: str, managed: Ask) -> None:
    arch, ipxe, file = V6[name]
    assert managed(6, arch, ipxe)["file"] == file


@pytest.mark.parametrize("name", [name for name, (arch, *_) in V4.items() if arch != 16])
def test_where_another_gives_addresses_only_the_file_is_told(name: str, proxied: Ask) -> None:
    arch, ipxe, file, _ = V4[name]
    answer = proxied(4, arch, ipxe)
    assert answer["address"] in ("0.0.0.0", "10.30.0.21"), "an address that it did not have before"
    assert (answer["server"], answer["file"]) == ("10.30.0.9", file)
