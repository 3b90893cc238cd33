"""Kills a writer before each call that changes the disk in turn, and prints what it found wrong as a JSON list.

A program of its own, because it forks: `python -m tests.tree.system.killed DIRECTORY`.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from clusterdef.artifact import Artifact
from clusterdef.tree import ahead, drift, rollback, sync
from tests.tree import faults
from tests.tree.trees import artifact, files, names, written

PAST = [[artifact("same", "s"), artifact("n", str(number))] for number in range(10)]
OLD = [artifact("same", "s"), artifact("d/a", "1"), artifact("key", "k", mode=0o600), artifact("gone", "1")]
NEW = [artifact("same", "s"), artifact("d/a", "2"), artifact("key", "k", mode=0o600), artifact("e/f/g", "x" * 9000)]


def die(name: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(deed: Callable[[], object], number: int) -> bool:
    """Run `deed` in a child that dies before its call `number`; False when it lived."""
    child = os.fork()
    if not child:
        with faults.at(number, die):
            deed()
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0


def as_files(given: list[Artifact]) -> dict[str, bytes]:
    return {one.path: one.content for one in given}


def wrong(root: Path, deed: Callable[[], object], after: dict[str, bytes]) -> list[str]:
    """What is not as it should be after a kill, and after `deed` was done again."""
    found = []
    if files(root) not in (as_files(OLD), after):
        found.append(f"current is neither old nor new: {sorted(files(root))}")
    if bad := drift(root, verify=True):
        found.append(f"current is damaged: {bad}")
    deed()
    if files(root) != after:
        found.append("the next run did not make the new tree")
    if [name for name in names(root) if not name.isdigit()] != ["current"]:
        found.append(f"left over: {names(root)}")
    return found


def prepare(root: Path) -> None:
    """A tree of eleven generations; the disk is not waited for."""
    with patch.object(sync, "settle"), patch.object(os, "fsync"):
        for given in [*PAST, OLD]:
            written(root, given, kept=11)


def written_from_a_copy(root: Path) -> None:
    with ahead(root) as begun:
        written(root, NEW, ahead=begun)


def main(place: Path) -> list[str]:
    found = []
    deeds: dict[str, tuple[Callable[[Path], object], dict[str, bytes]]] = {
        "write": (lambda root: written(root, NEW), as_files(NEW)),
        "write from a copy": (written_from_a_copy, as_files(NEW)),
        "rollback": (lambda root: rollback(root, 10), as_files(PAST[-1])),
    }
    for name, (deed, after) in deeds.items():
        for number in itertools.count(1):
            root = place / f"{name}-{number}"
            prepare(root)
            lived = not killed(lambda root=root, deed=deed: deed(root), number)  # type: ignore[misc]
            found += [f"{name}, call {number}: {what}" for what in wrong(root, lambda: deed(root), after)]  # noqa: B023
            shutil.rmtree(root)
            if lived:
                print(f"{name}: {number - 1} calls", file=sys.stderr)
                break
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
