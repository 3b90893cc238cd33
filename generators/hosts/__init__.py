"""/etc/hosts: every name of the cluster, for the moments when no DNS answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.names import controllers, floating, machines

from clusterdef.model import Cluster


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The names of the cluster in sections that a reader can tell apart; an empty section is left out."""
    sections = (
        ("machines", list(machines(cluster))),
        ("management controllers", list(controllers(cluster))),
        ("addresses that move between machines", list(floating(cluster))),
    )
    return {"sections": [(title, records) for title, records in sections if records]}
