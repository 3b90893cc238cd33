"""Rules of nftables: what each machine lets in, and what a gateway passes on and under whose address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clusterdef.generators.forwarding import TO_MANY, bridges, gateway, own_subnets, sides, translated
from clusterdef.generators.openings import VERSIONS, nets, of_version, openings

from clusterdef.model import Cluster, Net, Node

Families = tuple[tuple[str, tuple[Net, ...]], ...]
FAMILY = {4: "ip", 6: "ip6"}


def context_nftables(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """Everything the packet filter says; networks are in pairs of a family and its addresses."""
    route = gateway(subject, cluster)
    return {
        "admins": families(nets(subject.parameters.get("firewall.admins", ()))),
        "trusted": families(nets(subject.parameters.get("firewall.trust", ()))),
        "own": families(own_subnets(subject)),
        "openings": openings(subject, cluster),
        "log": bool(subject.parameters.get("firewall.log_refused")),
        "bridges": bridges(subject),
        "sides": () if route else sides(subject),
        "gateway": route,
        "inside": families(route.inside) if route else (),
        "closed": families(route.closed) if route else (),
    }


def context_nat(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """Which networks leave under this machine's address, and whom they reach without."""
    inside = translated(subject)
    pairs = [(family, nets, dict(families((*inside, *TO_MANY)))[family]) for family, nets in families(inside)]
    return {"translated": pairs}


def families(among: Iterable[Net]) -> Families:
    """Addresses by family, without the families that have none."""
    among = tuple(among)
    found = ((FAMILY[version], of_version(among, version)) for version in VERSIONS)
    return tuple(pair for pair in found if pair[1])
