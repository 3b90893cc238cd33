"""Groups for ClusterShell: a source for each of roles, groups and racks, and the short names among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.groups import Group, as_word, groups
from clusterdef.generators.once import once

from clusterdef.model import Cluster
from clusterdef.nodeset import fold

Sets = dict[str, str]


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Sets of machines by source, and those that need no source to be named."""
    found = sources(cluster)
    machines = [node.name for node in cluster.nodes.values() if not node.device]
    # A role hides a group of the same name, as it does where a set of machines is asked for on a command line.
    short = {"all": fold(machines)} if machines else {}
    return {"sources": found, "short": {**found.get("group", {}), **found.get("role", {}), **short}}


@once
def sources(cluster: Cluster) -> Mapping[str, Sets]:
    """`role`, `group` and `rack`, as far as there are any: every group's machines as a set."""
    found: dict[str, Sets] = {}
    taken: dict[str, dict[str, str]] = {}
    for group in groups(cluster):
        name = as_word(group.name, "-", taken.setdefault(group.kind, {}), "ClusterShell")
        found.setdefault(group.kind, {})[name] = _folded(group)
    return found


def _folded(group: Group) -> str:
    return fold([node.name for node in group.nodes])
