"""The plan: what a write would change, and how the files differ; it writes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from clusterdef.artifact import Artifact
from clusterdef.problem import Refused
from clusterdef.tree import diff, manifest
from clusterdef.tree.drift import Drifted, drifted
from clusterdef.tree.former import LINKS, Former, standing
from clusterdef.tree.generation import Generation, damaged
from clusterdef.tree.manifest import Entry
from clusterdef.tree.paths import Claims
from clusterdef.tree.root import opened
from clusterdef.tree.trouble import Explained

NEW = "new"
CHANGED = "changed"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One file that would be new, changed or gone; `old` and `new` are its rows, None where there is no file."""

    kind: str
    path: str
    maker: str
    subject: str
    old: Entry | None
    new: Entry | None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a write would do to the tree at `root`: changes by path, how many files stay `same`, and what drifted."""

    root: Path
    current: Generation | None
    changes: tuple[Change, ...]
    same: int
    drifted: tuple[Drifted, ...]

    @property
    def empty(self) -> bool:
        """True when no file would change and none drifted."""
        return not self.changes and not self.drifted

    def count(self, kind: str) -> int:
        """How many changes are of that kind: new, changed, gone."""
        return sum(change.kind == kind for change in self.changes)

    def diff(self, change: Change) -> Iterator[str]:
        """The lines to read about one change. A file that not everybody may read is not shown."""
        yield from _rows(change)
        if change.old and change.new and change.old.sha256 == change.new.sha256:
            return
        if any(entry.secret for entry in (change.old, change.new) if entry):
            yield f"secret file {change.kind}"
            return
        old = self._standing(change.path) if change.old else None
        yield from diff.unified(old, change.content if change.new else None, change.path)

    def _standing(self, path: str) -> bytes:
        """The file as it is now; nothing when somebody removed it."""
        try:
            return self.current.read(path) if self.current else b""
        except Refused:
            return b""


def _rows(change: Change) -> Iterator[str]:
    if not change.old or not change.new:
        return
    old, new = change.old, change.new
    if old.mode != new.mode:
        yield f"mode of {change.path}: {old.mode:04o} -> {new.mode:04o}"
    for name in ("owner", "group", "maker", "subject"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{name} of {change.path}: {before} -> {after}"


def plan(
    root: Path,
    artifacts: Iterable[Artifact],
    look: Callable[[Former], None] | None = None,
    carry: Callable[[Entry], bool] | None = None,
) -> Plan:
    """What `write` with the same arguments would change. Refused for bad paths and for a root that is no tree."""
    with ExitStack() as stack:
        old = _former(root, stack)
        if carry and old.number and not old.text:
            raise Refused(damaged(root, old.number))
        if look:
            look(old)
        claims, changes = Claims(), []
        for artifact in artifacts:
            entry = manifest.entry(artifact)
            if claims.take(entry) and (change := _change(old, entry, artifact.content)):
                changes.append(change)
        changes += _gone(old, claims, carry)
        if claims.problems:
            raise Refused(*claims.problems)
        with Explained(root):
            found = drifted(old)
        same = len(claims.entries) - sum(change.new is not None for change in changes)
        ordered = tuple(sorted(changes, key=lambda change: change.path))
        current = Generation(root, old.number) if old.number else None
        return Plan(root, current, ordered, same, found)


def _former(root: Path, stack: ExitStack) -> Former:
    if not os.path.lexists(root):
        return Former(0, None, LINKS)
    top = stack.enter_context(opened(root))
    with top.explained:
        old = stack.enter_context(standing(top, top.current()))
        old.look()
    return old


def _change(old: Former, entry: Entry, content: bytes) -> Change | None:
    known = old.entries.get(entry.path)
    if known == entry:
        return None
    kind = CHANGED if known else NEW
    return Change(kind, entry.path, entry.maker, entry.subject, known, entry, content)


def _gone(old: Former, claims: Claims, carry: Callable[[Entry], bool] | None) -> list[Change]:
    """What would be left out; what is carried is claimed."""
    gone = []
    for path, entry in old.entries.items():
        if path in claims.entries:
            continue
        if carry and carry(entry):
            claims.take(entry)
        else:
            gone.append(Change(GONE, path, entry.maker, entry.subject, entry, None))
    return gone
