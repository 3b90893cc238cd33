"""Digests of what was resolved: equal for what is equal, in every process, and another one for whatever is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef.imprint import Imprints
from clusterdef.model import Cluster, Node
from clusterdef.site import load
from clusterdef.view import CLUSTER_FIELDS, EVERY, NODE_FIELDS, QUESTIONS, Read

EXAMPLE = Path(__file__).parents[2] / "site-example" / "site.yaml"


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    found = load(EXAMPLE).cluster
    assert found
    return found


def every(cluster: Cluster) -> Iterator[Read]:
    """Everything that can be looked at."""
    yield from ((f"cluster.{name}", "") for name in CLUSTER_FIELDS)
    for whom in (*cluster.nodes, EVERY):
        yield from ((f"node.{name}", whom) for name in NODE_FIELDS)
        yield "node", whom
    yield from ((what, word) for what in QUESTIONS for word in ("", "dhcp", "worker", "head", EVERY))


def imprints_of(cluster: Cluster) -> Imprints:
    return Imprints(cluster.nodes, cluster)


def digests(cluster: Cluster) -> dict[object, str]:
    imprints = imprints_of(cluster)
    return {name: imprints.node(name) for name in cluster.nodes} | {
        read: imprints.of([read]) for read in every(cluster)
    }


def other(value: Any) -> Any:
    """Something else than a field holds, of the same kind where somebody looks into it."""
    if isinstance(value, dict) and value:
        return {**value, "other": next(iter(value.values()))}
    if isinstance(value, tuple):
        return (*value, value[0] if value and not isinstance(value[0], str) else "other")
    return "other"


@pytest.mark.parametrize("name", [name for name in NODE_FIELDS if name != "name"])
def test_a_field_of_a_node_shows_in_it_and_nowhere_else(cluster: Cluster, name: str) -> None:
    node = cluster.nodes["worker07"]
    changed: Node = replace(node, **{name: other(getattr(node, name))})
    before = digests(cluster)
    # As long as the words that nodes are found by are others, so are the answers.
    after = digests(replace(cluster, nodes={**cluster.nodes, "worker07": changed}))
    found = {what for what, digest in after.items() if before[what] != digest}
    expected: set[object] = {"worker07", (f"node.{name}", "worker07"), (f"node.{name}", EVERY)}
    words = {"provides": ("providers", EVERY), "roles": ("given", EVERY)}
    assert found == expected | ({words[name]} if name in words else set())


@pytest.mark.parametrize("name", CLUSTER_FIELDS)
def test_a_field_of_the_cluster_shows_in_it_alone(cluster: Cluster, name: str) -> None:
    changed: Cluster = replace(cluster, **{name: other(getattr(cluster, name))})
    before, after = digests(cluster), digests(changed)
    assert {what for what, digest in after.items() if before[what] != digest} == {(f"cluster.{name}", "")}


def test_a_node_that_goes_is_missed(cluster: Cluster) -> None:
    nodes = {name: node for name, node in cluster.nodes.items() if name != "worker07"}
    before, after = imprints_of(cluster), imprints_of(replace(cluster, nodes=nodes))
    gone = [("node", "worker07"), ("nodes", ""), ("given", "worker"), ("node.kernel", "worker07"), ("node.os", EVERY)]
    assert [read for read in gone if before.of([read]) == after.of([read])] == []
    there = [("node", "worker08"), ("given", "head"), ("providers", "dhcp"), ("node.kernel", "worker08")]
    assert [read for read in there if before.of([read]) != after.of([read])] == []


def test_kinds_of_values_are_not_mistaken_for_each_other(cluster: Cluster) -> None:
    atoms = (True, 1, 1.0, "1", None, "", "None")
    values: tuple[object, ...] = (*atoms, ("1",), ["1"], {"1": "1"}, (("1", "1"),), (), [], {})
    node = cluster.nodes["worker07"]
    found = [
        imprints_of(replace(cluster, nodes={"worker07": replace(node, parameters={"a": value})})).node("worker07")
        for value in values
    ]
    assert len(set(found)) == len(values)


def test_they_are_the_same_in_another_process() -> None:
    """Whatever order its sets have, and whichever of its values are one and the same object."""
    program = (
        "import sys; from pathlib import Path; from tests.memo.test_imprint import EXAMPLE, digests, load\n"
        "print(*sorted(digests(load(EXAMPLE).cluster).values()))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=EXAMPLE.parents[1],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0].split()) > 1000


PROGRAM = """
import marshal
from tests.memo.test_imprint import EXAMPLE, every, imprints_of
from clusterdef.imprint import Imprints
from clusterdef.second import Second
from clusterdef.site import load

cluster = load(EXAMPLE).cluster
here = imprints_of(cluster)
with Second(lambda: [Imprints(cluster.nodes).likely()]) as second:
    ahead = Imprints(cluster.nodes, cluster, second)
    assert all(ahead.node(name) == here.node(name) for name in cluster.nodes)
    assert all(ahead.answer(read) == here.answer(read) for read in every(cluster))
with Second(lambda: 1 / 0) as second:
    broken = Imprints(cluster.nodes, cluster, second)
    assert all(broken.node(name) == here.node(name) for name in cluster.nodes)
"""


def test_a_second_process_finds_the_same_and_is_not_needed() -> None:
    """In an interpreter of its own: the one that runs the tests has threads, and should not be copied."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
