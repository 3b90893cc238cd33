"""The runbook: for the one person on call, what each loss means here and what to do, with commands to paste."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clusterdef.generators.once import once
from clusterdef.generators.places import cables, switches
from clusterdef.generators.runbook.command import SITE, Block, assignment, itself, line, one_of
from clusterdef.generators.runbook.relations import Need, external, guests, needs, together, uses
from clusterdef.generators.runbook.saved import checks, not_ours, saved
from clusterdef.generators.runbook.steps import READ_THERE, Step, look, steps

from clusterdef.model import Cluster, Node, Role

WORDS: Mapping[str, Mapping[str, str]] = {
    "phases": {"install": "To install it", "configure": "To configure it"},
    "restored": {
        "before-configure": "before its first configuration",
        "after-configure": "after its first configuration",
        "by-hand": "by hand, when the disks themselves were lost",
    },
}
"""What the words of definitions mean to a person."""


def context_runbook(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Where to begin: machines that stand alone, roles that several have, and everything they lean on."""
    return {
        "machines": [
            (node, told_once(losses(node.roles, cluster))) for node in cluster.nodes.values() if has_page(node, cluster)
        ],
        "roles": [
            (role, together(names(cluster.given(name))), told_once(losses((name,), cluster)))
            for name, role in cluster.roles.items()
            if len(cluster.given(name)) > 1
        ],
        "switch_on": switch_on(cluster),
        "external": [(end, together(users)) for end, users in external(cluster)],
    }


def context_new_site(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """From bare machines to a cluster."""
    nodes = cluster.nodes.values()
    return {
        "order": order(cluster),
        "foreign": [one for one in cluster.networks.values() if one.names == "external"],
        "external": external(cluster),
        "controllers": together(tuple(node.name for node in nodes if node.bmc))
        if any(one.bmc for one in nodes)
        else "",
        "readers": [node.name for node in nodes if not READ_THERE.isdisjoint(node.provides)],
        "served": [node.name for node in cluster.providers("configuration")],
        "by_key": [node.name for node in nodes if node.install == "usb"],
        **_at_the_site(cluster),
    }


def context_existing_site(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """From machines that run already."""
    existing = tuple(node.name for node in cluster.nodes.values() if node.install == "existing")
    return {
        "existing": together(existing) if existing else "",
        "silent": [one for one in cluster.networks.values() if one.dhcp == "none"],
        "foreign": [one for one in cluster.networks.values() if one.names == "external"],
        "order": order(cluster),
        "look": next(iter(_dry_run(cluster)), None),
        **_at_the_site(cluster),
    }


def _dry_run(cluster: Cluster) -> Iterator[Block]:
    """What would change on a machine, where machines are configured by a server of ours."""
    if cluster.providers("configuration"):
        yield Block("on the machine", (line("puppet", "agent", "--test", "--noop"),))


def context_runbook_machine(subject: Node, cluster: Cluster) -> Mapping[str, Any]:
    """If this one dies, do that."""
    modules = [cluster.modules[name] for name in subject.modules]
    held = saved(modules)
    target = itself(subject)
    return {
        "losses": losses(subject.roles, cluster),
        "uses": [(use, together(use.users)) for use in uses(subject, cluster)],
        "guests": guests(subject, cluster),
        "host": cluster.nodes[subject.vm.host] if subject.vm else None,
        "needs": _early(subject, cluster),
        "cables": cables(cluster)[subject.name],
        "look": look(target, cluster),
        "steps": list(steps(target, cluster, held)),
        "checks": checks(subject.all_roles, subject, cluster),
        "not_ours": not_ours(modules),
        **WORDS,
    }


def context_runbook_role(subject: Role, cluster: Cluster) -> Mapping[str, Any]:
    """What is on such machines, and what to do when one of several dies."""
    nodes = cluster.given(subject.name)
    modules = [cluster.modules[name] for name in _modules(subject, cluster) if name in cluster.modules]
    several = [node for node in nodes if not has_page(node, cluster)]
    example = (several or nodes)[0]
    return {
        "nodes": nodes,
        "alone": [node for node in nodes if has_page(node, cluster)],
        "several": [(node, assignment(node)) for node in several],
        "kinds": [_kind(alike, cluster) for alike in kinds(several)],
        "together": together(names(nodes)),
        "example": example,
        "losses": losses((subject.name,), cluster),
        "plugged": list(_plugged(nodes, cluster)),
        "modules": modules,
        "saved": saved(modules),
        "not_ours": not_ours(modules),
        "checks": checks((subject.name, *_included(subject, cluster)), example, cluster),
        **WORDS,
    }


Early = Sequence[tuple[str, Sequence[tuple[Need, str]]]]
"""Phase, and what is needed from then on, each with a page."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Machines for which the same commands do; `assignment` is the line that means the first of several."""

    names: str
    example: Node
    assignment: str
    needs: Early
    look: Sequence[Block]
    steps: Sequence[Step]


def _kind(alike: Sequence[Node], cluster: Cluster) -> Kind:
    first = alike[0]
    target = one_of(alike) if len(alike) > 1 else itself(first)
    held = saved([cluster.modules[name] for name in first.modules])
    way_back = tuple(steps(target, cluster, held))
    return Kind(
        together(names(alike)),
        first,
        assignment(first) if len(alike) > 1 else "",
        _early(first, cluster),
        look(target, cluster),
        way_back,
    )


def kinds(nodes: Sequence[Node]) -> list[list[Node]]:
    """The machines by everything that decides what is typed for them."""
    found: dict[tuple[object, ...], list[Node]] = {}
    for node in nodes:
        bmc = (node.bmc.driver, node.bmc.user, node.bmc.network) if node.bmc else None
        key = (node.vm, bmc, node.console, node.firmware, node.install, node.os, node.keep, node.modules, node.provides)
        found.setdefault(key, []).append(node)
    return list(found.values())


def _plugged(nodes: Sequence[Node], cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Those of the machines that are switches, with what is plugged into them."""
    ours = set(names(nodes))
    for switch in switches(cluster):
        if switch.name in ours:
            yield switch.name, together(tuple(dict.fromkeys(cable.machine.name for cable in switch.cables)))


def has_page(node: Node, cluster: Cluster) -> bool:
    """Whether a machine has a page of its own: it has a role that no other machine has."""
    return not node.device and bool(cluster.alone(node))


def names(nodes: Sequence[Node]) -> tuple[str, ...]:
    """Their names."""
    return tuple(node.name for node in nodes)


def losses(roles: Sequence[str], cluster: Cluster) -> list[tuple[str, str]]:
    """What users notice when machines of these roles are gone: role and sentence, each sentence once."""
    every = dict.fromkeys(one for name in roles for one in (name, *_included(cluster.roles[name], cluster)))
    return [(name, cluster.roles[name].runbook) for name in every if cluster.roles[name].runbook]


def told_once(found: Sequence[tuple[str, str]]) -> list[str]:
    """The sentences in a row; what one begins with is left out where a former began with it already."""
    said: set[str] = set()
    rows = []
    for _, text in found:
        begins = re.split("[,;]", text, maxsplit=1)[0]
        rest = text[len(begins) :].lstrip(",; ")
        rows.append(rest[:1].upper() + rest[1:] if begins in said and rest else text)
        said.add(begins)
    return rows


@once
def order(cluster: Cluster) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The steps of installation: what is done, to which nodes, and their pages. That nodes are at work is no step."""
    found = []
    for step in cluster.order:
        due = [phase for phase in step.phases if phase != "run"]
        if due:
            found.append((" and ".join(due), together(step.nodes), list(_pages(step.nodes, cluster))))
    return found


def switch_on(cluster: Cluster) -> list[tuple[str, list[tuple[str, str]]]]:
    """Who is switched on after whom, with their pages: what has no system first, then by the order of installation."""
    turns = [tuple(node.name for node in cluster.nodes.values() if node.device)]
    seen = set(turns[0])
    for step in cluster.order:
        turns.append(tuple(name for name in step.nodes if name not in seen))
        seen |= set(step.nodes)
    return [(together(turn), list(_pages(turn, cluster))) for turn in turns if turn]


def _pages(nodes: Sequence[str], cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Name and file of the pages about these nodes: their own, or those of their roles."""
    found: dict[str, str] = {}
    for name in nodes:
        node = cluster.nodes[name]
        if has_page(node, cluster):
            found[name] = f"machine-{name}.html"
        else:
            found.update({role: f"role-{role}.html" for role in node.roles})
    return iter(found.items())


def _early(node: Node, cluster: Cluster) -> Early:
    """What must be up before a machine can come back, by phase, with the page of who provides it."""
    found = list(needs(node, cluster))
    by_phase = {
        phase: [(need, _page(need.provider, cluster)) for need in found if need.phase == phase]
        for phase in ("install", "configure")
    }
    return [(phase, due) for phase, due in by_phase.items() if due]


def _page(name: str, cluster: Cluster) -> str:
    """The page about a node; empty for a host of others."""
    return next((page for _, page in _pages((name,), cluster)), "") if name in cluster.nodes else ""


def _included(role: Role, cluster: Cluster) -> Iterator[str]:
    for name in role.includes:
        yield name
        yield from _included(cluster.roles[name], cluster)


def _modules(role: Role, cluster: Cluster) -> dict[str, None]:
    every = (role, *(cluster.roles[name] for name in _included(role, cluster)))
    return dict.fromkeys(module for one in every for module in one.modules)


def _at_the_site(cluster: Cluster) -> Mapping[str, Any]:
    """Commands of the first hour, in the site's folder."""
    check = line("clusterdef", "check")
    secrets = (line("clusterdef", "secret", "missing"), line("clusterdef", "secret", "generate", "--all"))
    files = (line("clusterdef", "generate"), line("clusterdef", "show", "--order"))
    live = (line("clusterdef", "publish", "--dry-run"), line("clusterdef", "publish"))
    return {
        "check": Block(SITE, (check,)),
        "secrets": Block(SITE, secrets),
        "files": Block(SITE, files),
        "live": Block(SITE, live),
        "alone": Block(SITE, (line("clusterdef", "bootstrap"),)),
    }
