"""The networks of the test site: a bridge each, all in one network namespace that touches no other."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count

NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Lan:
    """Bridges by the name of the network, in the namespace `space`."""

    space: str
    bridges: Mapping[str, str]

    def plug(
        self, machine: str, number: int, network: str, device: str, addresses: tuple[str, ...], on: str = ""
    ) -> None:
        """A cable from the machine's namespace to a bridge: `device` there, with these addresses (and lengths).

        `on` is a bridge of the machine itself, made here: it has the addresses, and the device is its first port.
        """
        end = f"p{number}-{len(self.bridges)}{list(self.bridges).index(network)}"
        ip("link", "add", end, "netns", self.space, "type", "veth", "peer", "name", device, "netns", machine)
        ip("-n", self.space, "link", "set", end, "master", self.bridges[network], "up")
        if on:
            ip("-n", machine, "link", "add", on, "type", "bridge")
            ip("-n", machine, "link", "set", device, "master", on)
            ip("-n", machine, "link", "set", on, "up")
        for address in addresses:
            ip("-n", machine, "address", "add", address, "dev", on or device)
        ip("-n", machine, "link", "set", device, "up")


def ip(*arguments: str) -> str:
    """What `ip` prints; RuntimeError with its complaint."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def namespace() -> Iterator[str]:
    """A network namespace of a new name, with its loopback up; gone afterwards, whatever happens."""
    name = f"cd{os.getpid()}-{next(NUMBERS)}"
    ip("netns", "add", name)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        with suppress(RuntimeError):
            ip("netns", "delete", name)


@contextmanager
def lan(networks: tuple[str, ...]) -> Iterator[Lan]:
    """A bridge for each network."""
    with namespace() as space:
        bridges = {network: f"br{number}" for number, network in enumerate(networks)}
        for bridge in bridges.values():
            ip("-n", space, "link", "add", bridge, "type", "bridge")
            ip("-n", space, "link", "set", bridge, "up")
        yield Lan(space, bridges)
