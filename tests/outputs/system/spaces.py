"""Machines in network namespaces of their own, on switches that join them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

PATIENCE = 60.0


def do(*words: str, given: str | None = None, status: int = 0, env: Mapping[str, str] | None = None) -> str:
    """What a command prints; it must end as expected."""
    done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=PATIENCE, check=False, env=env)
    assert done.returncode == status, f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}{given or ''}"
    return done.stdout + done.stderr


@dataclass(frozen=True, slots=True)
class Space:
    """A machine: a network namespace and nothing else."""

    name: str

    def words(self, *words: str) -> list[str]:
        """A command as it is run on this machine."""
        return ["ip", "netns", "exec", self.name, *words]

    def do(self, *words: str, **more: str | int | Mapping[str, str] | None) -> str:
        """What a command prints on this machine."""
        return do(*self.words(*words), **more)  # type: ignore[arg-type]

    def set(self, key: str, value: int) -> None:
        """A setting of its kernel, where there is one of that name."""
        file = Path("/proc/sys") / key.replace(".", "/")
        self.do("sh", "-c", f"test ! -e {file} || echo {value} >{file}")


@dataclass(slots=True)
class Lab:
    """Machines by name, and the switches that they are plugged into."""

    word: str = field(default_factory=lambda: uuid4().hex[:6])
    machines: dict[str, Space] = field(default_factory=dict)
    switch: Space | None = None
    after: ExitStack = field(default_factory=ExitStack)

    def machine(self, name: str) -> Space:
        """A machine of that name, made when it is asked for first."""
        if name not in self.machines:
            space = Space(f"cd-{self.word}-{name}")
            do("ip", "netns", "add", space.name)
            self.after.callback(subprocess.run, ["ip", "netns", "del", space.name], capture_output=True, check=False)
            space.do("ip", "link", "set", "lo", "up")
            self.machines[name] = space
        return self.machines[name]

    def plug(self, name: str, device: str, network: str, *addresses: str) -> Space:
        """A machine's device on a switch called as the network, with addresses `10.10.0.1/16`."""
        machine, switch = self.machine(name), self.machine("switch")
        if f"sw-{network}" not in switch.do("ip", "-o", "link"):
            switch.do("ip", "link", "add", f"sw-{network}", "type", "bridge")
            switch.do("ip", "link", "set", f"sw-{network}", "addrgenmode", "none", "up")
        port = f"p{uuid4().hex[:8]}"
        do("ip", "-n", machine.name, "link", "add", device, "type", "veth", "peer", "name", port, "netns", switch.name)
        switch.do("ip", "link", "set", port, "addrgenmode", "none", "master", f"sw-{network}", "up")
        machine.do("ip", "link", "set", device, "up")
        for address in addresses:
            machine.do("ip", "addr", "add", address, "dev", device, *(["nodad"] if ":" in address else []))
        return machine


@contextmanager
def lab() -> Iterator[Lab]:
    """An empty laboratory; whatever is made in it is gone in the end."""
    found = Lab()
    with found.after:
        yield found
