"""What is measured of a site: check, first generate, nothing changed, one node changed; each in a fresh process."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import synthetic, writing
from bench.process import Spent, clusterdef, middle, spent

CHECK = "check"
COLD = "first generate"
SAME = "nothing changed"
ONE = "one node changed"
WRITING = "writing alone"
"""The files of a first generate, written by nothing but a loop: what the place itself takes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where trees are written while it is measured, and what to call that: a disk, or memory.

    What was written is removed at once only where it can be `cleared`: ext4 looks for a place for each new file, and
    passes over those of files that were removed within the last half minute, one by one.
    """

    name: str
    folder: Path
    cleared: bool


Course = Mapping[str, Spent]
"""What was measured of one site: command -> what it took."""


def course(scratch: Path, place: Place, size: int, form: str, runs: int) -> Course:
    """The median of each command on one site. Raises Broken when a command fails or does not what it should."""
    found: dict[str, list[Spent]] = defaultdict(list)
    for run in range(runs):
        folder = place.folder / f"{form}-{size}-{run}"
        for name, took in _once(scratch, folder, size, form):
            found[name].append(took)
        if place.cleared:
            shutil.rmtree(folder)
    return {name: middle(spent) for name, spent in found.items()}


def _once(scratch: Path, folder: Path, size: int, form: str) -> Iterator[tuple[str, Spent]]:
    """The commands one after the other, from a folder in which nothing is yet."""
    tree = folder / "tree"
    folder.mkdir()
    site = str(synthetic.write(scratch / "site", size, form))
    words = ("generate", site, "-o", str(tree))
    yield CHECK, clusterdef(scratch, "check", site, "-o", str(tree))
    yield COLD, clusterdef(scratch, *words)
    yield SAME, clusterdef(scratch, *words)
    _stands(tree, 1)
    if synthetic.workers(size):
        synthetic.write(scratch / "site", size, form, changed=True)
        yield ONE, clusterdef(scratch, *words)
        _stands(tree, 2)
    yield WRITING, spent(scratch, writing.__file__, str(tree / "1"), str(folder / "copy"))


def _stands(tree: Path, number: int) -> None:
    """A quick command that made a generation, or a slow one that made none, would be measured wrongly."""
    current = (tree / "current").readlink()
    assert str(current) == str(number), f"generation {current} is current, not {number}"
