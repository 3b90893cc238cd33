"""What definitions say for bad days: what was saved, what is nobody's to change, and how to see that all is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clusterdef.generators.runbook.command import Block, itself, line, on

from clusterdef.model import Cluster, Module, Node, check_of

NOT_SO = "not so: {}"
"""What a check says that fails; one that passes says nothing of its own."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A path that is in the backup, or the command whose output is; `restore` says when it is put back."""

    path: str
    dump: str
    restore: str
    secret: bool
    lost: str


def saved(modules: Sequence[Module]) -> list[Saved]:
    """Everything of these modules that is in the backup."""
    return [
        Saved(
            row["path"],
            row.get("dump", ""),
            row.get("restore", "before-configure"),
            row.get("secret", False),
            row.get("description", ""),
        )
        for module in modules
        for row in module.definition.get("backup", ())
    ]


def not_ours(modules: Sequence[Module]) -> list[tuple[str, str]]:
    """Files that the software writes itself: module and path."""
    return [(module.name, path) for module in modules for path in module.definition.get("files_not_ours", ())]


def checks(roles: Sequence[str], node: Node, cluster: Cluster) -> list[Block]:
    """The health checks of these roles as they are typed for one machine, by the place where they are typed."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(check for role in roles for check in cluster.roles[role].health):
        check = check_of(name, node, cluster)
        if check and check.run:
            lines = found.setdefault(check.where, [])
            lines += (f"{check.run} ||", f"  {line('echo', NOT_SO.format(check.description))}")
    return [on(itself(cluster.nodes[where]), cluster, *lines) for where, lines in found.items()]
