"""What machines fetch by TFTP besides the published files: boot loaders, from the packages of the boot server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.loaders import LOADERS, needed

from clusterdef.model import Cluster


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Every loader, and those that the machines to be installed cannot do without."""
    machines = [node for node in cluster.nodes.values() if node.install == "network" and node.boot]
    return {"loaders": LOADERS, "needed": needed(node.firmware for node in machines)}
