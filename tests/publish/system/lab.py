"""A head and a machine in network namespaces of their own, with a real nginx. Nothing here asserts."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from tests.house.package import ROOT
from tests.publish.stage import Said, Stage

PATIENCE = 20.0
"""Seconds for a daemon to start or end: some five times what was seen on a busy machine."""

# What the service manager does for the daemons of a test, and no more: it ends the old one, starts the new one and says
# how that went. What follows is a case for each.
MANAGER = """
folder={folder} live={live}
number() {{ cat "$folder/$1.pid" 2>/dev/null || echo none; }}
runs() {{ grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null; }}
end() {{
  ! runs "$1" || kill "$1"
  for _ in $(seq 200); do runs "$1" || return 0; sleep 0.1; done
}}
"""
NGINX = """\
daemon on; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1; user root;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 10.77.0.1:80; root {live}/current; location = /.publication.json {{ deny all; }} }}
}}
"""
LEASE = """\
#!/bin/sh
# What the client was given; udhcpc(8) sets the variables.
[ "$1" = bound ] || exit 0
ip addr replace "$ip/$mask" dev "$interface"
echo "$ip $hostname $dns $siaddr $boot_file" >{folder}/lease
"""


class Lab:
    """A stage whose head has daemons; `inside` runs a program on the head, `machine` on the other one.

    `manager` are cases of the shell for what the service manager is asked; `daemons` name files of pid and log.
    """

    daemons: tuple[str, ...] = ("nginx",)

    def __init__(self, folder: Path, manager: str) -> None:
        word = uuid4().hex[:6]
        then = (MANAGER + manager).format(folder=folder, live=folder / "live")
        self.stage = Stage(folder, interface="lan0", then=then)
        self.folder = folder
        self.head, self.other = f"cd-{word}-head", f"cd-{word}-node"
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, live=self.stage.live))
        self.stage.tool("lease", LEASE.format(folder=folder))

    def template(self, generator: str, name: str, old: str, new: str) -> None:
        """The site has a template of its own: the shipped one with `new` in the place of `old`."""
        shipped = (ROOT / "generators" / generator / name).read_text()
        if old not in shipped:
            raise LookupError(f"{name} has no {old!r}")
        own = self.stage.site / "templates" / generator / name
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(shipped.replace(old, new, 1))

    def up(self) -> None:
        """Two namespaces with a cable between them, and the web server, which needs no telling."""
        do("ip", "netns", "add", self.head)
        do("ip", "netns", "add", self.other)
        do("ip", "-n", self.head, "link", "add", "lan0", "type", "veth", "peer", "name", "eno1", "netns", self.other)
        for name in (self.head, self.other):
            do("ip", "-n", name, "link", "set", "lo", "up")
        # named serves addresses that an interface has, and looks again at every reload.
        for address, device in (("127.0.0.53/32", "lo"), ("10.77.0.1/24", "lan0")):
            do("ip", "-n", self.head, "addr", "add", address, "dev", device)
        do("ip", "-n", self.head, "link", "set", "lan0", "up")
        self.plugged(True)
        self.inside("nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder))

    def plugged(self, well: bool) -> None:
        """Whether the cable leads anywhere, as the head sees it."""
        do("ip", "-n", self.other, "link", "set", "eno1", "up" if well else "down")

    def become(self, number: int) -> None:
        """The machine is now the one of that number, by its hardware address, and has no address."""
        do("ip", "-n", self.other, "link", "set", "eno1", "down")
        do("ip", "-n", self.other, "addr", "flush", "dev", "eno1")
        do("ip", "-n", self.other, "link", "set", "eno1", "address", f"02:00:5e:77:00:{number:02x}", "up")

    def down(self) -> None:
        """End the daemons that this lab started, by their numbers, and take the namespaces away."""
        for name in self.daemons:
            pid = self.pid(name)
            if pid:
                end(pid)
        for space in (self.head, self.other):
            subprocess.run(["ip", "netns", "del", space], timeout=60, check=False, capture_output=True)

    def pid(self, daemon: str) -> int:
        """The number of a daemon that runs; 0 when it does not."""
        file = self.folder / f"{daemon}.pid"
        number = int(file.read_text().strip() or 0) if file.exists() else 0
        return number if number and alive(number) else 0

    def inside(self, *words: str) -> str:
        """What a program on the head prints."""
        return do(*self.way(), *words)

    def machine(self, *words: str) -> str:
        """What a program on the other machine prints."""
        return do("ip", "netns", "exec", self.other, *words, environment=self.stage.environment())

    def publish(self, *words: str) -> Said:
        """Publish on the head."""
        return self.stage.publish(*words, before=self.way())

    def way(self) -> tuple[str, ...]:
        """Words that lead to the head."""
        return ("ip", "netns", "exec", self.head)

    def lease(self) -> list[str]:
        """Address, name, name server and boot file that the machine is given; nothing when nobody answers."""
        file = self.folder / "lease"
        file.unlink(missing_ok=True)
        script = str(self.stage.tools / "lease")
        with contextlib.suppress(subprocess.CalledProcessError):
            self.machine("udhcpc", "-i", "eno1", "-n", "-q", "-f", "-t", "5", "-T", "2", "-s", script)
        return file.read_text().split() if file.exists() else []

    def evidence(self) -> str:
        """What the daemons wrote down."""
        logs = [self.folder / f"{name}.log" for name in self.daemons]
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in logs if log.exists())


def do(*words: str, environment: dict[str, str] | None = None) -> str:
    """Run a program to its end, in a bounded time; what it printed."""
    return subprocess.run(
        words, capture_output=True, text=True, timeout=60, check=True, env=environment, stdin=subprocess.DEVNULL
    ).stdout


def alive(number: int) -> bool:
    """True while a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end(number: int) -> None:
    """End a process, if need be by force."""
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal_)
        if soon(lambda: not alive(number)):
            return


def soon(true: Callable[[], object], patience: float = PATIENCE) -> bool:
    """True as soon as it is; False when it is not in a bounded time."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return bool(true())


Made = TypeVar("Made", bound=Lab)


@contextlib.contextmanager
def lab(made: Made) -> Iterator[Made]:
    """A lab that is always taken away; where a test fails, what the daemons wrote is printed."""
    try:
        made.up()
        yield made
    except BaseException:
        print(made.evidence())
        raise
    finally:
        made.down()
