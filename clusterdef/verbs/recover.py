"""Recover: what brings a machine back that died, what is lost with it, and then to do it and wait until it is back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from clusterdef import wiring
from clusterdef.flows import join, way_back
from clusterdef.flows import recover as flow
from clusterdef.flows.comeback import Comeback, Door, Joining, Ports
from clusterdef.flows.parts import kept
from clusterdef.flows.recover import Job
from clusterdef.flows.way_back import Step
from clusterdef.generate import artifacts
from clusterdef.model import Cluster, Node
from clusterdef.ports.certificates import SIGNED, Standing
from clusterdef.ports.jobs import Jobs
from clusterdef.problem import Problem, Refused, Severity, has_errors, listing
from clusterdef.site import Site, load
from clusterdef.verbs import enc, generate, publish, token

CREATE = "virtual-machine"
"""The link whose file makes a virtual machine on its host."""
ASKS = frozenset({"network", "usb", "image"})
"""How a machine is installed that asks for its token by itself after its first start."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: which machine, for how many minutes each step that waits may wait, whether a person signs
    its certificate, and whether to begin again where a recovery is under way. `site` says the rest."""

    site: publish.Wish
    name: str
    state: Path
    now: int
    minutes: int = 60
    by_hand: bool = False
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """The machine that was meant, and where what goes on with it is kept."""

    wish: Wish
    site: Site
    cluster: Cluster
    node: Node
    jobs: Jobs

    def held(self) -> AbstractContextManager[None]:
        """Be the only one at it; Refused, naming who is, when somebody else does it already."""
        return self.jobs.held(self.node.name, self.wish.site.by)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a recovery would do. `job` is where it begins; `resumed` when that is not the beginning.

    `door` is where the machine fetches its token by itself, None where somebody brings it. `standing` is what the
    certificate authority has of the machine now; `lost`, `kept`, `back` and `others` are told to whoever agrees.
    """

    target: Target
    job: Job
    resumed: bool
    ports: Ports | None
    door: Door | None
    standing: Standing | None
    lost: str
    kept: tuple[str, ...]
    back: tuple[str, ...]
    others: tuple[str, ...]


def target(wish: Wish) -> Target:
    """The machine that is meant. Raises Refused, with nothing looked at, for a name that no machine has, and for a
    machine that cannot come back this way."""
    site = load(wish.site.file)
    if site.cluster is None:
        raise Refused(*(problem for problem in site.problems if problem.severity is Severity.ERROR))
    node = _machine(wish, site.cluster)
    return Target(wish, site, site.cluster, node, wiring.jobs(wish.state, "recovering"))


def plan(found: Target) -> Plan:
    """Look at everything, and change nothing.

    Raises Refused when the definition has errors or is not what is live, and when the configuration server cannot be
    asked.
    """
    _live(found)
    ports = _ports(found)
    standing = ports.certificates.look(found.node.certname) if ports else None
    job, resumed = _job(found, standing)
    if ports and job.way == "token":
        # A server that does not sign by tokens is told of before anything is lost.
        ports.tokens.armed(found.node.certname)
    door = _door(found) if job.way == "token" else None
    lost, kept, back = _disks(found.node, found.cluster)
    return Plan(found, job, resumed, ports, door, standing, lost, kept, back, tuple(_others(found.node, found.cluster)))


def _machine(wish: Wish, cluster: Cluster) -> Node:
    node = enc.node(cluster, wish.name)
    page = f"its page in the runbook tells how:   {wish.site.root}/current/runbook"
    if node.device:
        raise _nothing(node, "is a device: nothing is installed on it", page)
    if token.SERVICE in node.provides:
        raise _nothing(node, "has the certificate authority itself, which comes back from the backup alone", page)
    if {node.name, node.fqdn} & set(wish.site.here):
        raise _nothing(node, "is this machine, which cannot bring itself back", page)
    return node


def _nothing(node: Node, why: str, page: str) -> Refused:
    return Refused(Problem("recover-nothing", f"{node.name} {why}", advice=(page,), subject=node.name))


def _job(found: Target, standing: Standing | None) -> tuple[Job, bool]:
    """Where it begins: where a former attempt stood, or at the beginning."""
    wish = found.wish
    patience = 60 * wish.minutes
    former = None if wish.anew else _read(found.jobs.read(found.node.name))
    signed = standing is not None and standing.state == SIGNED
    again = flow.resumed(former, wish.now, patience, signed) if former else None
    if again:
        return again, True
    end = found.node.endpoint(token.SERVICE)
    way = "alone" if end is None or end.external else "hand" if wish.by_hand else "token"
    return Job(found.node.name, way, wish.site.by, wish.now, patience, since=wish.now), False


def _read(record: Mapping[str, Any] | None) -> Job | None:
    """The job of a record; one that is none counts for nothing."""
    try:
        job = Job(**record) if record else None
    except TypeError:
        return None
    sound = job and job.way in flow.TABLES and all(isinstance(one, int) for one in (job.begun, job.since, job.until))
    return job if sound else None


def _live(found: Target) -> publish.Survey:
    """What is live, held against what was generated. Refused when other files were published than those: other
    machines would change as well. What somebody changed by hand where it is live is mended."""
    survey = publish.survey(_without(found))
    for one in survey.targets:
        if one.live.was != kept(one.part.entries):
            raise Refused(_not_live(one.part.node.name, survey.generation.number))
    return survey


def _without(found: Target) -> publish.Wish:
    """A publication that leaves out the machine that is away."""
    site = found.wish.site
    return replace(site, without=",".join(filter(None, (site.without, found.node.name))))


def _not_live(machine: str, number: int) -> Problem:
    message = f"what is live on {machine} is not generation {number}: to publish it would change other machines too"
    advice = ("look at that first, and make it live:   clusterdef publish",)
    return Problem("recover-not-live", message, advice=advice, subject="recover")


def _ports(found: Target) -> Ports | None:
    """The machine's configuration server; None where it is none of this site's."""
    end = found.node.endpoint(token.SERVICE)
    if end is None or end.external:
        return None
    server, site = found.cluster.nodes[end.provider], found.wish.site
    here = bool({server.name, server.fqdn} & set(site.here))
    return Ports(*wiring.configuration_server(server.name, server.reached_at, here, site.ssh_config))


def _door(found: Target) -> Door | None:
    """Where the machine fetches its token by itself; None where it does not, or where nobody hands tokens out."""
    node, site = found.node, found.wish.site
    if node.install not in ASKS:
        return None
    try:
        head, addresses = token.head_of(node, found.cluster), token.addresses_of(node)
    except Refused:
        return None
    if head is node:
        return None
    here = bool({head.name, head.fqdn} & set(site.here))
    handover = wiring.handover(head.name, head.reached_at, wiring.HANDOVER, here, site.ssh_config)
    return Door(head.name, addresses, handover) if handover.there() else None


def _disks(node: Node, cluster: Cluster) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """What is lost, what is kept, and what somebody brings back from the backup."""
    volumes = node.layout.volumes if node.layout else ()
    mounts = [one.mount for one in volumes if one.mount.startswith("/") and one.mount not in node.keep]
    lost = f"everything on {listing(mounts)}" if mounts else "everything on its system disk"
    rows = [row for module in node.modules for row in cluster.modules[module].definition.get("backup", ())]
    return lost, node.keep, tuple(_by_folder(str(row["path"]) for row in rows))


def _by_folder(paths: Iterable[str]) -> Iterator[str]:
    """Paths; several of one folder in a word."""
    found: dict[str, list[str]] = {}
    for path in dict.fromkeys(paths):
        found.setdefault(path.rpartition("/")[0], []).append(path)
    for folder, alike in found.items():
        yield alike[0] if len(alike) == 1 else f"{folder} ({len(alike)} files)"


def _others(node: Node, cluster: Cluster) -> Iterator[str]:
    """Who misses it meanwhile: a line for each of its services that others use."""
    for service in node.provides:
        users = [one.name for one in cluster.nodes.values() if one is not node and _uses(one, service, node)]
        if users:
            yield f"{service}, which {listing(users, 3)} {'uses' if len(users) == 1 else 'use'}"


def _uses(user: Node, service: str, provider: Node) -> bool:
    return any(end.provider == provider.name for end in user.services.get(service, ()))


def recover(found: Plan, tell: flow.Tell, clock: flow.Clock) -> Job:
    """Do it, up to an end, which the job says; who calls holds the target.

    Raises Refused when somebody says no on the way: it can be run again then, as after a kill.
    """
    at = found.target
    work = Comeback(
        at.node.certname,
        found.ports,
        at.jobs,
        lambda: _published(at),
        lambda job: _join(at, job, clock.now()),
        found.door,
    )

    def keep(job: Job) -> None:
        at.jobs.write(at.node.name, asdict(job))

    ended = flow.run(found.job, work.act, keep, tell, clock)
    if ended.state not in flow.KEPT:
        at.jobs.forget(at.node.name)
    return ended


def _published(found: Target) -> str:
    """Make files anew that are not what was generated, and live; what changed, in words. Refused when the definition
    became another one meanwhile."""
    site = found.wish.site
    made = generate.generate(generate.Wish(site.file, site.root))
    if has_errors(made.problems):
        raise Refused(*made.problems)
    survey = _live(found)
    if not survey.open:
        return "its files are live"
    number = sum(len(one.difference.send) for one in survey.open)
    done = publish.publish(survey, False, lambda *told: None)
    if done.state == "refused":
        raise Refused(*done.problems)
    return f"{number} {'file' if number == 1 else 'files'} mended"


def _join(found: Target, job: Job, now: int) -> Joining:
    """What it joins with, for as long as is waited for it."""
    end = found.node.endpoint(token.SERVICE)
    assert end
    if job.way == "hand":
        return Joining(join.again(found.node, end.host, "", job.begun))
    word = secrets.token_urlsafe(32)
    line, armed = token.line(found.node, found.cluster, word, now + job.patience)
    return Joining(join.again(found.node, end.host, armed.attributes, job.begun), line, word)


def late(found: Plan, ended: Job, last: str) -> Problem:
    """What was waited for in vain, with what was seen last, and where to look."""
    node, minutes = found.target.node, ended.patience // 60
    there = f"ssh root@{node.reached_at}"
    if ended.state == "failed":
        message = f"{node.name} got no certificate within {minutes} minutes, and its token counts no more"
        server = found.target.cluster.nodes[node.services[token.SERVICE][0].provider]
        unit = "clusterdef-first-run" if found.door else "puppet"
        advice: tuple[str, ...] = (
            f"what it says itself:   {there} journalctl -u {unit} -n 50",
            f"why no request was signed:   ssh root@{server.reached_at} 'grep -rh autosign: /var/log/pup*/'",
            f"then try again:   clusterdef recover {node.name}",
        )
    else:
        message = f"{node.name} has its certificate, but reported no good configuration run within {minutes} minutes"
        advice = (
            f"run it there, and read what fails:   {there} puppet agent --test",
            f"then watch again:   clusterdef recover {node.name}",
        )
    return Problem("recover-late", message, label=last, advice=advice, subject=node.name)


def steps(found: Plan) -> list[Step]:
    """What the person does, once everything is prepared."""
    at = found.target
    head, paper = found.door.head if found.door else "", at.jobs.place(at.node.name)
    return list(way_back.steps(at.node, at.cluster, _script(at), paper, found.job.way == "hand", head))


def _script(found: Target) -> str | None:
    """The path of the file that makes the machine, where it is virtual and some output makes one."""
    rows = (
        replace(generator, outputs=tuple(one for one in generator.outputs if one.link == CREATE))
        for generator in found.site.generators
    )
    made = artifacts(found.cluster, [one for one in rows if one.outputs], found.site.render(), only=[found.node.name])
    return next((one.path for one in made), None)


__all__ = ["Job", "Plan", "Target", "Wish", "late", "plan", "recover", "steps", "target"]
