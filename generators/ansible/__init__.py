"""The inventory for Ansible: every machine that can be logged in to, groups by role, group and rack, and where it is
told what a machine is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.classify import by_documents
from clusterdef.generators.groups import as_word, groups

from clusterdef.model import Cluster


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """The full name of each machine, and the names of each group's machines."""
    machines = {node.name: node.fqdn for node in cluster.nodes.values() if not node.device}
    children: dict[str, list[str]] = {}
    taken: dict[str, str] = {}
    for group in groups(cluster):
        members = [node.name for node in group.nodes if not node.device]
        if members:
            children[as_word(f"{group.kind}_{group.name}", "", taken, "Ansible")] = members
    return {"machines": machines, "children": children, "documents": by_documents(cluster)}
