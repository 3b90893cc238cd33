"""The first file that each kind of firmware fetches, by whatever server it is told of. Paths are those in `tftp/`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loaders:
    """Names of the files: for BIOS, for UEFI (with or without Secure Boot), and for what is iPXE already."""

    bios: str = "lpxelinux.0"
    uefi: str = "shimx64.efi"
    ipxe: str = "ipxe/boot.ipxe"


LOADERS = Loaders()


def by_http(base: str) -> str:
    """The URL for UEFI that speaks HTTP; `base` is where the tree is read by HTTP."""
    return f"{base}/tftp/{LOADERS.uefi}"
