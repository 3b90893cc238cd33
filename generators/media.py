"""What differs between families of operating systems before their installer runs: where a medium has the kernel, and
which arguments lead the installer to its answers. Media lie under `media/NAME` of the installation server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from clusterdef.generators.suites import SUITES

from clusterdef.model import Interface, Node, OperatingSystem


@dataclass(frozen=True, slots=True)
class Installer:
    """One family's: files of the medium, and arguments from the node, the server's URL and the medium's."""

    kernel: Callable[[OperatingSystem], str]
    initrd: Callable[[OperatingSystem], str]
    arguments: Callable[[Node, str, str], tuple[str, ...]]


def _anaconda(node: Node, url: str, medium: str) -> tuple[str, ...]:
    """anaconda-boot-options(7), dracut.cmdline(7)."""
    return (f"inst.stage2={medium}/", f"inst.ks={url}/kickstart/{node.name}.cfg", *_address(node.boot))


def _address(interface: Interface | None) -> tuple[str, ...]:
    """How the installer gets its first address; afterwards the kickstart file says."""
    way = "dhcp6" if _only_v6(interface) else "dhcp"
    if interface and interface.vlan and interface.devices:
        lower = interface.devices[0]
        return (f"vlan={lower}.{interface.vlan}:{lower}", f"ip={lower}.{interface.vlan}:{way}")
    return (f"ip={way}",)


def _only_v6(interface: Interface | None) -> bool:
    return bool(interface and interface.addresses and interface.v4 is None)


PATIENCE = 60
"""Seconds for which Debian's installer asks for an address before it gives up. Its own 25 are less than a switch takes
that looks for loops first, each time a machine's port comes up."""


def _debian(node: Node, url: str, medium: str) -> tuple[str, ...]:
    """The installer asks for a name before it has read its answers, so it is told beforehand."""
    domain = node.fqdn.partition(".")[2]
    return (
        "auto=true",
        "priority=critical",
        "interface=auto",
        f"netcfg/dhcp_timeout={PATIENCE}",
        f"hostname={node.name}",
        *((f"domain={domain}",) if domain else ()),
        f"url={url}/preseed/{node.name}.cfg",
    )


def debian_file(name: str) -> Callable[[OperatingSystem], str]:
    """A file of Debian's installer, by its path below images/, where a mirror has it; a release that has no name here
    stands on mirrors by its number.
    """

    def path(os: OperatingSystem) -> str:
        suite = SUITES.get(os.major, f"Debian{os.release}")
        return f"dists/{suite}/main/installer-amd64/current/images/{name}"

    return path


def _ubuntu(node: Node, url: str, medium: str) -> tuple[str, ...]:
    """The image itself is fetched into memory. cloud-init would take `url` for its own were it not told of another."""
    return (
        *(("ip=off", "ip6=dhcp") if _only_v6(node.boot) else ("ip=dhcp",)),
        f"url={medium}.iso",
        "cloud-config-url=/dev/null",
        "autoinstall",
        f"ds=nocloud;s={url}/autoinstall/{node.name}/",
    )


def _same(path: str) -> Callable[[OperatingSystem], str]:
    return lambda os: path


NETBOOT = "netboot/debian-installer/amd64"
"""Where Debian has the installer that starts from the network."""

MEDIA: Mapping[str, Installer] = MappingProxyType(
    {
        "el": Installer(_same("images/pxeboot/vmlinuz"), _same("images/pxeboot/initrd.img"), _anaconda),
        "debian": Installer(debian_file(f"{NETBOOT}/linux"), debian_file(f"{NETBOOT}/initrd.gz"), _debian),
        "ubuntu": Installer(_same("casper/vmlinuz"), _same("casper/initrd"), _ubuntu),
    }
)
"""By the family that an operating system's definition names."""
