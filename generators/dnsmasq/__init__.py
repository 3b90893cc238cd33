"""dnsmasq on the head: who gets which address, which boot file and which name, and where it keeps silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.dnsmasq.words import host, options, span
from clusterdef.generators.loader import LOADERS, by_http
from clusterdef.generators.names import managed
from clusterdef.generators.reservation import reservations
from clusterdef.generators.segment import segments
from clusterdef.generators.servers import answering, servers, silent, upstream

from clusterdef.model import Cluster


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Everything the configuration says, section by section."""
    nodes = servers(cluster, "dhcp", "dns")
    parts = list(segments(cluster, nodes))
    served = {part.network.name for part in parts if not part.proxy}
    return {
        "servers": nodes,
        "nameless": _nameless(cluster),
        "listen": [placed.address for interface in answering(nodes) for placed in interface.addresses],
        "silent": silent(nodes),
        "segments": [(part, span(part), list(options(part))) for part in parts],
        "loaders": LOADERS,
        "by_http": by_http,
        "boot_segments": [part for part in parts if part.boot_server],
        "reservations": [host(one) for one in reservations(cluster, served)],
        "domains": sorted({one.domain for one in cluster.networks.values() if one.names == "managed" and one.domain}),
        "records": list(managed(cluster)),
        "upstream": upstream(cluster, nodes),
        "announce": any(part.announced for part in parts),
    }


def _nameless(cluster: Cluster) -> bool:
    """Whether all names are in the hands of others, whom every machine asks: then ours answers no question at all."""
    return all(network.names != "managed" and network.dns for network in cluster.networks.values())
