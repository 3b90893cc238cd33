"""What Puppet's side of a large site takes: the classifier's documents of all machines, and a catalog of each kind."""

from __future__ import annotations

import re
from itertools import cycle
from pathlib import Path

from bench import synthetic
from bench.course import Course
from bench.process import clusterdef, middle

KINDS = 20
"""Kinds of machines, those that there is one of for the services included."""

DOCUMENTS = "`enc --all`"
CATALOGS = f"`check --puppet`, {KINDS} kinds of machines"
HARDWARE = re.compile(r"hardware: \{cores: [0-9]+, memory: [0-9]+G\}")
SLOTS = re.compile(r"htcondor\.slots: [0-9]+$", re.MULTILINE)


def write(folder: Path, size: int) -> Path:
    """A synthetic site of so many kinds of machines; the path of its site.yaml."""
    file = synthetic.write(folder, size, synthetic.EXPLICIT)
    values = cycle(range(1, KINDS - (size - synthetic.workers(size)) + 1))
    same = HARDWARE.sub("hardware: {cores: 64, memory: 256G}", file.read_text("utf-8"))
    file.write_text(SLOTS.sub(lambda found: f"htcondor.slots: {next(values)}", same), "utf-8")
    return file


def measured(scratch: Path, size: int, runs: int) -> Course:
    """The median of both commands, from a site whose current generation is made from it."""
    site = str(write(scratch / "catalogs", size))
    clusterdef(scratch, "generate", site)
    return {
        DOCUMENTS: middle([clusterdef(scratch, "enc", "--all", "--site", site) for _ in range(runs)]),
        CATALOGS: middle([clusterdef(scratch, "check", "--puppet", site) for _ in range(runs)]),
    }
