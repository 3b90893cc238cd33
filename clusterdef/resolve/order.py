"""In which order machines come up: steps over (node, phase), and the cycle when there is no such order.

Nodes with the same needs move together. A node is one block of all its phases until that makes a
circle; then its installation goes ahead alone, and the rest of it waits: HEAD … HEAD again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from clusterdef.model import PHASES, Step
from clusterdef.problem import Also, Mark, Problem
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.relations import HYPERVISOR, READY, Need, Relations, place

Vertex = tuple[int, str]
Block = tuple[int, tuple[str, ...]]


@dataclass(slots=True)
class Kind:
    """Nodes with the same profile, way of being installed, and host."""

    number: int
    nodes: list[NodeDraft] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Edge:
    """`before` must be done before `after`, because `after` needs a service."""

    before: Vertex
    after: Vertex
    need: Need


class Order:
    """The order for one site's nodes. Devices have no phases and are left out."""

    def __init__(self, relations: Relations, drafts: Mapping[str, NodeDraft]) -> None:
        self._relations = relations
        self._kinds = list(_kinds(drafts.values()))
        self._kind_of = {draft.name: kind.number for kind in self._kinds for draft in kind.nodes}
        self._edges = list(self._every_edge())

    def steps(self) -> tuple[tuple[Step, ...], list[Problem]]:
        """The steps, or a Problem that names both ends of the cycle."""
        cycle = _cycle(
            _graph({edge.before for edge in self._edges} | {edge.after for edge in self._edges}, self._edges)
        )
        if cycle:
            return (), [self._circle(cycle)]
        blocks: list[Block] = [(kind.number, PHASES) for kind in self._kinds]
        while True:
            graph = self._block_graph(blocks)
            circle = _block_cycle(graph)
            if not circle:
                return self._levels(graph), []
            blocks = self._split(blocks, circle)

    def _every_edge(self) -> Iterator[Edge]:
        for kind in self._kinds:
            for phase, after in pairwise(PHASES):
                yield Edge((kind.number, phase), (kind.number, after), Need("", phase, True, ""))
            draft = kind.nodes[0]
            for need in self._relations.needs(draft):
                yield from self._edges_of(kind, draft, need)

    def _edges_of(self, kind: Kind, draft: NodeDraft, need: Need) -> Iterator[Edge]:
        for offer in self._relations.providers(need.service, draft):
            provider = self._kind_of.get(offer.node)
            if provider is not None and provider != kind.number:
                phase = "install" if need.service == HYPERVISOR else offer.terms.get("phase", "configure")
                yield Edge((provider, phase), (kind.number, need.phase), need)

    def _block_graph(self, blocks: Sequence[Block]) -> dict[Block, set[Block]]:
        graph: dict[Block, set[Block]] = {block: set() for block in blocks}
        for before, after in self._crossing(blocks):
            graph[after].add(before)
        return graph

    def _crossing(self, blocks: Sequence[Block]) -> dict[tuple[Block, Block], list[Edge]]:
        """The edges from one block to another."""
        home = {(number, phase): (number, phases) for number, phases in blocks for phase in phases}
        found: dict[tuple[Block, Block], list[Edge]] = {}
        for edge in self._edges:
            if home[edge.before] != home[edge.after]:
                found.setdefault((home[edge.before], home[edge.after]), []).append(edge)
        return found

    def _split(self, blocks: Sequence[Block], circle: Sequence[Block]) -> list[Block]:
        """Cut the circle at a block that gives what the next one needs before it needs anything of the one before it.

        There is one, as the phases themselves make no circle.
        """
        crossing = self._crossing(blocks)
        members = circle[:-1]
        for number, block in sorted(enumerate(members), key=lambda item: item[1]):
            before, after = members[number - 1], members[(number + 1) % len(members)]
            entered = min(PHASES.index(edge.after[1]) for edge in crossing[before, block])
            left = max(PHASES.index(edge.before[1]) for edge in crossing[block, after])
            if entered > left:
                return _cut(blocks, block, entered)
        raise AssertionError("a circle of blocks without a circle of phases")

    def _levels(self, graph: Mapping[Block, set[Block]]) -> tuple[Step, ...]:
        level: dict[Block, int] = {}
        for block in TopologicalSorter(graph).static_order():
            level[block] = max((level[before] + 1 for before in graph[block]), default=0)
        groups: dict[tuple[int, tuple[str, ...]], list[int]] = {}
        for number, phases in graph:
            groups.setdefault((level[number, phases], phases), []).append(number)
        ordered = sorted(groups.items(), key=lambda item: (item[0][0], PHASES.index(item[0][1][0]), min(item[1])))
        return tuple(
            Step(tuple(draft.name for number in numbers for draft in self._kinds[number].nodes), phases)
            for (_, phases), numbers in ordered
        )

    def _circle(self, cycle: Sequence[Vertex]) -> Problem:
        """A cycle told as its needs: who needs what from whom, and where that was written."""
        needs = [edge for edge in self._along(cycle) if edge.need.service]
        names = list(dict.fromkeys(self._kinds[edge.after[0]].nodes[0].name for edge in needs))
        first = self._kinds[needs[0].after[0]].nodes[0]
        also = tuple(self._written(edge) for edge in needs)
        hosts = any(edge.need.service == HYPERVISOR for edge in needs)
        cure = "let one of them run on another host" if hosts else "take one of these from elsewhere (`external:`)"
        advice = (*(self._sentence(edge) for edge in needs), cure)
        message = f"{' and '.join(names)} wait for each other"
        return Problem("order-cycle", message, self._entry(first), also=also, advice=advice)

    def _entry(self, draft: NodeDraft) -> Mark:
        return self._relations.document.key_mark("nodes", draft.written.key)

    def _written(self, edge: Edge) -> Also:
        """Where a need comes from: a module's definition, or what the node says of its host."""
        consumer = self._kinds[edge.after[0]].nodes[0]
        if edge.need.module:
            definition = self._relations.catalog.modules[edge.need.module].document
            return Also(definition.mark("requires", edge.need.service), f"{consumer.name} needs this")
        return Also(place(consumer, "vm", "host") or self._entry(consumer), f"{consumer.name} needs this")

    def _along(self, cycle: Sequence[Vertex]) -> Iterator[Edge]:
        for before, after in pairwise(cycle):
            yield next(edge for edge in self._edges if (edge.before, edge.after) == (before, after))

    def _sentence(self, edge: Edge) -> str:
        consumer, provider = (self._kinds[vertex[0]].nodes[0].name for vertex in (edge.after, edge.before))
        given = f"{provider} gives it once it is {READY[edge.before[1]]}"
        return f"{consumer} needs {edge.need.service} from {provider} to be {READY[edge.after[1]]}, and {given}"


def _kinds(drafts: Iterable[NodeDraft]) -> Iterator[Kind]:
    found: dict[tuple[int, str, str], Kind] = {}
    for draft in drafts:
        if draft.profile.device:
            continue
        key = (id(draft.profile), draft.install, draft.settings.get("vm", {}).get("host", ""))
        kind = found.setdefault(key, Kind(len(found)))
        kind.nodes.append(draft)
    yield from found.values()


def _graph(vertices: Iterable[Vertex], edges: Iterable[Edge]) -> dict[Vertex, set[Vertex]]:
    graph: dict[Vertex, set[Vertex]] = {vertex: set() for vertex in sorted(vertices)}
    for edge in edges:
        graph[edge.after].add(edge.before)
    return graph


def _cycle(graph: Mapping[Vertex, set[Vertex]]) -> Sequence[Vertex]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: Sequence[Vertex] = error.args[1]
        return found
    return ()


def _block_cycle(graph: Mapping[Block, set[Block]]) -> Sequence[Block]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: Sequence[Block] = error.args[1]
        return found
    return ()


def _cut(blocks: Sequence[Block], chosen: Block, phase: int) -> list[Block]:
    number, phases = chosen
    place = phases.index(PHASES[phase])
    found: list[Block] = []
    for block in blocks:
        found += [(number, phases[:place]), (number, phases[place:])] if block == chosen else [block]
    return found
