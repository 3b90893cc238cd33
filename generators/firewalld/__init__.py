"""Zones and policies of firewalld: the same openings as everywhere, one rule for each source, address and port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from clusterdef.generators.forwarding import gateway
from clusterdef.generators.openings import VERSIONS, Opening, nets, of_version, openings

from clusterdef.model import Cluster, Net, Node

FAMILY = {0: "", 4: "ipv4", 6: "ipv6"}
"""What firewalld calls versions of addresses; a rule without addresses is for both."""

ANSWERS = (Opening("udp", ((68, 68),), "answers to questions for an address", 4), Opening(
    "udp", ((546, 546),), "answers to questions for an address", 6, nets(("fe80::/10",)))
)  # fmt: skip
"""What comes back to a question that went to everybody; who asked does not recognise it as an answer."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. What is empty does not matter; lower priorities come first, and refusals before what is accepted."""

    comment: str
    family: str
    source: Net | None = None
    target: Net | None = None
    port: str = ""
    protocol: str = ""
    priority: int = 0
    refuse: bool = False


def context_firewalld(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What comes in."""
    return {"rules": tuple(rules((*ANSWERS, *openings(subject, cluster))))}


def context_firewalld_admins(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """Where administrators work."""
    return {"what": "administrators: everything passes", "sources": _collapsed(subject, "firewall.admins")}


def context_firewalld_trusted(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """Networks that are trusted besides; firewalld knows a source in one zone only."""
    admins = nets(subject.parameters.get("firewall.admins", ()))
    found = tuple(net for net in _collapsed(subject, "firewall.trust") if net not in admins)
    return {"what": "trusted networks: everything comes in", "sources": found}


def context_firewalld_policy(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """What is passed on."""
    route = gateway(subject, cluster)
    assert route
    found = [
        *_whole(_collapsed(subject, "firewall.admins"), "administrators", priority=-10),
        *_closed(route.closed),
        *_whole(route.inside, "the way out, and to each other"),
        *rules(route.openings),
    ]
    return {"rules": tuple(found)}


def rules(among: Iterable[Opening]) -> Iterator[Rule]:
    """A rule for each source, target and port of each opening."""
    for opening in among:
        family = FAMILY[opening.version]
        for source, target, port in product(_or_any(opening.sources), _or_any(opening.targets), opening.ports):
            yield Rule(opening.comment, family, source, target, port, opening.protocol)


def _or_any(among: tuple[Net, ...]) -> tuple[Net | None, ...]:
    """Networks, and none for every address there is."""
    return tuple(net if net.prefixlen else None for net in among) or (None,)


def _whole(among: Iterable[Net], comment: str, priority: int = 0) -> Iterator[Rule]:
    among = tuple(among)
    for version in VERSIONS:
        for net in of_version(among, version):
            yield Rule(comment, FAMILY[version], source=net, priority=priority)


def _closed(among: Iterable[Net]) -> Iterator[Rule]:
    among = tuple(among)
    for version in VERSIONS:
        for net in of_version(among, version):
            yield Rule("management controllers", FAMILY[version], target=net, refuse=True)


def _collapsed(node: Node, parameter: str) -> tuple[Net, ...]:
    found = nets(node.parameters.get(parameter, ()))
    return tuple(net for version in VERSIONS for net in of_version(found, version))
