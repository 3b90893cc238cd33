"""Networks, and a node's place on them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Net = IPv4Network | IPv6Network


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
            if address in subnet.net:
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
