"""Retrofit: machines that had a life before are joined without a change, and taken over class by class."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterdef import wiring
from clusterdef.flows import join
from clusterdef.flows.comeback import Ports
from clusterdef.model import Cluster, Node
from clusterdef.ports.certificates import SIGNED
from clusterdef.ports.jobs import Jobs
from clusterdef.ports.reports import Report, Resource
from clusterdef.problem import Problem, Refused, Severity
from clusterdef.site import load
from clusterdef.verbs import publish, token
from clusterdef.verbs.generate import chosen_nodes

CLASSES = "class"
"""The format of the parameter that says which classes may change a machine already."""
OWN = "main"
"""What stands in no class: the site's own manifest."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: which machines, and for how many minutes a token holds. `site` says the rest."""

    site: publish.Wish
    nodeset: str
    state: Path
    now: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine: whether it has a certificate, its last run, and the classes that may change it already, which is
    None for all of them."""

    node: Node
    server: Node
    joined: bool
    report: Report | None
    only: tuple[str, ...] | None

    def by_class(self) -> Mapping[str, Sequence[Resource]]:
        """What its last run would have changed, by the first word of its class; those that would have changed nothing
        with nothing."""
        found: dict[str, list[Resource]] = {}
        for resource in self.report.resources if self.report else ():
            if resource.noop or resource.failed:
                found.setdefault(_class(resource), []).append(resource)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was looked at. `parameter` is what adopting is written with, empty where there is none."""

    wish: Wish
    cluster: Cluster
    machines: tuple[Machine, ...]
    jobs: Jobs
    parameter: str


def look(wish: Wish) -> Found:
    """The machines as they stand; nothing is changed.

    Raises Refused when the definition has errors, for a machine that no server of this site configures, and when that
    server cannot be asked.
    """
    site = load(wish.site.file)
    if site.cluster is None:
        raise Refused(*(problem for problem in site.problems if problem.severity is Severity.ERROR))
    cluster = site.cluster
    nodes = [cluster.nodes[name] for name in chosen_nodes(wish.nodeset, cluster)]
    parameter = next(_parameters(nodes, cluster), "")
    ports: dict[str, Ports] = {}
    machines = tuple(_machine(wish, node, _server(node, cluster), ports, parameter) for node in nodes)
    return Found(wish, cluster, machines, wiring.jobs(wish.state, "joining"), parameter)


def _server(node: Node, cluster: Cluster) -> Node:
    end = node.endpoint(token.SERVICE)
    if node.device or end is None or end.external:
        message = f"{node.name} is configured by no server of this site"
        advice = ("name machines whose role carries a configuration agent",)
        raise Refused(Problem("retrofit-nothing", message, advice=advice, subject=node.name))
    return cluster.nodes[end.provider]


def _machine(wish: Wish, node: Node, server: Node, known: dict[str, Ports], parameter: str) -> Machine:
    if server.name not in known:
        known[server.name] = _ports(wish, server)
    standing = known[server.name].certificates.look(node.certname)
    joined = standing is not None and standing.state == SIGNED
    report = known[server.name].reports.latest(node.certname) if joined else None
    only = node.parameters.get(parameter)
    return Machine(node, server, joined, report, None if only is None else tuple(only))


def _ports(wish: Wish, server: Node) -> Ports:
    here = bool({server.name, server.fqdn} & set(wish.site.here))
    return Ports(*wiring.configuration_server(server.name, server.reached_at, here, wish.site.ssh_config))


def _parameters(nodes: Iterable[Node], cluster: Cluster) -> Iterator[str]:
    """The parameters that list classes, of the modules that these machines carry."""
    for module in dict.fromkeys(name for node in nodes for name in node.modules):
        for name, rule in cluster.modules[module].definition.get("parameters", {}).items():
            if rule.get("items", {}).get("format") == CLASSES:
                yield f"{module}.{name}"


def _class(resource: Resource) -> str:
    """The first word of the class that a resource stands in: what a class is adopted by."""
    path = [one for one in resource.classes if not one.startswith("Stage[")]
    return path[0].split("::")[0].lower() if len(path) > 1 else OWN


def classes(machine: Machine, cluster: Cluster) -> list[str]:
    """The first words of all classes of a machine, in the order of its modules."""
    every = (one for module in machine.node.modules for one in cluster.modules[module].classes)
    return list(dict.fromkeys(one.split("::")[0] for one in every))


def prepare(found: Found) -> list[tuple[Machine, Path]]:
    """Arm a token for each machine that has no certificate, and keep the script that joins it: machine and path.

    Raises Refused when the server says no; it can be done again, and then former scripts no longer count.
    """
    return [(machine, _prepared(found, machine)) for machine in found.machines if not machine.joined]


def _prepared(found: Found, machine: Machine) -> Path:
    wish, node = found.wish, machine.node
    ports = _ports(wish, machine.server)
    with found.jobs.held(node.name, wish.site.by):
        standing = ports.certificates.look(node.certname)
        if standing and standing.state == SIGNED:
            raise Refused(_meanwhile(node))
        # A request that waits would stand in the way.
        ports.certificates.clean(node.certname)
        word = secrets.token_urlsafe(32)
        line, armed = token.line(node, found.cluster, word, wish.now + 60 * wish.minutes)
        server = node.services[token.SERVICE][0].host
        agent = _agent(node, found.cluster)
        found.jobs.paper(node.name, join.existing(node, server, armed.attributes, wish.now, agent))
        ports.tokens.arm(node.certname, line)
    return found.jobs.place(node.name)


def _meanwhile(node: Node) -> Problem:
    message = f"{node.name} got its certificate meanwhile"
    return Problem("retrofit-joined", message, advice=("look again:   clusterdef retrofit",), subject=node.name)


def _agent(node: Node, cluster: Cluster) -> list[str]:
    """The packages of what asks the configuration server, without those that the site does not want."""
    modules = [cluster.modules[name] for name in node.modules]
    asking = [module for module in modules if token.SERVICE in module.definition.get("requires", {})]
    return [one for module in asking for one in module.packages if f"-{one}" not in node.packages]


def still(machines: Sequence[Machine], cluster: Cluster) -> list[str]:
    """The classes that would change nothing on any of these machines that has them."""
    moved = {name for machine in machines for name in machine.by_class()}
    every = dict.fromkeys(name for machine in machines for name in classes(machine, cluster))
    return [name for name in every if name not in moved]
