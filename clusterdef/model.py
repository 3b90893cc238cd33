"""What a cluster is, once everything is resolved: frozen, typed, complete.

Nothing here reads a file, fills a default or knows a role by name. Sizes are bytes, addresses are
`ipaddress` values, names are lower case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any

Address = IPv4Address | IPv6Address
Net = IPv4Network | IPv6Network

PHASES = ("install", "configure", "run")
"""The phases of a node's life that relations speak of, in order."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Addresses that DHCP may give to machines it does not know, both ends included."""

    first: Address
    last: Address

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, IPv4Address | IPv6Address) or address.version != self.first.version:
            return False
        return int(self.first) <= int(address) <= int(self.last)


@dataclass(frozen=True, slots=True)
class Subnet:
    """One range of addresses of a network, with its way out and its pool."""

    net: Net
    gateway: Address | None = None
    relay: Address | None = None
    pool: Pool | None = None

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.net.version


@dataclass(frozen=True, slots=True)
class Network:
    """A network nodes are attached to. `dhcp` and `names` say who answers there."""

    name: str
    subnets: tuple[Subnet, ...]
    domain: str = ""
    dns: tuple[Address, ...] = ()
    ntp: tuple[str, ...] = ()
    dhcp: str = "none"
    names: str = "managed"
    boot: bool = False
    kind: str = "ethernet"
    vlan: int | None = None
    mtu: int | None = None
    within: str | None = None
    description: str = ""

    def subnet_of(self, address: Address) -> Subnet | None:
        """The subnet `address` belongs to, or None."""
        for subnet in self.subnets:
            if address.version == subnet.version and address in subnet.net:
                return subnet
        return None


@dataclass(frozen=True, slots=True)
class Placed:
    """An address with the subnet it stands in."""

    address: Address
    subnet: Subnet

    @property
    def prefix(self) -> int:
        """Length of the network part, in bits."""
        return self.subnet.net.prefixlen

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.address.version

    @property
    def gateway(self) -> Address | None:
        """The way out of its subnet; None where this address is the gateway itself."""
        return None if self.subnet.gateway == self.address else self.subnet.gateway

    def __str__(self) -> str:
        return str(self.address)


@dataclass(frozen=True, slots=True)
class Bond:
    """Several interfaces as one."""

    name: str
    mode: str


@dataclass(frozen=True, slots=True)
class Interface:
    """A node's place on one network.

    `devices` are kernel names of the hardware (several for a bond, none when nobody said);
    `addresses` is empty where DHCP of somebody else decides (`dynamic`); `gateway` is the way out
    of this network for this node, None where the node is the gateway itself.
    """

    network: Network
    addresses: tuple[Placed, ...]
    fqdn: str
    devices: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    dynamic: bool = False
    bond: Bond | None = None
    bridge: str | None = None
    vlan: int | None = None

    @property
    def address(self) -> Address | None:
        """Its first address."""
        return self.addresses[0].address if self.addresses else None

    @property
    def v4(self) -> Placed | None:
        """Its IPv4 address."""
        return next((placed for placed in self.addresses if placed.version == 4), None)

    @property
    def v6(self) -> Placed | None:
        """Its IPv6 address."""
        return next((placed for placed in self.addresses if placed.version == 6), None)

    @property
    def mac(self) -> str | None:
        """Hardware address of its first device."""
        return self.macs[0] if self.macs else None

    @property
    def device(self) -> str | None:
        """Name of the device that carries the address: the bridge, the VLAN, the bond, or the hardware itself."""
        if self.bridge:
            return self.bridge
        lower = self.bond.name if self.bond else (self.devices[0] if self.devices else None)
        return f"{lower}.{self.vlan}" if lower and self.vlan else lower


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
    """Where a machine stands and how it is cabled; cables are (network or `bmc`, switch, port)."""

    rack: str = ""
    unit: str = ""
    serial: str = ""
    cables: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system mounted from elsewhere."""

    source: str
    at: str
    type: str
    options: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service as one consumer reaches it: by this name, at this address and port."""

    service: str
    provider: str
    host: str
    address: str
    port: int | None = None
    protocol: str = ""
    external: bool = False

    @property
    def url(self) -> str:
        """`protocol://host:port`, without what is not known."""
        head = f"{self.protocol}://" if self.protocol else ""
        tail = f":{self.port}" if self.port else ""
        return f"{head}{self.host}{tail}"


@dataclass(frozen=True, slots=True)
class Port:
    """A port a module listens on, on one node: ranges of numbers, and the networks that may reach it.

    `scope` is the module's word for who may (`cluster`, `boot`, `admins`, `any`, `node`, or the
    parameter that lists them), `sources` the networks that this means here (none for `any`, `admins`
    and `node`); `on` says which of the node's addresses: `all`, `managed`, `boot` or `loopback`.
    """

    module: str
    name: str
    protocol: str
    numbers: tuple[tuple[int, int], ...]
    sources: tuple[Net, ...]
    scope: str
    on: str = "all"


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that somebody needs: its name, its kind, and who asks for it."""

    name: str
    kind: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter a module declares; `target` is (class, name there), None for one no class takes."""

    module: str
    name: str
    description: str
    type: tuple[str, ...]
    target: tuple[str, str] | None
    secret: bool = False

    @property
    def key(self) -> str:
        """`module.parameter`."""
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Module:
    """A module some node carries. `definition` is its module.json as data, for what only one output needs."""

    name: str
    description: str
    classes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    packages: tuple[str, ...]
    definition: Mapping[str, Any]
    shelf: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role some node has, with the roles and modules it brings."""

    name: str
    description: str
    includes: tuple[str, ...]
    modules: tuple[str, ...]
    device: bool
    health: tuple[str, ...]
    runbook: str
    shelf: str


@dataclass(frozen=True, slots=True)
class Admin:
    """A person who administers the cluster; `keys` are ssh public keys, a line each."""

    name: str
    keys: tuple[str, ...]
    full_name: str = ""
    mail: str = ""
    uid: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One machine. `roles` are those it was given, `all_roles` those and what they include, base first.

    `parameters` is by `module.parameter`; a secret's value there is the name of the secret.
    """

    name: str
    number: int | None
    roles: tuple[str, ...]
    all_roles: tuple[str, ...]
    groups: tuple[str, ...]
    modules: tuple[str, ...]
    device: bool
    install: str
    os: OperatingSystem | None
    interfaces: tuple[Interface, ...]
    primary: Interface | None
    fqdn: str
    aliases: tuple[str, ...]
    bmc: Bmc | None
    vm: Vm | None
    hardware: Hardware
    place: Place
    disks: tuple[Disk, ...]
    layout: Layout | None
    keep: tuple[str, ...]
    kernel: tuple[str, ...]
    kernel_pin: str | None
    console: str | None
    firmware: str
    secure_boot: bool
    boot_order: tuple[str, ...]
    selinux: str
    packages: tuple[str, ...]
    repos: tuple[Repository, ...]
    web_proxy: str | None
    mounts: tuple[Mount, ...]
    scripts: Scripts
    parameters: Mapping[str, Any]
    services: Mapping[str, tuple[Endpoint, ...]]
    ports: tuple[Port, ...]
    provides: tuple[str, ...]
    description: str = ""

    @property
    def certname(self) -> str:
        """The name on its certificate: its full name."""
        return self.fqdn

    @property
    def boot(self) -> Interface | None:
        """The interface it is installed over: the first on a network with `boot: true`."""
        return next((interface for interface in self.interfaces if interface.network.boot), None)

    def way_out(self, version: int = 4) -> Placed | None:
        """The address whose gateway is the node's default route: the first attachment that has one."""
        every = (placed for interface in self.interfaces for placed in interface.addresses)
        return next((placed for placed in every if placed.version == version and placed.gateway), None)

    def on(self, network: str) -> Interface | None:
        """Its interface on the network of that name."""
        return next((interface for interface in self.interfaces if interface.network.name == network), None)

    def endpoint(self, service: str) -> Endpoint | None:
        """How this node reaches a service: the first provider's endpoint."""
        found = self.services.get(service, ())
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Floating:
    """An address that moves between nodes."""

    name: str
    network: Network
    address: Placed
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order in which machines come up: nodes, and the phases that are due."""

    nodes: tuple[str, ...]
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The whole site, resolved. Mappings are in the order of the site's files."""

    name: str
    description: str
    contact: str
    timezone: str
    language: str
    keyboard: str
    domain: str
    tree: str
    puppet: str
    networks: Mapping[str, Network]
    nodes: Mapping[str, Node]
    roles: Mapping[str, Role]
    modules: Mapping[str, Module]
    admins: tuple[Admin, ...]
    floating: tuple[Floating, ...]
    secrets: tuple[Secret, ...]
    order: tuple[Step, ...]
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    _providers: Mapping[str, tuple[Node, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Asked for every node: looking through all nodes each time would take quadratic time.
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            for service in node.provides:
                found.setdefault(service, []).append(node)
        object.__setattr__(self, "_providers", {service: tuple(nodes) for service, nodes in found.items()})

    def providers(self, service: str) -> tuple[Node, ...]:
        """The nodes that provide a service, in the site's order."""
        return self._providers.get(service, ())

    def having(self, module: str) -> Iterator[Node]:
        """The nodes that carry a module, in the site's order."""
        return (node for node in self.nodes.values() if module in node.modules)
