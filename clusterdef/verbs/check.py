"""Check: a site, everything that is wrong with it, and what it would mean for the tree that stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any

from clusterdef import moves, overrides
from clusterdef.boot import MADE, boot_problems, followed
from clusterdef.classifiers import classifier_problems
from clusterdef.generator import Output
from clusterdef.initial import schemas
from clusterdef.model import Cluster, Node
from clusterdef.problem import Problem, Refused, Severity, has_errors, in_file_order
from clusterdef.render import Failed, Render
from clusterdef.served import file_problems
from clusterdef.site import TEMPLATES, Site, load
from clusterdef.templates import template_problems
from clusterdef.tree import current
from clusterdef.verbs import lock, secret
from clusterdef.ways import way_problems

TREE = "generated"
"""The folder of generations beside site.yaml, unless another is named."""


def check(file: Path, tree: str | None = None) -> Site:
    """The site with all its problems: shape, meaning, boot chains, moves against the tree, replaced definitions,
    secrets that are missing.

    A move is a warning here: it is `generate` that needs the consent.
    """
    site = load(file)
    looked_at(site, file, remembered(root_of(file, tree)))
    return site


def looked_at(site: Site, file: Path, before: Mapping[str, Any]) -> None:
    """Find what is wrong beside shape and meaning; `before` are the facts of the tree that stands."""
    extra = [
        *_boot(site),
        *_moves(site, before),
        *_overrides(site, before),
        *secret.note(site),
        *schemas.problems(file),
        *(lock.problems(site, site.cluster) if site.cluster else ()),
        *(classifier_problems(site, site.cluster) if site.cluster else ()),
    ]
    extra += template_problems(site)
    site.problems = in_file_order([*site.problems, *extra], [site.inputs.site.file])


def root_of(file: Path, tree: str | None) -> Path:
    """Where the site's generations are."""
    return Path(tree) if tree else file.parent / TREE


def remembered(root: Path) -> Mapping[str, Any]:
    """The facts of the current generation; nothing where there is none, or it is damaged."""
    try:
        generation = current(root)
        return generation.facts if generation else {}
    except Refused:
        return {}


def _boot(site: Site) -> Iterator[Problem]:
    cluster = site.resolution.resolved
    if cluster is None or has_errors(site.problems):
        return
    entries = {name: draft.written.key for name, draft in site.resolution.drafts.items()}
    yield from boot_problems(site.inputs.site, cluster, files_made(site, cluster), entries)
    yield from file_problems(site.inputs.site, cluster, entries)
    yield from way_problems(site.inputs.site, cluster, entries)


def files_made(site: Site, cluster: Cluster) -> dict[str, set[str]]:
    """Link of the boot chain -> the nodes for which some output makes its file."""
    render, nodes = site.render(), followed(cluster)
    found: dict[str, set[str]] = {link: set() for link in MADE}
    for output in (output for generator in site.generators for output in generator.outputs):
        if output.link:
            found.setdefault(output.link, set()).update(_those(render, output, cluster, nodes))
    return found


def _those(render: Render, output: Output, cluster: Cluster, nodes: Sequence[Node]) -> Iterator[str]:
    """For which of the nodes an output makes its link; an expression that fails is told when files are made."""
    source = output.link_for or output.when
    answers: Iterable[bool] = repeat(True)
    if source:
        with suppress(Failed):
            render.condition(source)
            answers = render.conditions(source, "node")({"cluster": cluster}, nodes)
    return (node.name for node, answer in zip(nodes, answers, strict=False) if answer)


def _moves(site: Site, before: Mapping[str, Any]) -> Iterator[Problem]:
    found = list(moves.moves(before.get("nodes", {}), site.cluster)) if site.cluster else []
    if found:
        yield moves.problem(found, mark_of(site, found), Severity.WARNING)


def mark_of(site: Site, found: list[moves.Move]) -> Any:
    """Where the first moved node was written."""
    draft = site.resolution.drafts.get(found[0].node)
    return site.inputs.site.key_mark("nodes", draft.written.key) if draft else None


def _overrides(site: Site, before: Mapping[str, Any]) -> Iterator[Problem]:
    now = overrides.replaced(site.inputs.catalog, site.generators, site.folder / TEMPLATES)
    marks = {f"{one.kind} {one.name}": one.document.mark() for one in site.inputs.catalog.every() if one.over}
    yield from overrides.changed_beneath(before.get("over", {}), now, marks)
