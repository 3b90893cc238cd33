"""What cloud-init makes of a ready image: the machine that an installer would have made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.generators.boot import console
from clusterdef.generators.installation import clocks, handout, keys, nearby, place, repositories, source_url, wanted
from clusterdef.generators.netplan import network, unknown

from clusterdef.model import Cluster, Node, Repository


def context_cloudinit(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What the template needs to know besides the machine itself."""
    assert subject.os
    found = wanted(subject, cluster)
    server = subject.endpoint("configuration")
    source = source_url(subject, "")
    known = repositories((*subject.os.repos, *subject.repos), source)
    found_at = tuple((one, url) for one, url in known if one.url or source)
    return {
        "place": place(cluster),
        "clocks": clocks(subject),
        "keys": keys(cluster),
        "yum": dict(_yum(found_at, subject.web_proxy)) if subject.os.family == "el" else {},
        "repositories": found_at,
        "packages": tuple(name for name in found if not name.startswith("-")),
        "nearby": nearby(subject),
        "unwanted": tuple(name.removeprefix("-") for name in found if name.startswith("-")),
        "arguments": (*console(subject), *subject.kernel),
        "server": server.host if server else None,
        "handout": handout(subject, cluster),
    }


def context_cloudinit_network(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """The machine's interfaces."""
    return {"network": network(subject, cluster), "unknown": unknown(subject)}


def _yum(found: tuple[tuple[Repository, str], ...], proxy: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Repositories as cloud-init hands them to dnf; our own packages are trusted as we are, and come without proxy."""
    for one, url in found:
        said: dict[str, Any] = {"name": one.name, "baseurl": url, "enabled": True, "gpgcheck": bool(one.url)}
        key = {"gpgkey": one.key} if one.key else {}
        by = {"proxy": proxy if one.url else "_none_"} if proxy else {}
        yield one.name, {**said, **key, **by}
