"""Targets for Prometheus (file_sd): every machine with what is worth a label, once in all and once by role.

Targets have no port: the job says its exporter's by relabelling, so that one list serves every exporter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clusterdef.model import Cluster, Node, Role


def context_targets(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Every machine that has an operating system."""
    nodes = (node for node in cluster.nodes.values() if not node.device)
    return {"targets": [_target(node, cluster, {"roles": _list(node.roles)}) for node in nodes]}


def context_targets_of_role(subject: Role, cluster: Cluster) -> Mapping[str, Any]:
    """The machines that were given the role."""
    return {"targets": [_target(node, cluster, {"role": subject.name}) for node in cluster.given(subject.name)]}


def _target(node: Node, cluster: Cluster, more: Mapping[str, str]) -> Mapping[str, Any]:
    labels = {"cluster": cluster.name, "node": node.name, **more}
    known = {"rack": node.place.rack, "groups": _list(node.groups)}
    return {"targets": [node.fqdn], "labels": {**labels, **{key: value for key, value in known.items() if value}}}


def _list(words: Iterable[str]) -> str:
    """Several words in one label, with commas around each, so that `.*,worker,.*` finds one of them."""
    return "".join(f",{word}" for word in words) + "," if words else ""
