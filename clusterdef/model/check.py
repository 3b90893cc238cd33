"""What can be tried on a machine to see whether it works, as the definitions of its modules say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.model.cluster import Cluster
from clusterdef.model.definition import Module
from clusterdef.model.node import Node
from clusterdef.model.use import users_of

ROOT = "root"
SECONDS = {"s": 1, "m": 60, "h": 3600}
WITHIN = "30s"
"""How long a check may take that does not say it."""

DESK = "install-files"
"""What the machine hands out from which the others are looked after."""

PLAIN = re.compile(r"[A-Za-z0-9._:-]+")
"""What may stand inside a command that somebody else wrote, whatever quotes are around it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one machine. `name` is `module.check`, `where` the node that it is run on, `user` who runs it
    there, `seconds` how long it may take to come true.

    `run` is a line of sh, with addresses and names in it; or `script` is the file beside the module's definition that
    is run instead.
    """

    name: str
    node: str
    where: str
    description: str
    seconds: int
    run: str
    script: str = ""
    user: str = ROOT

    @property
    def module(self) -> str:
        """The module that knows it."""
        return self.name.partition(".")[0]


def checks(node: Node, cluster: Cluster) -> Iterator[Check]:
    """Every check of every module that a machine carries, in their order."""
    for name in node.modules:
        for check in cluster.modules[name].definition.get("checks", {}):
            found = check_of(f"{name}.{check}", node, cluster)
            if found:
                yield found


def check_of(name: str, node: Node, cluster: Cluster) -> Check | None:
    """The check `module.check` of one machine; None where no module of the cluster has it."""
    module = cluster.modules.get(name.partition(".")[0])
    row: Mapping[str, Any] | None = module.definition.get("checks", {}).get(name.partition(".")[2]) if module else None
    if module is None or row is None:
        return None
    where = _where(row.get("from", "itself"), module, node, cluster)
    first = next((admin.name for admin in cluster.admins), "")
    run = _filled(row.get("run", ""), node, where, first)
    within = row.get("within", WITHIN)
    seconds = int(within[:-1]) * SECONDS[within[-1]]
    user = first if row.get("as") == "user" else ROOT
    return Check(name, node.name, where.name, row.get("description", name), seconds, run, row.get("script", ""), user)


def _where(origin: str, module: Module, node: Node, cluster: Cluster) -> Node:
    """The machine that a check is run on."""
    if origin == "consumer":
        users = users_of((module,), node, cluster)
        # One that is a single machine may itself be what died; the last user is rarely that.
        return cluster.nodes[users[-1]] if users else node
    desk = next(iter(cluster.providers(DESK)), None) if origin == "head" else None
    return desk or node


def _filled(command: str, node: Node, where: Node, first: str) -> str:
    """The command with addresses and names in the place of its braces; other braces are the shell's own."""
    known = {"address": node.reached_at, "name": node.name, "user": first}

    def value(found: re.Match[str]) -> str:
        before, word = found.groups()
        end = node.endpoint(word) or where.endpoint(word)
        meant = known.get(word) or (end.host if end else "")
        if not meant:
            return found[0]
        if not PLAIN.fullmatch(meant):
            raise ValueError(f"{meant} stands inside a command, where it can have no quotes")
        return f"{before}[{meant}]" if before == "//" and ":" in meant else before + meant

    return re.sub(r"(//|(?<!\$))\{([a-z][a-z0-9-]*)\}", value, command)
