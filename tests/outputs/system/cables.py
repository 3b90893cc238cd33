"""A head with its servers, a machine beside it, one behind a relay and one on a foreign network: each in a network
namespace of its own, with cables between. Nothing here asserts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tests.conftest import find_program
from tests.outputs.clusters import ROOT

PATIENCE = 30.0
"""Seconds for a server to start; it takes half a one."""

# Daemons write below /run and /var; each gets these places for itself.
PRIVATE = """
for place in /run /var/lib /var/cache; do mount -t tmpfs tmpfs $place; done
mkdir -p /run/kea /run/lock/kea /run/named /var/lib/kea /var/cache/bind
exec "$@"
"""
FIRMWARE = Path(__file__).with_name("firmware.py")
TOLD4 = ("ip", "subnet", "hostname", "domain", "dns", "router", "ntpsrv", "mtu")
TOLD6 = ("new_ip6_address", "new_dhcp6_name_servers", "new_dhcp6_domain_search")
SCRIPT = """\
#!/bin/sh
# What a client was given: udhcpc(8) and dhclient-script(8) set the variables.
case "${{1:-$reason}}" in bound|BOUND6) ;; *) exit 0 ;; esac
for name in {names}; do eval "echo $name=\\$$name"; done >{file}.new
mv {file}.new {file}
"""


@dataclass(frozen=True, slots=True)
class Space:
    """One machine."""

    name: str
    environment: Mapping[str, str]

    def words(self, *words: str) -> list[str]:
        """The command line that runs `words` there."""
        return ["ip", "netns", "exec", self.name, *words]

    def ip(self, *words: str) -> None:
        """Change its network."""
        do("ip", "-n", self.name, *words)

    def run(self, *words: str) -> str:
        """What a program there prints. Raises where it fails or takes a minute."""
        return do(*self.words(*words), environment=self.environment)


class Cables:
    """`head` has lan0 to `machine` (eno1) and campus0 to `stranger` (eno1); `machine` relays for `racked` (eno1)."""

    def __init__(self, folder: Path, after: ExitStack) -> None:
        self.folder = folder
        self.after = after
        word = uuid4().hex[:6]
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        names = ("head", "machine", "racked", "stranger")
        self.head, self.machine, self.racked, self.stranger = (self._space(f"cd-{word}-{name}") for name in names)
        self.logs: list[Path] = []

    def _space(self, name: str) -> Space:
        do("ip", "netns", "add", name)
        self.after.callback(subprocess.run, ["ip", "netns", "del", name], timeout=60, check=False, capture_output=True)
        do("ip", "-n", name, "link", "set", "lo", "up")
        return Space(name, self.environment)

    def join(self, one: Space, device: str, other: Space, far: str) -> None:
        """A cable."""
        one.ip("link", "add", device, "type", "veth", "peer", "name", far, "netns", other.name)
        for number, (space, name) in enumerate(((one, device), (other, far)), 1):
            # Without the wait for whether somebody else has the address.
            space.ip("link", "set", name, "addrgenmode", "none", "up")
            space.ip("addr", "add", f"fe80::{number}/64", "dev", name, "nodad")

    def start(self, space: Space, ready: str, *words: str) -> None:
        """A daemon that stays in the foreground, until it has written `ready`; it ends with the stack."""
        program, *rest = words
        log = self.folder / f"{len(self.logs)}-{program}.log"
        self.logs.append(log)
        command = space.words("sh", "-ec", PRIVATE, "sh", find_program(program), *rest)
        with log.open("wb") as into:
            server = subprocess.Popen(command, stdout=into, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.after.callback(server.wait, timeout=60)
        self.after.callback(server.terminate)
        end = time.monotonic() + PATIENCE
        while ready not in log.read_text():
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{program} does not start:\n{log.read_text()}")
            time.sleep(0.05)

    def firmware(self, space: Space, mac: str, questions: Iterable[str]) -> list[dict[str, str]]:
        """What a machine's firmware is told."""
        found: list[dict[str, str]] = json.loads(space.run(sys.executable, str(FIRMWARE), "eno1", mac, *questions))
        return found

    def become(self, space: Space, mac: str) -> None:
        """The machine is another one now: its card, and the address that follows from it."""
        space.ip("link", "set", "eno1", "down")
        space.ip("link", "set", "eno1", "address", mac, "up")
        space.ip("addr", "add", f"fe80::{mac[-2:]}/64", "dev", "eno1", "nodad")

    def lease4(self, space: Space) -> dict[str, str]:
        """What a machine's system is given: a lease, taken."""
        wanted = ("-O", "ntpsrv", "-O", "mtu")
        script = self._script(TOLD4)
        space.run(find_program("udhcpc"), "-i", "eno1", "-n", "-q", "-f", "-t", "5", "-T", "2", *wanted, "-s", script)
        return self._told()

    def lease6(self, space: Space) -> dict[str, str]:
        """The same by IPv6."""
        files = ("-lf", str(self.folder / f"leases-{uuid4().hex}"), "-pf", str(self.folder / "dhclient.pid"))
        words = ("-6", "-1", "-d", "-D", "LL", "-cf", "/dev/null", "-sf", self._script(TOLD6), *files, "eno1")
        command = space.words("timeout", "20", find_program("dhclient"), *words)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as client:
            end = time.monotonic() + PATIENCE
            # It would stay, to renew.
            while not (self.folder / "told").exists() and client.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            client.terminate()
        return self._told()

    def _script(self, names: Sequence[str]) -> str:
        (self.folder / "told").unlink(missing_ok=True)
        file = self.folder / "script"
        file.write_text(SCRIPT.format(names=" ".join(names), file=self.folder / "told"))
        file.chmod(0o755)
        return str(file)

    def _told(self) -> dict[str, str]:
        file = self.folder / "told"
        rows = file.read_text().splitlines() if file.exists() else []
        return dict(row.split("=", 1) for row in rows)  # type: ignore[misc]

    def asked(self, space: Space, server: str, questions: Sequence[str]) -> set[str]:
        """Everything that a name server answers, as `name type value`."""
        file = self.folder / "questions"
        file.write_text("".join(f"{one}\n" for one in questions))
        options = ("+noall", "+answer", "+time=2", "+tries=3")
        lines = space.run("dig", f"@{server}", *options, "-f", str(file)).splitlines()
        every = (line.split() for line in lines if line and not line.startswith(";"))
        return {" ".join((words[0], *words[3:])) for words in every}

    def evidence(self) -> str:
        """What the servers wrote down."""
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in self.logs)


@contextmanager
def cables(folder: Path) -> Iterator[Cables]:
    """The machines, always taken away; where something fails, what the servers wrote is printed."""
    with ExitStack() as after:
        made = Cables(folder, after)
        try:
            yield made
        except BaseException:
            print(made.evidence())
            raise


def do(*words: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end, in a bounded time; what it printed."""
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=60, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout
