"""`python -m bench`: measure synthetic sites of many sizes, print the tables, and keep them in docs/performance.md."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench import catalogs, machine, memory, synthetic, table
from bench.course import CHECK, COLD, ONE, SAME, Course, Place, course
from bench.process import MIB, clusterdef, environment, middle, spent

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
SIZES = (1, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
QUICK = (1, 50, 1000)
WANTED = {CHECK: 2.0, COLD: 10.0, SAME: 1.0, ONE: 3.0, catalogs.DOCUMENTS: 1.0, catalogs.CATALOGS: 60.0}
"""Seconds that the commands may take for the largest site, written node by node, on two processors."""

MEMORY = 1024 * MIB
"""Bytes that a first generate may take there, all processes together."""

TITLES = {synthetic.SETS: "Node sets and an inventory", synthetic.EXPLICIT: "Every node for itself"}


def main() -> None:
    """Measure, print, and keep what was measured unless only a part was asked for."""
    wish = _wish()
    with machine.places(wish.disk, wish.quick) as (scratch, places):
        lines = list(_page(wish, scratch, places))
    print("\n".join(lines))
    if wish.keep:
        table.put(PAGE, lines)


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, help="numbers of nodes, joined by commas")
    parser.add_argument("--runs", type=int, help="how often each is measured; the median counts")
    parser.add_argument("--quick", action="store_true", help="few sizes, once, on the disk only")
    parser.add_argument("--disk", type=Path, default=ROOT / ".cache", help="a directory on the disk to measure")
    wish = parser.parse_args()
    wish.keep = not wish.quick and wish.sizes is None
    wish.sizes = wish.sizes or (QUICK if wish.quick else SIZES)
    wish.runs = wish.runs or (1 if wish.quick else 3)
    return wish


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(word) for word in text.split(",")))


def _page(wish: argparse.Namespace, scratch: Path, places: list[Place]) -> Iterator[str]:
    """Everything that is measured, as Markdown."""
    load = os.getloadavg()[0]
    spent(scratch, "-c", "import clusterdef.verbs.generate")
    start = middle([spent(scratch, "-c", "pass") for _ in range(5)])
    helped = middle([clusterdef(scratch, "--help") for _ in range(5)])
    yield f"{machine.kind(places)}; load before it began: {load:.1f}."
    yield f"Median of {wish.runs} runs: seconds by the wall, seconds of processor in brackets."
    yield f"Python alone starts in {start}, `clusterdef --help` takes {helped}."
    for form in synthetic.FORMS:
        for place in places:
            found = {size: _measured(scratch, place, size, form, wish.runs) for size in wish.sizes}
            yield from ("", f"### {TITLES[form]}, trees {place.name}", "", *table.sites(found))
    size = wish.sizes[-1]
    words = ("generate", _site(scratch, size), "-o", str(scratch / "weighed"))
    yield from ("", f"### What was asked for: {size:,} nodes, every node for itself, trees on disk", "")
    every = {**found[size], **catalogs.measured(scratch, size, wish.runs)}
    yield from table.targets(every, WANTED, (MEMORY, memory.peak(scratch, *words)), helped)
    yield from ("", "### What one node more takes: milliseconds of processor", "", *table.growth(found))
    yield from ("", f"### Where a first generate of {size:,} nodes spends its time", "")
    yield from table.stages(_said(scratch, "stages.py", "generate", _site(scratch, size), "-o", str(scratch / "tree")))
    yield from ("", f"### What the files of each generator take, for {size:,} nodes and by one process", "")
    yield from table.outputs(_said(scratch, "outputs.py", _site(scratch, size)))


def _measured(scratch: Path, place: Place, size: int, form: str, runs: int) -> Course:
    print(f"{size} nodes, {form}, {place.name}", file=sys.stderr)
    return course(scratch, place, size, form, runs)


def _site(scratch: Path, size: int) -> str:
    return str(synthetic.write(scratch / "site", size, synthetic.EXPLICIT))


def _said(scratch: Path, script: str, *words: str) -> Mapping[str, list[float]]:
    """What one of the scripts beside this one says in its last line."""
    command = [sys.executable, str(ROOT / "bench" / script), *words]
    done = subprocess.run(command, cwd=scratch, env=environment(scratch), capture_output=True, text=True, check=True)
    found: Mapping[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
