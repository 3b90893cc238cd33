"""Moves: nodes whose address or name would not be what it was.

Cables, certificates and known_hosts hang on these, so they need consent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.model import Cluster, Node
from clusterdef.nodeset import fold
from clusterdef.problem import Mark, Problem, Severity

Facts = dict[str, Any]


def facts(cluster: Cluster) -> Facts:
    """What is remembered of each node, for the next comparison: full name, addresses by network, hardware addresses."""
    return {name: _facts(node) for name, node in cluster.nodes.items()}


def _facts(node: Node) -> Facts:
    addresses = {one.network.name: [str(placed) for placed in one.addresses] for one in node.interfaces}
    if node.bmc:
        addresses["bmc"] = [str(node.bmc.address)]
    return {
        "fqdn": node.fqdn,
        "addresses": addresses,
        "macs": sorted(mac for one in node.interfaces for mac in one.macs),
    }


@dataclass(frozen=True, slots=True)
class Move:
    """One node that moves: what changes, from what, to what. `what` is a network, `bmc` or `name`."""

    node: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.node}: {self.what} {self.old} -> {self.new}"


def moves(before: Mapping[str, Any], cluster: Cluster) -> Iterator[Move]:
    """The nodes that were there before and would have another address or another name.

    A node that has a lost node's hardware address has been renamed.
    """
    if not before:
        return
    lost = {mac: name for name, old in before.items() if name not in cluster.nodes for mac in old.get("macs", ())}
    for name, new in cluster.once(facts).items():
        if name in before:
            yield from _changed(name, before[name], new)
        else:
            former = next((lost[mac] for mac in new["macs"] if mac in lost), None)
            if former:
                yield Move(name, "name", former, name)


def _changed(name: str, old: Facts, new: Facts) -> Iterator[Move]:
    if old["fqdn"] != new["fqdn"]:
        yield Move(name, "name", old["fqdn"], new["fqdn"])
    for network, addresses in old["addresses"].items():
        now = new["addresses"].get(network)
        if now is not None and now != addresses and addresses:
            yield Move(name, network, ", ".join(addresses), ", ".join(now) or "none")


def problem(found: list[Move], mark: Mark | None, severity: Severity) -> Problem:
    """The moves as a problem that asks for consent."""
    names = list(dict.fromkeys(move.node for move in found))
    shown = [str(move) for move in found[:5]]
    more = [f"and {len(found) - 5} more"] if len(found) > 5 else []
    return Problem(
        "nodes-move",
        f"{fold(names)} would move to another address or name",
        mark,
        advice=(
            *shown,
            *more,
            "a set counts from its first number: take its first member out by `retired:`, and leave the set as it is",
            f"if it is meant:   clusterdef generate --consent {fold(names)}",
        ),
        severity=severity,
        subject="addresses",
    )
