"""Publish: what would change on which machine, whether that may be, and then to do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from secrets import token_bytes
from typing import Any

from clusterdef import fingerprint, tree, wiring
from clusterdef.catalog import KINDS
from clusterdef.code_lock import NAME as LOCK
from clusterdef.flows import filling, handout, parts
from clusterdef.flows import publish as flow
from clusterdef.flows.parts import Part
from clusterdef.flows.work import Publication, Target, Work
from clusterdef.generator import Output
from clusterdef.model import Cluster
from clusterdef.ports.repository import Repository
from clusterdef.problem import Problem, Refused, Severity, listing
from clusterdef.secrets.handed import Handed
from clusterdef.secrets.sealed import Sealed
from clusterdef.site import TEMPLATES, Site
from clusterdef.tree import Generation
from clusterdef.verbs import lock
from clusterdef.verbs.check import check
from clusterdef.verbs.generate import chosen_nodes

SHORT = 10
"""Digits of a commit that people see."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for, by whom, when (UTC, as ISO 8601 says it) and where.

    `here` are the names of this machine; `without` names machines that wait for another time; `replace` is a live
    commit that need not be contained in ours.
    """

    file: Path
    root: Path
    here: tuple[str, ...]
    by: str
    at: str
    environment: Mapping[str, str]
    without: str | None = None
    replace: str | None = None
    ssh_config: Path | None = None


@dataclass(slots=True)
class Survey:
    """What a publish would do. `reasons` are why somebody should agree first; `notes` are worth knowing;
    `keep` remembers what was made for it and is to be the same the next time."""

    wish: Wish
    cluster: Cluster
    generation: Generation
    commit: str | None
    publication: Publication
    targets: list[Target]
    pulled: list[str]
    keep: Callable[[], None]
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def open(self) -> list[Target]:
        """The machines on which there is anything to do."""
        return [target for target in self.targets if target.open]


def survey(wish: Wish) -> Survey:
    """Look at everything, and change nothing.

    Raises Refused when the definition has errors, is not what was generated or is not committed, when a machine is
    not reached, and when what is live comes from a commit that ours does not contain.
    """
    site = check(wish.file, str(wish.root))
    if site.cluster is None:
        raise Refused(*(problem for problem in site.problems if problem.severity is Severity.ERROR))
    if unlocked := lock.unlocked(site):
        raise Refused(*unlocked)
    generation = _generation(wish)
    repository = wiring.repository(wish.file.absolute().parent, wish.environment)
    commit = repository.head()
    if commit and (open_ := repository.uncommitted(_definition(wish, generation))):
        raise Refused(_uncommitted(open_))
    secrets = _Secrets(site, wish.root, wish.environment)
    found = _laid_out(wish, site.cluster, generation, commit, parts.outputs(site.generators), secrets)
    if commit is None:
        found.notes.append("the definition is in no git commit: nobody can tell later what was published")
    if left := lock.unfetched(site, site.cluster):
        found.notes.append(lock.lacking(left))
    for target in found.targets:
        _consider(found, target, repository)
    return found


def _laid_out(
    wish: Wish,
    cluster: Cluster,
    generation: Generation,
    commit: str | None,
    rows: Mapping[str, Output],
    secret: _Secrets,
) -> Survey:
    """Every machine's part held against what is live there; what others fetch is laid out in the part of this one."""
    later = set(chosen_nodes(wish.without, cluster)) if wish.without else set()
    every = [
        one for one in parts.parts(cluster, generation.manifest.entries, rows, wish.here) if one.node.name not in later
    ]
    pushed, pulled = parts.carried(cluster, every)
    if not pushed or (pulled and not pushed[0].here):
        raise Refused(_nowhere())
    plain = Publication(
        generation, _record(wish, cluster, generation, commit), _nodes(generation), rows, cluster.tree, {}
    )
    laid_out: dict[str, bytes] = {}
    bare = [filling.fetched(part, rows, plain.read, secret) for part in pulled]
    for part, _ in bare:
        laid_out |= handout.files(part, part.reading(plain.read), rows, plain.filled)
    more = {**pushed[0].entries, **handout.entries(laid_out)}
    pushed[0] = replace(pushed[0], entries=more) if laid_out else pushed[0]
    publication = replace(plain, laid_out=laid_out)
    whole = [filling.fill(part, rows, plain.read, secret) for part in pushed]
    targets = [_target(wish, cluster, part) for part in whole]
    notes = [_unsent(part.node.name, number) for part, number in bare if number]
    names = [part.node.name for part in pulled]
    return Survey(wish, cluster, generation, commit, publication, targets, names, secret.keep, notes=notes)


def _unsent(node: str, number: int) -> str:
    return (
        f"{node}: {number} files with secrets are not laid out, because whoever fetches it could read them; "
        "let them be encrypted (`secrets: eyaml:`), or write `publish: {puppet: push}`"
    )


class _Secrets:
    """The site's secrets; their keeper is asked for when the first one is."""

    def __init__(self, site: Site, root: Path, environment: Mapping[str, str]) -> None:
        self._site = site
        self._root = root
        self._environment = environment

    @cached_property
    def _handed(self) -> Handed | Sealed:
        assert self._site.cluster
        keeper = wiring.secrets(self._site.inputs.site, self._site.folder, self._environment)
        handed = Handed(keeper, self._site.cluster.name, token_bytes)
        recipient = self._site.cluster.eyaml
        if recipient is None:
            return handed
        return Sealed(handed, recipient, wiring.sealer(), wiring.seals(self._root), token_bytes)

    def __call__(self, name: str, kind: str) -> str:
        return self._handed(name, kind)

    def keep(self) -> None:
        """Remember how they were encrypted, for those that are about to be published so."""
        if "_handed" in vars(self) and isinstance(self._handed, Sealed):
            self._handed.keep()


def _record(wish: Wish, cluster: Cluster, generation: Generation, commit: str | None) -> dict[str, object]:
    """Who publishes what, and when."""
    return {
        "at": wish.at,
        "by": wish.by,
        "cluster": cluster.name,
        "clusterdef": generation.version,
        "commit": commit,
        "generation": generation.number,
        "identity": generation.identity,
    }


def _target(wish: Wish, cluster: Cluster, part: Part) -> Target:
    node = part.node
    machine = wiring.machine(node.name, node.reached_at, cluster.tree, part.here, wish.ssh_config)
    live = machine.look()
    return Target(part, machine, live, parts.difference(part.entries, live))


def _consider(found: Survey, target: Target, repository: Repository) -> None:
    """Whether a machine's part may become live, and whether somebody should agree first."""
    record, name = target.live.record, target.part.node.name
    if record.get("cluster", found.cluster.name) != found.cluster.name:
        raise Refused(_foreign(target, found.cluster.name))
    live = record.get("commit")
    if live and live != found.wish.replace and not repository.contains(live):
        raise Refused(_diverged(target))
    nodes = found.publication.nodes
    found.reasons += [f"{name}: {reason}" for reason in parts.reasons(nodes, target.live, target.difference)]
    if target.difference.by_hand:
        found.notes.append(f"{name}: changed by hand, and lost: {listing(target.difference.by_hand, 3)}")


def _generation(wish: Wish) -> Generation:
    """The current generation, when it is sound and made from the definition as it is now."""
    generation = tree.current(wish.root)
    if generation is None:
        advice = ("make it first:   clusterdef generate",)
        raise Refused(
            Problem("nothing-yet", f"there is no generation in {wish.root}", advice=advice, subject="publish")
        )
    if drifted := tree.drift(wish.root, verify=False):
        raise Refused(*(one.problem() for one in drifted))
    if generation.facts.get("site") != fingerprint.of_site(wish.file, _named(generation)):
        message = f"the definition changed after generation {generation.number} was made from it"
        advice = ("make a new one, and read what changes:   clusterdef generate --diff",)
        raise Refused(Problem("publish-stale", message, advice=advice, subject=str(wish.file)))
    return generation


def _named(generation: Generation) -> Sequence[str]:
    named: Any = generation.facts.get("files", ())
    return tuple(named)


def _nodes(generation: Generation) -> Sequence[str]:
    nodes: Any = generation.facts.get("nodes", ())
    return tuple(nodes)


def _definition(wish: Wish, generation: Generation) -> list[str]:
    """The paths that the definition is made of, as far as they are there."""
    folder = wish.file.parent
    shelves = [*(kind.folder for kind in KINDS), TEMPLATES, LOCK]
    return [wish.file.name, *_named(generation), *(name for name in shelves if (folder / name).exists())]


def _uncommitted(paths: Sequence[str]) -> Problem:
    message = f"{listing(paths, 3)} {'is' if len(paths) == 1 else 'are'} not committed"
    advice = ("commit the definition first, so that the record can say what was published:   git commit -a",)
    return Problem("publish-uncommitted", message, advice=advice, subject="publish")


def _diverged(target: Target) -> Problem:
    record = target.live.record
    commit, who, when = str(record["commit"]), record.get("by", "somebody"), record.get("at", "")
    name = target.part.node.name
    return Problem(
        "publish-diverged",
        f"what is live on {name} comes from commit {commit[:SHORT]}, which this definition does not contain",
        label=f"published by {who} on {when}",
        advice=(
            "publishing would undo that work: fetch and merge it, generate, then publish again:   git pull",
            f"or, where that commit is lost for good:   clusterdef publish --replace {commit}",
        ),
        subject="publish",
    )


def _nowhere() -> Problem:
    message = "this machine is none of the cluster's, and no other takes its files from it"
    advice = ("say which node it is:   clusterdef publish --here NODE",)
    return Problem("publish-nowhere", message, advice=advice, subject="publish")


def _foreign(target: Target, cluster: str) -> Problem:
    message = f"what is live on {target.part.node.name} is cluster {target.live.record['cluster']}, not {cluster}"
    advice = ("give this cluster a tree of its own:   publish: {tree: /srv/another}",)
    return Problem("publish-foreign", message, advice=advice, subject=target.part.node.name)


Tell = Callable[[str, str, bool, str], None]
"""`tell(machine, state, well, what)`: called when a state is done, or refused, on a machine."""


@dataclass(slots=True)
class Outcome:
    """How it ended: `live`, `checked` or `refused`, with everything that was refused, and what is worth knowing."""

    state: str
    problems: tuple[Problem, ...]
    notes: list[str]


def publish(found: Survey, check_only: bool, tell: Tell) -> Outcome:
    """Do it on every machine that lacks something; a refusal anywhere goes back everywhere.

    Raises Refused, with nothing changed, when a tree is held by somebody else or is not what it was surveyed to be.
    """
    found.keep()
    targets = found.open
    work = Work(found.publication, targets)
    with ExitStack() as held:
        for target in targets:
            held.enter_context(target.machine.held(f"{found.wish.by} (since {found.wish.at})"))
            if target.machine.look() != target.live:
                raise Refused(_moved(target))

        def told(state: str, turn: int, well: bool) -> None:
            tell(targets[turn].part.node.name, state, well, work.said.pop((state, turn), ""))

        table = flow.CHECK if check_only else flow.PUBLISH
        state, problems = flow.run(table, targets, work.act, told)
    return Outcome(state, problems, work.notes)


def objections(found: Survey) -> list[Problem]:
    """What the machines where nothing changes say when they are asked whether they could use what is live there."""
    work = Work(found.publication, found.targets)
    said: list[Problem] = []
    for target in found.targets:
        if not target.open:
            try:
                said += work.objections(target)
            except Refused as refused:
                said += (replace(problem, severity=Severity.WARNING) for problem in refused.problems)
    return said


def _moved(target: Target) -> Problem:
    message = f"what is live on {target.part.node.name} changed while this was looked at"
    return Problem("publish-moved", message, advice=("look again:   clusterdef publish --dry-run",), subject="publish")


__all__ = ["Outcome", "Survey", "Target", "Wish", "objections", "publish", "survey"]
