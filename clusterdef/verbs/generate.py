"""Generate: from a site's files to a new generation, or to the plan of one. It never touches anything live."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import jinja2

from clusterdef import __version__, fingerprint, moves, overrides, puppet_code, tree
from clusterdef.artifact import Artifact
from clusterdef.changes import Changed
from clusterdef.generate import artifacts
from clusterdef.imprint import Imprints
from clusterdef.memo import Memo
from clusterdef.model import Cluster, Node
from clusterdef.nodeset import Unclear, select
from clusterdef.pieces import processors
from clusterdef.problem import Problem, Refused, Severity, did_you_mean, has_errors, in_file_order
from clusterdef.second import Second
from clusterdef.serial import Serials, kept
from clusterdef.site import TEMPLATES, Site, load
from clusterdef.tree import Ahead, Entry, Former, Generation, Plan
from clusterdef.verbs import lock
from clusterdef.verbs.check import looked_at, mark_of, root_of

PARTIAL = "partial"
"""The inputs digest of a generation that holds only some nodes' news: never equal to a real one."""

MANY = 500
"""Nodes from which on a second process is worth its start."""


@dataclass(slots=True)
class Wish:
    """What was asked for: the site, where to, for which nodes, which moves are consented to."""

    file: Path
    root: Path
    nodeset: str | None = None
    consent: str | None = None
    dry: bool = False


@dataclass(slots=True)
class Made:
    """What came of it. `generation` is the current one afterwards; `before` the one it was."""

    problems: list[Problem] = field(default_factory=list)
    site: Site | None = None
    generation: Generation | None = None
    before: Generation | None = None
    plan: Plan | None = None
    changes: tuple[Changed, ...] = ()
    files: int = 0
    nodes: tuple[str, ...] = ()
    program_only: bool = False
    consent_missing: bool = False

    @property
    def unchanged(self) -> bool:
        """True when the tree stands as it stood."""
        return self.generation is not None and self.before is not None and self.generation.number == self.before.number


def generate(wish: Wish, progress: Callable[[int, int], None] | None = None) -> Made:
    """Do it. Errors of the definition are in `problems`, and then nothing was written.

    Raises Refused when the tree cannot be written, or a template fails.
    """
    before = tree.current(wish.root)
    facts = _former(before)
    same = _unchanged(wish, facts) if before and not wish.nodeset else None
    if same:
        return Made(generation=same, before=before, files=same.files, nodes=tuple(facts["nodes"]))
    with tree.ahead(wish.root) if _much_will_stay(wish, facts) else nullcontext() as ahead:
        return _generated(wish, before, facts, ahead, progress)


def _generated(
    wish: Wish,
    before: Generation | None,
    facts: Mapping[str, Any],
    ahead: Ahead | None,
    progress: Callable[[int, int], None] | None,
) -> Made:
    with ExitStack() as stack:
        found: list[Second] = []
        site = load(wish.file, partial(_begin, stack, found, wish))
        made = Made(site=site, before=before)
        looked_at(site, wish.file, facts)
        made.problems = list(site.problems)
        if site.cluster is None or has_errors(made.problems):
            return made
        made.nodes = tuple(site.cluster.nodes)
        chosen = _chosen(wish.nodeset, site.cluster)
        if _consented(wish, site, made):
            imprints = Imprints(site.cluster.nodes, site.cluster, *found)
            _carry_out(wish, site, site.cluster, chosen, made, imprints, ahead, progress)
    return made


def _begin(stack: ExitStack, found: list[Second], wish: Wish, nodes: Mapping[str, Node]) -> None:
    """Have the digests by which files stay worked out while a large site is still being looked at."""
    if _is_large(len(nodes)) and not wish.nodeset:
        found.append(stack.enter_context(Second(lambda: [Imprints(nodes).likely()])))


def _much_will_stay(wish: Wish, facts: Mapping[str, Any]) -> bool:
    """True for a large tree of this clusterdef's, where a second process can copy what stands in the meantime."""
    large = _is_large(len(facts.get("nodes", ())))
    return large and not wish.dry and facts.get("program") == fingerprint.of_program()


def _is_large(nodes: int) -> bool:
    return nodes >= MANY and processors() > 1


def _unchanged(wish: Wish, facts: Mapping[str, Any]) -> Generation | None:
    """The current generation, when it was made from exactly these inputs and nobody touched it."""
    inputs = fingerprint.together(fingerprint.of_site(wish.file, facts.get("files", ())), fingerprint.of_program())
    return tree.unchanged(wish.root, inputs)


def groups(cluster: Cluster) -> dict[str, list[str]]:
    """What `@NAME` means in a node set: nodes by role and by group."""
    found: dict[str, list[str]] = {}
    for name, node in cluster.nodes.items():
        for word in dict.fromkeys((*node.all_roles, *node.groups)):
            found.setdefault(word, []).append(name)
    return found


def chosen_nodes(text: str, cluster: Cluster) -> list[str]:
    """The nodes a person names. Raises Refused, with the nearest known names, for one that is not there."""
    known = groups(cluster)
    try:
        names, unknown = select(text, list(cluster.nodes), known)
    except Unclear as unclear:
        raise Refused(Problem("nodeset-unclear", str(unclear), subject=text)) from unclear
    if unknown:
        words = [f"@{name}" for name in known] if unknown[0].startswith("@") else list(cluster.nodes)
        hint = did_you_mean(unknown[0], words)
        raise Refused(Problem("unknown-node", f"there is no node '{unknown[0].lstrip('@')}'", label=hint, subject=text))
    if not names:
        raise Refused(Problem("unknown-node", "that names no node", subject=text))
    return names


def _chosen(nodeset: str | None, cluster: Cluster) -> Collection[str] | None:
    return frozenset(chosen_nodes(nodeset, cluster)) if nodeset else None


def _consented(wish: Wish, site: Site, made: Made) -> bool:
    """False when nodes would move that nobody agreed to move."""
    assert site.cluster
    if not any(problem.code == "nodes-move" for problem in made.problems):
        return True
    found = list(moves.moves(_former(made.before).get("nodes", {}), site.cluster))
    agreed = set(chosen_nodes(wish.consent, site.cluster)) if wish.consent else set()
    open_ = [move for move in found if move.node not in agreed]
    made.problems = [problem for problem in made.problems if problem.code != "nodes-move"]
    if open_:
        moving = moves.problem(open_, mark_of(site, open_), Severity.ERROR)
        made.problems = in_file_order([*made.problems, moving], [site.inputs.site.file])
        made.consent_missing = True
    return not open_


def _carry_out(
    wish: Wish,
    site: Site,
    cluster: Cluster,
    chosen: Collection[str] | None,
    made: Made,
    imprints: Imprints,
    ahead: Ahead | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    facts = _facts(wish, site, cluster, made.before)
    memo = Memo(imprints, _stamp(site, facts["program"])) if chosen is None else None
    serials = _serials(wish.root, made.before)
    made_now = artifacts(cluster, site.generators, site.render(), chosen, progress, serials, memo, _code(site, cluster))
    files = _remembering(made_now, facts, chosen)
    look = partial(_recall, memo) if memo else None
    carry = partial(_stays, memo) if memo else _others(chosen or (), made.before)
    if wish.dry:
        made.plan = tree.plan(wish.root, files, look, carry)
        made.changes = tuple(
            Changed(change.kind, change.maker, change.subject, change.path) for change in made.plan.changes
        )
        made.files = made.plan.same + sum(change.new is not None for change in made.plan.changes)
        return
    inputs = PARTIAL if chosen is not None else fingerprint.together(facts["site"], facts["program"])
    made.generation = tree.write(
        wish.root,
        files,
        inputs=inputs,
        version=__version__,
        facts=facts,
        look=look,
        carry=carry,
        memo=memo.encoded if memo else None,
        ahead=ahead,
        for_files=chosen is not None,
    )
    made.changes = tuple(between(made.before, made.generation))
    made.files = made.generation.files
    made.program_only = _only_program(made.before, facts)


def _code(site: Site, cluster: Cluster) -> list[tuple[str, puppet_code.CodeFile]]:
    """Every file of the modules' Puppet code, by name."""
    found = puppet_code.files(lock.code(site, cluster))
    return [(f"{one.module}/{one.path}", one) for one in found]


def _stamp(site: Site, program: str) -> str:
    """The digest of everything that makes files of a cluster, the template engine and Python included."""
    return fingerprint.together(fingerprint.of_templates(site.folder), f"{program} {jinja2.__version__} {sys.version}")


def _recall(memo: Memo, old: Former) -> None:
    """Tell what the former run remembered, and which of its files are not as it wrote them."""
    lost: dict[str, set[str]] = {}
    for entry in () if old.whole else old.entries.values():
        if not old.lends(entry):
            lost.setdefault(entry.maker, set()).add(entry.subject)
    memo.recall(old.memo, lost, partial(_maker, old.entries))


def _maker(entries: Mapping[str, Entry], path: str) -> tuple[str, str] | None:
    entry = entries.get(path)
    return (entry.maker, entry.subject) if entry else None


def _stays(memo: Memo, entry: Entry) -> bool:
    return memo.kept(entry.maker, entry.subject)


def _serials(root: Path, before: Generation | None) -> Serials:
    """The numbers that files have now; one that changes gets the number of the generation to come."""
    former = {path: (number, digest) for path, (number, digest) in _former(before).get("serials", {}).items()}
    return Serials(former, 1 + max((one.number for one in tree.generations(root)), default=0))


def _remembering(
    files: Iterator[Artifact], facts: dict[str, Any], chosen: Collection[str] | None
) -> Iterator[Artifact]:
    """The files one at a time, as ten thousand nodes' are more than one wants to hold; their numbers become facts."""
    for artifact in files:
        if chosen is None or artifact.subject:
            if artifact.serial:
                facts["serials"][artifact.path] = list(kept(artifact))
            yield artifact


def _others(chosen: Collection[str], before: Generation | None) -> Callable[[Entry], bool]:
    if before is None:
        advice = ("make everything first:   clusterdef generate",)
        raise Refused(
            Problem(
                "nothing-yet",
                "there is no generation that the other nodes' files could stay in",
                advice=advice,
                subject="generate",
            )
        )
    return lambda entry: entry.subject not in chosen


def _facts(wish: Wish, site: Site, cluster: Cluster, before: Generation | None) -> dict[str, Any]:
    """What a generation remembers: its nodes' places, the files it was made from, numbers in files, what they
    replaced. The numbers of files that stay as they are stay too; the others come while files are made."""
    named = site.inputs.named
    return {
        "nodes": cluster.once(moves.facts),
        "files": named,
        "site": fingerprint.of_site(wish.file, named),
        "program": fingerprint.of_program(),
        "serials": dict(_former(before).get("serials", {})) if wish.nodeset else {},
        "over": overrides.replaced(site.inputs.catalog, site.generators, site.folder / TEMPLATES),
    }


def _only_program(before: Generation | None, facts: Mapping[str, Any]) -> bool:
    """True when the site's files are what they were: what changed came with another clusterdef."""
    old = _former(before)
    return bool(old.get("site") == facts["site"] and old.get("program") != facts["program"])


def _former(before: Generation | None) -> Mapping[str, Any]:
    """What a generation remembers; nothing where there is none, or it is damaged."""
    try:
        return before.facts if before else {}
    except Refused:
        return {}


def between(old: Generation | None, new: Generation) -> Iterator[Changed]:
    """What differs between two generations, by path."""
    try:
        was, now = old.changed_to(new) if old else ({}, new.manifest.entries)
    except Refused:
        was, now = {}, new.manifest.entries
    for path in sorted(was.keys() | now.keys()):
        entry = now.get(path) or was[path]
        kind = "changed" if path in was and path in now else "new" if path in now else "gone"
        yield Changed(kind, entry.maker, entry.subject, path)


__all__ = ["Made", "Wish", "between", "chosen_nodes", "generate", "groups", "root_of"]
