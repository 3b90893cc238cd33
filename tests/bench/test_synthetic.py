"""Synthetic sites: valid with the shipped roles, the same machines however they are written. No seconds here."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import synthetic
from clusterdef import moves
from clusterdef.model import Cluster
from clusterdef.problem import Severity
from clusterdef.verbs.check import check


def cluster(folder: Path, size: int, form: str, changed: bool = False) -> Cluster:
    """The cluster of a synthetic site; an error or a warning fails the test."""
    site = check(synthetic.write(folder / f"{form}-{changed}", size, form, changed))
    assert [problem for problem in site.problems if problem.severity is Severity.ERROR] == []
    assert site.cluster
    return site.cluster


@pytest.mark.parametrize("form", synthetic.FORMS)
@pytest.mark.parametrize("size", [1, 2, 9, 10, 50, 90])
def test_a_site_is_valid_and_has_as_many_nodes_as_it_should(tmp_path: Path, size: int, form: str) -> None:
    assert len(cluster(tmp_path, size, form).nodes) == size


def test_both_forms_describe_the_same_machines(tmp_path: Path) -> None:
    sets, explicit = (cluster(tmp_path, 90, form) for form in synthetic.FORMS)
    assert moves.facts(sets) == moves.facts(explicit)
    assert {name: node.place.rack for name, node in sets.nodes.items()} == {
        name: node.place.rack for name, node in explicit.nodes.items()
    }


def test_a_node_for_itself_says_as_much_as_one_would() -> None:
    count = synthetic.workers(90)
    text = "".join(synthetic.site(90, synthetic.EXPLICIT))
    entries = text[text.index("  worker00001:") :]
    assert 18 <= entries.count("\n") // count <= 22
    assert text.count("\n  worker") == count + 1  # and the word on the role


@pytest.mark.parametrize("form", synthetic.FORMS)
def test_a_change_is_that_of_one_node(tmp_path: Path, form: str) -> None:
    before, after = (cluster(tmp_path, 50, form, changed) for changed in (False, True))
    different = [name for name, node in before.nodes.items() if after.nodes[name] != node]
    assert different == ["worker00001"]
    first = before.nodes["worker00001"]
    assert after.nodes["worker00001"] == replace(first, kernel=("console=ttyS0", "quiet"))


TWO = """
import sys
from pathlib import Path
from clusterdef import generate, pieces
from clusterdef.site import load

site = load(Path(sys.argv[1]))
pieces.processors = lambda: 2
made = []
for generate.MANY in (1, 1 << 30):
    made.append({one.path: one for one in generate.artifacts(site.cluster, site.generators, site.render())})
assert len(made[0]) > 150
print([path for path in made[0].keys() | made[1].keys() if made[0].get(path) != made[1].get(path)])
"""


def test_two_processes_make_the_same_files_as_one(tmp_path: Path) -> None:
    """In an interpreter of its own: this one has threads."""
    site = synthetic.write(tmp_path, 80, synthetic.EXPLICIT)
    ran = subprocess.run([sys.executable, "-c", TWO, str(site)], capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
