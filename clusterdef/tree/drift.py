"""Drift: files of a generation that are not as they were written, and the quick test that there is nothing to do."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from clusterdef.problem import Problem, Severity
from clusterdef.tree import manifest, snapshot
from clusterdef.tree.former import Former, standing
from clusterdef.tree.generation import FACTS, MEMO, Generation
from clusterdef.tree.root import opened

WORDS = {
    "missing": "is missing",
    "extra": "is not clusterdef's",
    "type": "is no regular file any more",
    "mode": "has another mode",
    "content": "has other content",
    "touched": "was written again with the same content",
    "unreadable": "cannot be read",
}


@dataclass(frozen=True, slots=True)
class Drifted:
    """A path of a generation and what differs there: a key of WORDS."""

    path: str
    what: str

    def problem(self) -> Problem:
        """The same for a person, as a warning."""
        path = printable(self.path)
        return Problem(
            "tree-drift",
            f"{path} {WORDS[self.what]}",
            severity=Severity.WARNING,
            subject=path,
            advice=("change the definition instead; the next generate writes it anew",),
        )


def printable(text: str) -> str:
    """`text`, escaped when it holds what a terminal would obey."""
    return text if text.isprintable() else ascii(text)[1:-1]


def drift(root: Path, verify: bool = False) -> tuple[Drifted, ...]:
    """What differs in the current generation of the tree at `root`, by path; with `verify` every file is read."""
    if not os.path.lexists(root):
        return ()
    with opened(root) as top, top.explained, standing(top, top.current()) as old:
        return drifted(old, verify)


def unchanged(root: Path, inputs: str) -> Generation | None:
    """The current generation when it was made from `inputs` and nobody touched it, else None."""
    if not os.path.lexists(root):
        return None
    with opened(root) as top, top.explained, standing(top, top.current()) as old:
        same = bool(old.text) and manifest.heading(old.text).inputs == inputs and old.clean
        return Generation(root, old.number) if same else None


def drifted(old: Former, verify: bool = False) -> tuple[Drifted, ...]:
    """What differs in `old`; without `verify` only what looks suspicious is read."""
    if not old.number:
        return ()
    paths = set(old.touched) | _unrecorded(old)
    if verify:
        paths |= old.snapshot.rows.keys()
    found = [(path, _difference(old, path)) for path in sorted(paths)]
    return tuple(Drifted(path, what) for path, what in found if what)


def _unrecorded(old: Former) -> set[str]:
    """The record itself, when it is gone or cannot be read."""
    return set() if old.record.text else {snapshot.NAME}


def _difference(old: Former, path: str) -> str:
    if path == snapshot.NAME:
        return "unreadable"
    written, seen = _written(old, path), old.snapshot.rows.get(path)
    if seen in (snapshot.EMPTY, snapshot.UNREADABLE):
        return "extra" if seen == snapshot.EMPTY else "unreadable"
    if seen is None or written is None:
        return "missing" if seen is None else "extra"
    mode, sha256 = written
    now = int(seen.rpartition(" ")[2], 8)
    if not stat.S_ISREG(now):
        return "type"
    if stat.S_IMODE(now) != mode:
        return "mode"
    return _content_difference(old, path, sha256)


def _written(old: Former, path: str) -> tuple[int, str] | None:
    """The mode and digest that a file was written with."""
    if path == manifest.NAME:
        return 0o444, old.record.manifest or manifest.digest(old.text)
    if path == FACTS:
        return 0o444, old.manifest.facts
    if path == MEMO and old.record.memo:
        return 0o444, old.record.memo
    entry = old.entries.get(path)
    return (entry.disk_mode, entry.sha256) if entry else None


def _content_difference(old: Former, path: str, sha256: str) -> str:
    try:
        content = old.read(path)
    except PermissionError:
        return "unreadable"
    except FileNotFoundError:
        return "missing"
    if manifest.digest(content) != sha256:
        return "content"
    return "touched" if path in old.touched else ""
