"""A host of virtual machines for tests: a real libvirtd in namespaces of its own, which leaves nothing behind when its
first process ends. There is no processor for guests in it: definitions are told to emulate one.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.conftest import find_program

START = """\
set -eu
lab=$1 libvirtd=$2 virtlogd=$3
for place in /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt /run; do
  mkdir -p "$lab$place" "$place"
  mount --bind "$lab$place" "$place"
done
for table in passwd group; do
  { cat "/etc/$table"; echo "libvirt-qemu:x:64055:64055:::"; } >"$lab/$table"
  mount --bind "$lab/$table" "/etc/$table"
done
mkdir -p /run/lock /var/lib/libvirt/images
ip link set lo up
ip link add name br-private type bridge
ip link set br-private up
cat >/etc/libvirt/libvirtd.conf <<X
auth_unix_rw = "none"
auth_unix_ro = "none"
unix_sock_group = "root"
log_outputs = "3:file:$lab/log"
X
cat >/etc/libvirt/qemu.conf <<X
user = "root"
group = "root"
security_driver = "none"
namespaces = []
cgroup_controllers = []
remember_owner = 0
X
"$virtlogd" -d
"$libvirtd" -f /etc/libvirt/libvirtd.conf &
# The first process of a namespace is the one that every orphan comes to.
while :; do wait; sleep 1; done
"""


def emulated(text: str) -> str:
    """A definition or script for a host without a processor for guests."""
    text = text.replace('<domain type="kvm">', '<domain type="qemu">').replace('<cpu mode="host-passthrough"/>', "")
    return text.replace("/dev/kvm", "/dev/null")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Host:
    """The host; paths that the tests share with it are below `folder`, its own `/var/lib/libvirt` among them."""

    folder: Path
    process: int

    @property
    def images(self) -> Path:
        """Its virtual disks, as they are seen from outside."""
        return self.folder / "lab" / "var/lib/libvirt/images"

    def run(self, *words: str, typed: str = "") -> Said:
        """A command on the host."""
        into = ["nsenter", "-t", str(self.process), "-m", "-n", "-p", "--", *words]
        done = subprocess.run(into, input=typed, capture_output=True, text=True, timeout=120, check=False)
        return Said(done.returncode, done.stdout, done.stderr)

    def virsh(self, *words: str) -> str:
        """What virsh says, quietly; the test fails when virsh does."""
        done = self.run("virsh", "-q", "-c", "qemu:///system", *words)
        assert done.code == 0, f"virsh {' '.join(words)}: {done.err}{self.log()}"
        return done.out.strip()

    def log(self) -> str:
        """The end of libvirtd's log."""
        log = self.folder / "lab" / "log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else "no log"


@contextmanager
def hypervisor(folder: Path) -> Iterator[Host]:
    """The host while it lives."""
    (folder / "lab").mkdir()
    (folder / "start.sh").write_text(START)
    space = f"cd-{uuid4().hex[:6]}"
    subprocess.run(["ip", "netns", "add", space], check=True, timeout=60)
    programs = [find_program("libvirtd"), find_program("virtlogd")]
    unshare = ["unshare", "-m", "-p", "-f", "--kill-child=KILL", "--mount-proc"]
    words = [*unshare, "sh", str(folder / "start.sh"), str(folder / "lab"), *programs]
    with (folder / "out").open("wb") as out:
        within = ["ip", "netns", "exec", space, *words]
        first = subprocess.Popen(within, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        yield _ready(folder, first)
    finally:
        first.kill()
        first.wait(timeout=60)
        subprocess.run(["ip", "netns", "del", space], check=False, timeout=60, capture_output=True)


def _ready(folder: Path, first: subprocess.Popen[bytes]) -> Host:
    """Until libvirtd answers; it takes a second."""
    end = time.monotonic() + 60
    while True:
        table = Path(f"/proc/{first.pid}/task/{first.pid}/children")
        children = table.read_text().split() if first.poll() is None else []
        host = Host(folder, int(children[0]) if children else 0)
        if children and host.run("virsh", "-q", "-c", "qemu:///system", "uri").code == 0:
            return host
        evidence = (folder / "out").read_text(errors="replace") + host.log()
        assert first.poll() is None and time.monotonic() < end, f"libvirtd does not answer: {evidence}"
        time.sleep(0.1)
