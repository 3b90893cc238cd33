"""What is measured of a site: check, first generate, nothing changed, one node changed; each in a fresh process."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Mapping
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
    """Where trees are written while it is measured, and what to call that: a disk, or memory."""

    name: str
    folder: Path


Course = Mapping[str, Spent]
"""What was measured of one site: command -> what it took."""


def course(scratch: Path, place: Place, size: int, form: str, runs: int) -> Course:
    """The median of each command on one site. Raises Broken when a command fails or does not what it should."""
    found: dict[str, list[Spent]] = defaultdict(list)
    folder, tree = scratch / "site", place.folder / "tree"
    for _ in range(runs):
        shutil.rmtree(tree, ignore_errors=True)
        site = str(synthetic.write(folder, size, form))
        words = ("generate", site, "-o", str(tree))
        found[CHECK].append(clusterdef(scratch, "check", site, "-o", str(tree)))
        found[COLD].append(clusterdef(scratch, *words))
        found[SAME].append(clusterdef(scratch, *words))
        _stands(tree, 1)
        if synthetic.workers(size):
            synthetic.write(folder, size, form, changed=True)
            found[ONE].append(clusterdef(scratch, *words))
            _stands(tree, 2)
        found[WRITING].append(spent(scratch, writing.__file__, str(tree / "1"), str(place.folder / "copy")))
        shutil.rmtree(place.folder / "copy")
    shutil.rmtree(tree)
    return {name: middle(spent) for name, spent in found.items()}


def _stands(tree: Path, number: int) -> None:
    """A quick command that made a generation, or a slow one that made none, would be measured wrongly."""
    current = (tree / "current").readlink()
    assert str(current) == str(number), f"generation {current} is current, not {number}"
