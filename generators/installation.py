"""What a machine is installed from and with, whichever installer does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urlsplit

from clusterdef.generators.boot import base_url
from clusterdef.generators.once import once
from clusterdef.generators.suites import SUITES

from clusterdef.model import Cluster, Node, Repository


@dataclass(frozen=True, slots=True)
class Place:
    """Where the machine stands, as its clock and its keyboard see it."""

    language: str
    keyboard: str
    timezone: str


def place(cluster: Cluster) -> Place:
    """The same for all machines of a cluster."""
    return Place(cluster.language, cluster.keyboard, cluster.timezone)


@once
def keys(cluster: Cluster) -> tuple[str, ...]:
    """The public keys of all administrators, with which they come in as root."""
    return tuple(key for admin in cluster.admins for key in admin.keys)


def source_url(node: Node, key: str) -> str:
    """Beginning of the URLs of media and repositories: the head's, or that of the key."""
    endpoint = node.endpoint("install-files")
    return base_url(endpoint) if endpoint and node.install != "usb" else key


@lru_cache(maxsize=256)
def repositories(found: tuple[Repository, ...], source: str) -> tuple[tuple[Repository, str], ...]:
    """Repositories with their URLs, each once, in order."""
    return tuple((one, one.url or f"{source}/repos/{one.name}/") for one in dict.fromkeys(found))


def yum_files(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What an installed machine of Enterprise Linux has below /etc/yum.repos.d: names, and the lines of each.

    The installer could leave its own behind (`repo --install`), but those have no key, and dnf.conf asks for one; and
    those of a machine that was installed by key would lead to the key. Its packages come from the head like everybody's
    later; until that serves them, it does without.
    """
    assert node.os
    endpoint = node.endpoint("install-files")
    source = base_url(endpoint) if endpoint else ""
    return _yum_files((*node.os.repos, *node.repos), source, node.web_proxy, node.install == "usb")


@lru_cache(maxsize=256)
def _yum_files(
    found: tuple[Repository, ...], source: str, proxy: str | None, key: bool
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The same for all machines that get their packages from the same places."""
    known = ((one, url) for one, url in repositories(found, source) if one.url or source)
    return tuple((one.name, tuple(_yum_lines(one, url, proxy, key))) for one, url in known)


def _yum_lines(repository: Repository, url: str, proxy: str | None, key: bool) -> Iterator[str]:
    """Our own packages are trusted as we are; those of others are what a key has signed."""
    yield f"[{repository.name}]"
    yield f"name={repository.name}"
    yield f"baseurl={url}"
    yield "enabled=1"
    yield f"gpgcheck={1 if repository.url else 0}"
    if repository.key:
        yield f"gpgkey={repository.key}"
    if proxy and repository.url:
        yield f"proxy={proxy}"
    if key:
        yield "skip_if_unavailable=1"


def apt_files(node: Node, cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """What a machine of Debian's family that was installed by key has below /etc/apt/sources.list.d once the key is
    pulled out: names, and the line of each. Its packages come from the head like everybody's; the head has Debian
    itself, as a mirror, where it installs machines with it."""
    endpoint = node.endpoint("install-files")
    if node.install != "usb" or endpoint is None:
        return ()
    assert node.os
    source = base_url(endpoint)
    found = repositories((*node.os.repos, *node.repos), source)
    ours = tuple((one.name, f"deb [trusted=yes] {url} ./") for one, url in found if not one.url)
    if node.os.family != "debian" or node.os.name not in _mirrored(cluster):
        return ours
    return (("clusterdef-medium", f"deb {source}/media/{node.os.media} {SUITES[node.os.major]} main"), *ours)


@once
def _mirrored(cluster: Cluster) -> frozenset[str]:
    """The operating systems that machines get over the network."""
    return frozenset(node.os.name for node in cluster.nodes.values() if node.os and node.install == "network")


def handout(node: Node, cluster: Cluster) -> str:
    """Where a machine gets the token for its certificate after its first start; nothing where a person signs."""
    server, head = node.endpoint("configuration"), node.endpoint("install-files")
    signs = cluster.nodes.get(server.provider) if server else None
    ours = head is not None and head.provider in cluster.nodes
    by_token = ours and signs and signs.parameters.get("puppet_server.signing", "token") == "token"
    return f"{base_url(head)}/token" if head and by_token else ""


def clocks(node: Node) -> tuple[str, ...]:
    """Time servers: the cluster's own, or else those of the machine's networks."""
    servers = (endpoint for endpoint in node.services.get("time", ()) if endpoint.provider != node.name)
    names = [endpoint.address or endpoint.host for endpoint in servers]
    names = names or [name for interface in node.interfaces for name in interface.network.ntp]
    return tuple(dict.fromkeys(names))


MOUNTING: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "el": {"nfs": "nfs-utils", "nfs4": "nfs-utils", "cifs": "cifs-utils"},
        "debian": {"nfs": "nfs-common", "nfs4": "nfs-common", "cifs": "cifs-utils"},
        "ubuntu": {"nfs": "nfs-common", "nfs4": "nfs-common", "cifs": "cifs-utils"},
    }
)
"""By family and type of file system: the package without which it cannot be mounted."""


def wanted(node: Node, cluster: Cluster) -> tuple[str, ...]:
    """Packages of the machine, of its modules and for what it mounts, as `packages` has them."""
    modules = (cluster.modules[name].packages for name in node.modules)
    return packages((node.packages, *modules, _mounting(node)))


def _mounting(node: Node) -> tuple[str, ...]:
    known = MOUNTING.get(node.os.family, {}) if node.os else {}
    return tuple(dict.fromkeys(known[mount.type] for mount in node.mounts if mount.type in known))


def nearby(node: Node) -> str:
    """The host that media and repositories of our own come from, which no proxy is asked for; nothing with a key."""
    return urlsplit(source_url(node, "")).hostname or ""


@lru_cache(maxsize=256)
def packages(lists: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Packages of the machine and of its modules, sorted: groups first, then what is left out last."""
    found = {name for names in lists for name in names}
    return tuple(sorted(found, key=lambda name: (name.startswith("-"), not name.startswith("@"), name)))
