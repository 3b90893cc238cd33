"""Boot loaders: which files, for which firmware, from which package of which family. They are binaries of distributions
and come from installed packages, never out of clusterdef.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Where a package of a family of operating systems has the file: the first of `paths` that is there."""

    family: str
    package: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loader:
    """A file by the name that machines ask for. `firmware` cannot start without it; where that is empty, it is handed
    out when somebody installed it."""

    name: str
    firmware: str
    sources: tuple[Source, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Every place where it may be, in the order in which they are looked at."""
        return tuple(path for source in self.sources for path in source.paths)

    @property
    def packages(self) -> str:
        """Who brings it, in words."""
        return ", ".join(f"{source.package} ({source.family})" for source in self.sources)


EL, DEBIAN = "Enterprise Linux", "Debian, Ubuntu"
VENDORS = ("redhat", "rocky", "almalinux", "centos")
"""Directories of the EFI system partition into which the releases of Enterprise Linux unpack what starts from the
network too. Debian's there starts from a disk alone."""


SYSLINUX = ("ldlinux.c32", "menu.c32", "libutil.c32", "libcom32.c32")
"""What PXELINUX and SYSLINUX both need for a menu."""


def _efi(name: str) -> tuple[str, ...]:
    return tuple(f"/boot/efi/EFI/{vendor}/{name}" for vendor in VENDORS)


def _syslinux(name: str) -> Loader:
    debian = Source(DEBIAN, "syslinux-common", (f"/usr/lib/syslinux/modules/bios/{name}",))
    return Loader(name, "bios", (Source(EL, "syslinux-tftpboot", (f"/tftpboot/{name}",)), debian))


LOADERS: tuple[Loader, ...] = (
    Loader(
        "lpxelinux.0",
        "bios",
        (
            Source(EL, "syslinux-tftpboot", ("/tftpboot/lpxelinux.0",)),
            Source(DEBIAN, "pxelinux", ("/usr/lib/PXELINUX/lpxelinux.0",)),
        ),
    ),
    *map(_syslinux, SYSLINUX),
    Loader(
        "shimx64.efi",
        "uefi",
        (
            Source(EL, "shim-x64", _efi("shimx64.efi")),
            Source(DEBIAN, "shim-signed", ("/usr/lib/shim/shimx64.efi.signed",)),
        ),
    ),
    Loader(
        "grubx64.efi",
        "uefi",
        (
            Source(EL, "grub2-efi-x64", _efi("grubx64.efi")),
            Source(DEBIAN, "grub-efi-amd64-signed", ("/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed",)),
        ),
    ),
    Loader(
        "mmx64.efi",
        "",
        (
            Source(EL, "shim-x64", _efi("mmx64.efi")),
            Source(DEBIAN, "shim-helpers-amd64-signed", ("/usr/lib/shim/mmx64.efi.signed",)),
        ),
    ),
    Loader(
        "undionly.kpxe",
        "",
        (
            Source(EL, "ipxe-bootimgs-x86", ("/usr/share/ipxe/undionly.kpxe",)),
            Source(DEBIAN, "ipxe", ("/usr/lib/ipxe/undionly.kpxe",)),
        ),
    ),
    Loader(
        "snponly.efi",
        "",
        (
            Source(EL, "ipxe-bootimgs-x86", ("/usr/share/ipxe/ipxe-snponly-x86_64.efi",)),
            Source(DEBIAN, "ipxe", ("/usr/lib/ipxe/snponly.efi",)),
        ),
    ),
)
"""What starts x86_64 machines from the network: PXELINUX with its menu, shim with GRUB, and iPXE where it is wanted."""


def needed(firmwares: Iterable[str]) -> frozenset[str]:
    """The names of the files without which machines of these firmwares do not start."""
    every = set(firmwares)
    return frozenset(loader.name for loader in LOADERS if loader.firmware in every)


def _on_key(loader: Loader, name: str) -> Loader:
    return Loader(name, loader.firmware, loader.sources)


_BY_NAME = {loader.name: loader for loader in LOADERS}

KEY: tuple[Loader, ...] = (
    *(_on_key(_BY_NAME[name], f"syslinux/{name}") for name in SYSLINUX),
    _on_key(_BY_NAME["shimx64.efi"], "EFI/BOOT/BOOTX64.EFI"),
    Loader(
        "EFI/BOOT/grubx64.efi",
        "uefi",
        (
            Source(EL, "grub2-efi-x64", _efi("grubx64.efi")),
            Source(DEBIAN, "grub-efi-amd64-signed", ("/usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed",)),
        ),
    ),
)
"""What starts x86_64 machines from a key, under the paths there. SYSLINUX besides writes itself in front of the file
system (`syslinux --install --directory syslinux`).
"""
