"""Certificate: what the certificate authority has of machines, and to take it away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterdef import wiring
from clusterdef.flows.comeback import Ports
from clusterdef.model import Cluster, Node
from clusterdef.ports.certificates import Standing
from clusterdef.problem import Problem, Refused
from clusterdef.verbs import token
from clusterdef.verbs.generate import chosen_nodes


@dataclass(frozen=True, slots=True)
class Row:
    """One machine: what the authority has of it, and whether a token of it waits to be used."""

    node: Node
    standing: Standing | None
    armed: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the authority is asked from: the cluster, the names of this machine, and settings for ssh."""

    cluster: Cluster
    here: tuple[str, ...]
    ssh_config: Path | None = None

    def ports(self, node: Node) -> Ports:
        """The configuration server of a machine. Raises Refused where it is none of this site's."""
        end = node.endpoint(token.SERVICE)
        if node.device or end is None or end.external:
            raise Refused(_nothing(node))
        server = self.cluster.nodes[end.provider]
        here = bool({server.name, server.fqdn} & set(self.here))
        return Ports(*wiring.configuration_server(server.name, server.reached_at, here, self.ssh_config))


def rows(desk: Desk, nodeset: str) -> Iterator[Row]:
    """What there is of each machine; nothing is changed.

    Raises Refused for a name that no machine has, for one without a server of this site, and when that says no.
    """
    nodes = [desk.cluster.nodes[name] for name in chosen_nodes(nodeset, desk.cluster)]
    known: dict[str, Ports] = {}
    for node in nodes:
        end = node.endpoint(token.SERVICE)
        where = end.provider if end else ""
        ports = known[where] if where in known else known.setdefault(where, desk.ports(node))
        yield Row(node, ports.certificates.look(node.certname), ports.tokens.armed(node.certname))


def clean(desk: Desk, node: Node) -> Sequence[Standing]:
    """Take everything away that there is of a machine: what it was. Its token counts no more either."""
    if token.SERVICE in node.provides:
        raise Refused(_authority(node))
    ports = desk.ports(node)
    ports.tokens.disarm(node.certname)
    return ports.certificates.clean(node.certname)


def _nothing(node: Node) -> Problem:
    message = f"{node.name} gets no certificate of this site: no server of ours configures it"
    advice = ("name machines that a configuration server of this site configures",)
    return Problem("certificate-nothing", message, advice=advice, subject=node.name)


def _authority(node: Node) -> Problem:
    message = f"{node.name} has the authority itself: without its certificate no machine would be served any more"
    advice = ("its page in the runbook tells how it is made anew",)
    return Problem("certificate-nothing", message, advice=advice, subject=node.name)
