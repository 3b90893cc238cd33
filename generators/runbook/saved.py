"""What definitions say for bad days: what was saved, what is nobody's to change, and how to see that all is well."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clusterdef.generators.runbook.command import Block, address, desk, itself, line, on
from clusterdef.generators.runbook.relations import users_of

from clusterdef.languages import LANGUAGES, CannotSay
from clusterdef.model import Cluster, Module, Node

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
        module, _, check = name.partition(".")
        row = cluster.modules[module].definition.get("checks", {}).get(check) if module in cluster.modules else None
        if row:
            where = _where(row.get("from", "itself"), cluster.modules[module], node, cluster)
            lines = found.setdefault(where.name, [])
            lines += (
                f"{_filled(row['run'], node, where)} ||",
                f"  {line('echo', NOT_SO.format(row.get('description', name)))}",
            )
    return [on(itself(cluster.nodes[where]), cluster, *lines) for where, lines in found.items()]


def _where(origin: str, module: Module, node: Node, cluster: Cluster) -> Node:
    """The machine that a check runs on."""
    if origin == "consumer":
        users = users_of((module,), node, cluster)
        # One that is a single machine may itself be what died; the last user is rarely that.
        return cluster.nodes[users[-1]] if users else node
    return (desk(cluster) if origin == "head" else None) or node


def _filled(command: str, node: Node, where: Node) -> str:
    """The command with addresses and names in the place of its braces; other braces are the shell's own."""
    known = {"address": address(node), "name": node.name}

    def value(found: re.Match[str]) -> str:
        before, word = found.groups()
        end = node.endpoint(word) or where.endpoint(word)
        meant = known.get(word) or (end.host if end else "")
        if not meant:
            return found[0]
        return f"{before}[{_bare(meant)}]" if before == "//" and ":" in meant else before + _bare(meant)

    return re.sub(r"(//|(?<!\$))\{([a-z][a-z0-9-]*)\}", value, command)


def _bare(value: str) -> str:
    """A value that needs no quotes: it may stand inside the quotes of a command that somebody else wrote."""
    if LANGUAGES["sh"].say(value) != value:
        raise CannotSay(value, "sh", "it stands inside a command, where it can have no quotes")
    return value
