"""Boot loaders, from the packages that really bring them, put where machines look and fetched from there by TFTP."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from clusterdef.generators.loaders import DEBIAN, KEY, LOADERS

from clusterdef.model import Cluster
from tests.conftest import find_program
from tests.outputs.clusters import made, small
from tests.outputs.system.test_firmware import BOTH, MAC, do, site

BROUGHT = {
    "lpxelinux.0": "/usr/lib/PXELINUX/lpxelinux.0",
    "ldlinux.c32": "/usr/lib/syslinux/modules/bios/ldlinux.c32",
    "menu.c32": "/usr/lib/syslinux/modules/bios/menu.c32",
    "libutil.c32": "/usr/lib/syslinux/modules/bios/libutil.c32",
    "libcom32.c32": "/usr/lib/syslinux/modules/bios/libcom32.c32",
    "shimx64.efi": "/usr/lib/shim/shimx64.efi.signed",
    "grubx64.efi": "/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed",
    "mmx64.efi": "/usr/lib/shim/mmx64.efi.signed",
    "undionly.kpxe": "/usr/lib/ipxe/undionly.kpxe",
    "snponly.efi": "/usr/lib/ipxe/snponly.efi",
}
"""What Debian has where."""
BIOS = [name for name in BROUGHT if name.endswith((".0", ".c32"))]


def script(of: Cluster, folder: Path, elsewhere: Mapping[str, str] | None = None) -> Path:
    """The generated script; paths that begin like a key of `elsewhere` begin like its value."""
    text = made(of, "tftp")["boot/loaders.sh"]
    for here, there in (elsewhere or {}).items():
        text = text.replace(f" {here}", f" {there}")
    file = folder / "loaders.sh"
    file.write_text(text)
    return file


def run(file: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(["sh", str(file), *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == ""
    return done.returncode, done.stderr


def here(tmp_path: Path) -> Cluster:
    return replace(small(), tree=str(tmp_path / "tree"))


def published(of: Cluster) -> None:
    """The boot files, as a publish leaves them."""
    for path, text in made(of, "pxelinux", "grub", "ipxe").items():
        file = Path(of.tree) / "1" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (Path(of.tree) / "current").symlink_to("1")


def test_shellcheck_has_nothing_to_say(program: Callable[[str], str], tmp_path: Path) -> None:
    command = [program("shellcheck"), "--shell=sh", str(script(small(), tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_loader_comes_out_of_its_package(tmp_path: Path) -> None:
    assert [loader.name for loader in LOADERS] == list(BROUGHT)
    assert run(script(here(tmp_path), tmp_path)) == (0, "")
    root = tmp_path / "tree" / "tftp"
    for name, origin in BROUGHT.items():
        assert (root / name).read_bytes() == Path(origin).read_bytes(), name
        assert (root / name).stat().st_mode & 0o777 == 0o644
    packages = {path: source.package for loader in LOADERS for source in loader.sources for path in source.paths}
    owned = subprocess.run(["dpkg", "-S", *BROUGHT.values()], capture_output=True, text=True, timeout=60, check=True)
    for line in owned.stdout.splitlines():
        package, _, path = line.partition(": ")
        assert packages[path] == package.partition(":")[0]


def test_a_keys_loaders_are_where_the_table_says() -> None:
    """Debian's; GRUB for a key is another one than that for the network."""
    paths = [path for loader in KEY for source in loader.sources if source.family == DEBIAN for path in source.paths]
    assert len(paths) == len(KEY)
    assert [path for path in paths if not Path(path).exists()] == []
    packages = {source.package for loader in KEY for source in loader.sources if source.family == DEBIAN}
    owned = subprocess.run(["dpkg", "-S", *paths], capture_output=True, text=True, timeout=60, check=True)
    assert {line.partition(":")[0] for line in owned.stdout.splitlines()} == packages


def test_a_second_time_nothing_is_touched(tmp_path: Path) -> None:
    file = script(here(tmp_path), tmp_path)
    run(file)
    root = tmp_path / "tree" / "tftp"
    before = {path.name: path.lstat().st_ino for path in root.iterdir()}
    assert run(file) == (0, "")
    assert {path.name: path.lstat().st_ino for path in root.iterdir()} == before
    (root / "shimx64.efi").write_text("an old one")
    assert run(file) == (0, "")
    assert (root / "shimx64.efi").read_bytes() == Path(BROUGHT["shimx64.efi"]).read_bytes()


def test_looking_touches_nothing(tmp_path: Path) -> None:
    assert run(script(here(tmp_path), tmp_path), "--check") == (0, "")
    assert not (tmp_path / "tree").exists()
    code, said = run(script(here(tmp_path), tmp_path), "--force")
    assert (code, said) == (64, "usage: sh loaders.sh [--check]\n")


def test_what_is_missing_is_told_with_who_brings_it(tmp_path: Path) -> None:
    of = here(tmp_path)
    file = script(of, tmp_path, {"/usr/lib": "/nowhere"})
    told = [f"there is no {loader.name} here; it comes with {loader.packages}" for loader in LOADERS if loader.firmware]
    for words in ((), ("--check",)):
        code, said = run(file, *words)
        assert (code, said.splitlines()) == (1, told)
    assert (
        "there is no lpxelinux.0 here; it comes with syslinux-tftpboot (Enterprise Linux), pxelinux (Debian" in told[0]
    )
    root = Path(of.tree) / "tftp"
    for loader in LOADERS:
        if loader.firmware:
            (root / loader.name).write_text("put there by hand")
    assert run(file, "--check") == run(file) == (0, "")


def test_only_what_machines_here_need_is_missed(tmp_path: Path) -> None:
    of = here(tmp_path)
    modern = {name: replace(node, firmware="uefi") for name, node in of.nodes.items()}
    code, said = run(script(replace(of, nodes=modern), tmp_path, {"/usr/lib": "/nowhere"}), "--check")
    assert (code, [line.split()[3] for line in said.splitlines()]) == (1, ["shimx64.efi", "grubx64.efi"])
    nobody = {name: replace(node, install="existing") for name, node in of.nodes.items()}
    assert made(replace(of, nodes=nobody), "tftp") == {}


def test_enterprise_linux_has_them_elsewhere(tmp_path: Path) -> None:
    """Where its packages put them, the vendor's directory of the EFI system partition among them."""
    there = tmp_path / "el"
    for path in ("tftpboot/lpxelinux.0", "boot/efi/EFI/rocky/shimx64.efi", "usr/share/ipxe/ipxe-snponly-x86_64.efi"):
        (there / path).parent.mkdir(parents=True, exist_ok=True)
        (there / path).write_text(path)
    moved = {"/tftpboot": f"{there}/tftpboot", "/boot": f"{there}/boot", "/usr/share": f"{there}/usr/share"}
    assert run(script(here(tmp_path), tmp_path, moved)) == (0, "")
    root = tmp_path / "tree" / "tftp"
    assert (root / "shimx64.efi").read_text() == "boot/efi/EFI/rocky/shimx64.efi"
    assert (root / "lpxelinux.0").read_text() == "tftpboot/lpxelinux.0"
    assert (root / "snponly.efi").read_text() == "usr/share/ipxe/ipxe-snponly-x86_64.efi"


def test_links_lead_to_what_is_live(tmp_path: Path) -> None:
    of = here(tmp_path)
    published(of)
    (Path(of.tree) / "1" / "tftp" / "own.cfg").write_text("a file of the site's own\n")
    run(script(of, tmp_path))
    root = Path(of.tree) / "tftp"
    assert (root / "own.cfg").read_text() == "a file of the site's own\n"
    assert "None of these" in (root / "pxelinux.cfg" / "default").read_text()
    (Path(of.tree) / "2" / "tftp" / "pxelinux.cfg").mkdir(parents=True)
    (Path(of.tree) / "2" / "tftp" / "pxelinux.cfg" / "default").write_text("new")
    (Path(of.tree) / "current").unlink()
    (Path(of.tree) / "current").symlink_to("2")
    assert (root / "pxelinux.cfg" / "default").read_text() == "new"


@contextmanager
def served(of: Cluster, folder: Path) -> Iterator[Callable[[str], bytes]]:
    """dnsmasq with its generated file, in a namespace of its own, and how a machine there fetches."""
    conf, log = folder / "dnsmasq.conf", folder / "log"
    conf.write_text(made(of, "dnsmasq")["dnsmasq/clusterdef.conf"])
    space = f"cd-{uuid4().hex[:6]}"
    do("ip", "netns", "add", space)
    server = None
    try:
        do("ip", "-n", space, "link", "add", "lan0", "type", "veth", "peer", "name", "far0")
        do("ip", "-n", space, "link", "set", "lo", "up")
        do("ip", "-n", space, "link", "set", "far0", "up")
        do("ip", "-n", space, "link", "set", "lan0", "up")
        do("ip", "-n", space, "addr", "add", "10.30.0.9/24", "dev", "lan0")
        within = ["ip", "netns", "exec", space]
        options = ["-k", "-C", str(conf), "--user=root", "--pid-file=", f"--dhcp-leasefile={folder / 'leases'}"]
        server = subprocess.Popen([*within, find_program("dnsmasq"), *options, f"--log-facility={log}", "--port=0"])
        end = time.monotonic() + 30
        while "started" not in (log.read_text() if log.exists() else ""):
            assert server.poll() is None and time.monotonic() < end, log.read_text() if log.exists() else "no log"
            time.sleep(0.05)

        def fetch(name: str) -> bytes:
            words = [*within, find_program("curl"), "-sS", "--max-time", "20", f"tftp://10.30.0.9/{name}"]
            done = subprocess.run(words, capture_output=True, timeout=60, check=False)
            assert done.returncode == 0, f"{name}: {done.stderr!r}\n{log.read_text()}"
            return done.stdout

        yield fetch
    finally:
        if server:
            server.terminate()
            server.wait(timeout=60)
        subprocess.run(["ip", "netns", "del", space], timeout=60, check=False, capture_output=True)


def test_machines_fetch_loaders_and_files_from_one_directory(tmp_path: Path) -> None:
    of = site(BOTH, tmp_path / "tree")
    with served(of, tmp_path) as fetch:
        # It answers DHCP before there is anything to hand out, and hands it out as soon as it is there.
        published(of)
        assert run(script(of, tmp_path)) == (0, "")
        for name in ("lpxelinux.0", "ldlinux.c32", "menu.c32", "shimx64.efi", "grubx64.efi"):
            assert fetch(name) == Path(BROUGHT[name]).read_bytes()
        own = f"pxelinux.cfg/01-{MAC.replace(':', '-')}"
        assert fetch(own) == (Path(of.tree) / "1" / "tftp" / own).read_bytes()
        assert b"Which file" in fetch("grub/grub.cfg")
        assert b"goes on" in fetch("grub.cfg")
        with pytest.raises(AssertionError):
            fetch("../current/no-such-file")
