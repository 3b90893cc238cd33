"""How a machine starts its installer: kernel, initrd and arguments, the same by every path that boots it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from clusterdef.model import Endpoint, Interface, Node


@dataclass(frozen=True, slots=True)
class Boot:
    """What a boot loader needs to know, all by HTTP; `arguments` are for the kernel, in order."""

    kernel: str
    initrd: str
    arguments: tuple[str, ...]


@lru_cache(maxsize=256)
def base_url(endpoint: Endpoint) -> str:
    """`http://ADDRESS:PORT` of a service, by address: no name server is needed while a machine is installed."""
    protocol = endpoint.protocol or "http"
    usual = {"http": 80, "https": 443}.get(protocol)
    port = f":{endpoint.port}" if endpoint.port and endpoint.port != usual else ""
    return f"{protocol}://{_host(endpoint.address or endpoint.host)}{port}"


def _host(name: str) -> str:
    try:
        return f"[{name}]" if ip_address(name).version == 6 else name
    except ValueError:
        return name


def boot(node: Node) -> Boot | None:
    """How `node` starts its installer; None where there is nothing to install it from."""
    source = node.endpoint("install-files")
    if node.os is None or source is None or node.os.family != "el":
        return None
    url, media = _media(source, node.os.media)
    arguments = (
        f"inst.stage2={media}/",
        f"inst.ks={url}/kickstart/{node.name}.cfg",
        _address(node.boot),
        *console(node),
        *node.kernel,
    )
    return Boot(f"{media}/images/pxeboot/vmlinuz", f"{media}/images/pxeboot/initrd.img", arguments)


@lru_cache(maxsize=256)
def _media(source: Endpoint, name: str) -> tuple[str, str]:
    """URLs of the server and of a medium on it."""
    url = base_url(source)
    return url, f"{url}/media/{name}"


def console(node: Node) -> tuple[str, ...]:
    """The kernel arguments of a node's serial console; the screen stays a console too."""
    if not node.console or f"console={node.console}" in node.kernel:
        return ()
    return ("console=tty0", f"console={node.console}")


def _address(interface: Interface | None) -> str:
    """How the installer gets its first address; afterwards the kickstart file says."""
    only_v6 = interface and interface.addresses and interface.v4 is None
    return "ip=dhcp6" if only_v6 else "ip=dhcp"
