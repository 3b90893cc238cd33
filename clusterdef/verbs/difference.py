"""Difference: the lines that changed between two generations, or between the current one and a plan."""

from __future__ import annotations

from collections.abc import Iterator

from clusterdef.problem import Refused
from clusterdef.tree import Generation, generations, unified
from clusterdef.verbs.generate import Made, between


def lines(made: Made) -> Iterator[str]:
    """Unified diffs of what a generate changed; of the last change, when it changed nothing.

    Slots of secrets stay slots; files that not everybody may read are not shown.
    """
    if made.plan:
        for change in made.plan.changes:
            yield from made.plan.diff(change)
        return
    if made.generation is None:
        return
    before = _former(made.generation) if made.unchanged else made.before
    yield from _between(before, made.generation)


def _former(generation: Generation) -> Generation | None:
    older = [one for one in generations(generation.root) if one.number < generation.number]
    return max(older, key=lambda one: one.number, default=None)


def _between(old: Generation | None, new: Generation) -> Iterator[str]:
    for change in between(old, new):
        entries = [one.manifest.entries.get(change.path) for one in (old, new) if one]
        if any(entry.secret for entry in entries if entry):
            yield f"secret file {change.kind}: {change.path}"
            continue
        yield from unified(_content(old, change.path), _content(new, change.path), change.path)


def _content(generation: Generation | None, path: str) -> bytes | None:
    if generation is None or path not in generation.manifest.entries:
        return None
    try:
        return generation.read(path)
    except Refused:
        return b""
