"""A subnet in the words of Kea: its number, the classes of firmware it has boot files for, and who is known there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

from clusterdef.generators.boot import bracketed
from clusterdef.generators.loader import LOADERS, by_http
from clusterdef.generators.reservation import Reservation
from clusterdef.generators.segment import Segment

from clusterdef.model import Address, Subnet


@dataclass(frozen=True, slots=True)
class Host:
    """One card that Kea knows; a bond is several with the same addresses, and none of them keeps them for good."""

    mac: str
    addresses: tuple[Address, ...]
    name: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Loader:
    """What firmware of a class is given on a network; `test` is about the classes that Kea knows already."""

    name: str
    test: str
    server: Address
    file: str
    http: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """A subnet. Kea files leases under `number`, so it must not depend on what other subnets there are."""

    segment: Segment
    number: int
    device: str
    loaders: tuple[Loader, ...]
    hosts: tuple[Host, ...]


def served(segment: Segment, device: str, hosts: Iterable[Host]) -> Served:
    """A segment with its machines."""
    loaders = tuple(_loaders(segment, segment.boot_server)) if segment.boot_server else ()
    number = 1 + crc32(str(segment.subnet.net).encode()) % 0xFFFFFFFE
    return Served(segment, number, device, loaders, tuple(hosts))


def hosts(kept: Iterable[Reservation]) -> Mapping[Subnet, list[Host]]:
    """Who is known, by subnet."""
    found: dict[Subnet, list[Host]] = {}
    for one in kept:
        for subnet in dict.fromkeys(placed.subnet for placed in one.placed):
            addresses = tuple(placed.address for placed in one.placed if placed.subnet is subnet)
            known = (Host(mac, addresses, one.name, len(one.macs) == 1) for mac in one.macs)
            found.setdefault(subnet, []).extend(known)
    return found


def _loaders(segment: Segment, server: Address) -> Iterator[Loader]:
    name = segment.network.name
    root = f"tftp://{bracketed(str(server))}/" if segment.version == 6 else ""
    yield Loader(f"{name} ipxe", "member('ipxe')", server, root + LOADERS.ipxe)
    if segment.version == 4:
        yield Loader(f"{name} bios", "member('bios') and not member('ipxe')", server, LOADERS.bios)
    yield Loader(f"{name} efi", "member('efi') and not member('ipxe')", server, root + LOADERS.uefi)
    if segment.version == 4 and segment.http:
        file = by_http(segment.http)
        yield Loader(f"{name} efihttp", "member('efihttp') and not member('ipxe')", server, file, http=True)
