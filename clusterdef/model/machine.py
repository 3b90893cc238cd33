"""What a machine is made of: hardware, disks, operating system, place."""

from __future__ import annotations

from dataclasses import dataclass

from clusterdef.model.network import Address, Network


@dataclass(frozen=True, slots=True)
class Bmc:
    """A node's management controller. `password` is the name of a secret, never the secret."""

    name: str
    fqdn: str
    address: Address
    network: Network | None
    mac: str | None
    driver: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine's size and host; memory and disk in bytes."""

    host: str
    memory: int
    cpus: int
    disk: int
    autostart: bool


@dataclass(frozen=True, slots=True)
class Disk:
    """Which disk may be used for a purpose; sizes in bytes."""

    purpose: str
    min: int | None = None
    max: int | None = None
    type: str | None = None
    model: str | None = None
    serial: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """One file system of a disk layout; sizes in bytes."""

    mount: str
    size: int
    grow: bool
    max: int | None
    fs: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a system disk is divided."""

    name: str
    description: str
    scheme: str
    volumes: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class Hardware:
    """What is in a machine, as far as anybody said; sizes in bytes."""

    cores: int | None = None
    memory: int | None = None
    disk: int | None = None
    gpus: int = 0
    model: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a machine stands and how it is cabled; cables are (network or `bmc`, switch, port, device), the device
    empty where the inventory does not say which."""

    rack: str = ""
    unit: str = ""
    serial: str = ""
    cables: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system mounted from elsewhere."""

    source: str
    at: str
    type: str
    options: tuple[str, ...]

    @property
    def patient(self) -> tuple[str, ...]:
        """The options by which a machine starts without it; what comes from another machine waits for the network."""
        local = self.source.startswith("/dev/") or "=" in self.source
        return ("nofail",) if local else ("nofail", "_netdev")


@dataclass(frozen=True, slots=True)
class Scripts:
    """The site's own installer scripts, in order: what each is called, and its text."""

    pre: tuple[tuple[str, str], ...] = ()
    part: tuple[tuple[str, str], ...] = ()
    post: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Repository:
    """Packages: `url` is empty when the head keeps them (under its name)."""

    name: str
    url: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """An operating system as the site names it."""

    name: str
    family: str
    release: str
    media: str
    repos: tuple[Repository, ...] = ()

    @property
    def major(self) -> str:
        """`9` of `9.6`; Ubuntu's whole `24.04`."""
        return self.release if self.family == "ubuntu" else self.release.split(".")[0]
