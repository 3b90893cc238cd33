"""How a machine starts its installer: kernel, initrd and arguments, the same by every path that boots it.

Also who may be claimed at a menu. What a boot loader writes down is that loader's own room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from clusterdef.generators.media import MEDIA
from clusterdef.generators.once import once
from clusterdef.generators.places import by_number

from clusterdef.model import Cluster, Endpoint, Node


@dataclass(frozen=True, slots=True)
class Boot:
    """What a boot loader needs to know, all by HTTP; `arguments` are for the kernel, in order."""

    kernel: str
    initrd: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A machine that can be installed."""

    node: Node
    boot: Boot


@lru_cache(maxsize=256)
def base_url(endpoint: Endpoint) -> str:
    """`http://ADDRESS:PORT` of a service, by address: no name server is needed while a machine is installed."""
    protocol = endpoint.protocol or "http"
    usual = {"http": 80, "https": 443}.get(protocol)
    port = f":{endpoint.port}" if endpoint.port and endpoint.port != usual else ""
    return f"{protocol}://{bracketed(endpoint.address or endpoint.host)}{port}"


def bracketed(name: str) -> str:
    """A host as it stands in a URL: IPv6 addresses in brackets."""
    try:
        return f"[{name}]" if ip_address(name).version == 6 else name
    except ValueError:
        return name


def boot(node: Node) -> Boot | None:
    """How `node` starts its installer; None where there is nothing to install it from."""
    source = node.endpoint("install-files")
    if node.os is None or source is None or node.os.family not in MEDIA:
        return None
    installer = MEDIA[node.os.family]
    url = base_url(source)
    medium = f"{url}/media/{node.os.media}"
    arguments = (*installer.arguments(node, url, medium), *console(node), *node.kernel)
    return Boot(f"{medium}/{installer.kernel(node.os)}", f"{medium}/{installer.initrd(node.os)}", arguments)


@once
def pages(cluster: Cluster) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The machines that may be claimed: by rack where racks are known, by group or role elsewhere."""
    found: dict[str, list[Entry]] = {}
    for entry in _claimable(cluster):
        found.setdefault(_page(entry.node), []).append(entry)
    return tuple((title, tuple(found[title])) for title in sorted(found, key=by_number))


def _claimable(cluster: Cluster) -> Iterator[Entry]:
    for node in cluster.nodes.values():
        found = boot(node) if node.install == "network" and node.boot else None
        if found:
            yield Entry(node, found)


def _page(node: Node) -> str:
    if node.place.rack:
        return f"rack {node.place.rack}"
    return f"group {node.groups[0]}" if node.groups else f"role {node.roles[0]}"


def console(node: Node) -> tuple[str, ...]:
    """The kernel arguments of a node's serial console; the screen stays a console too."""
    if not node.console or f"console={node.console}" in node.kernel:
        return ()
    return ("console=tty0", f"console={node.console}")


def serial(node: Node) -> tuple[str, str] | None:
    """Number and speed of the serial port that a boot loader shows its menu on as well."""
    if not node.console or not node.console.startswith("ttyS"):
        return None
    port, _, speed = node.console.removeprefix("ttyS").partition(",")
    return port, speed or "9600"
