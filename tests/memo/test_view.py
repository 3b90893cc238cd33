"""A cluster as generators see it: the same as it is, and every look is noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

import pytest

from clusterdef.model import Cluster, Node
from clusterdef.view import CLUSTER_FIELDS, EVERY, FEW, NODE_FIELDS, Read, SeenNode, Sight
from tests.outputs.clusters import small


@pytest.fixture
def sight() -> Sight:
    return Sight(small())


def many() -> Cluster:
    """More nodes than are noted one by one."""
    one = small().nodes["head"]
    return replace(small(), nodes={name: replace(one, name=name) for name in (f"n{n}" for n in range(FEW + 1))})


def noted(sight: Sight) -> set[Read]:
    return set(sight.notes.taken())


def test_it_is_what_the_cluster_is(sight: Sight) -> None:
    seen, real = sight.cluster(), small()
    assert {name: getattr(seen, name) for name in CLUSTER_FIELDS} == {
        name: getattr(real, name) for name in CLUSTER_FIELDS
    }
    assert list(seen.nodes) == list(real.nodes)
    assert len(seen.nodes) == len(real.nodes)
    for name, one in real.nodes.items():
        other = seen.nodes[name]
        assert isinstance(other, Node)
        assert one == other == seen.nodes.get(name)
        assert other == one
        assert [one.certname, one.boot, one.way_out(), one.on("private"), one.endpoint("dns")] == [
            other.certname,
            other.boot,
            other.way_out(),
            other.on("private"),
            other.endpoint("dns"),
        ]
        assert seen.alone(other) == real.alone(one)
        assert replace(other, name="other") == replace(one, name="other")
    assert "nobody" not in seen.nodes
    for word in ("dhcp", "dns", "nothing"):
        assert seen.providers(word) == real.providers(word)
    for word in ("worker", "head", "nothing"):
        assert seen.given(word) == real.given(word)
    assert list(seen.having("resolver")) == list(real.having("resolver"))


@pytest.mark.parametrize("name", NODE_FIELDS)
def test_every_field_of_a_node_is_noted(sight: Sight, name: str) -> None:
    getattr(sight.cluster().nodes["head"], name)
    assert noted(sight) == {("node", "head"), (f"node.{name}", "head")}
    assert noted(sight) == set()


@pytest.mark.parametrize("name", CLUSTER_FIELDS)
def test_every_field_of_the_cluster_is_noted(sight: Sight, name: str) -> None:
    getattr(sight.cluster(), name)
    assert noted(sight) == {(f"cluster.{name}", "")}


def test_questions_are_noted(sight: Sight) -> None:
    seen = sight.cluster()
    assert len(seen.nodes) == len(list(seen.nodes.values())) == len(list(seen.nodes.items())) == len(list(seen.nodes))
    assert noted(sight) == {("nodes", "")}
    seen.providers("dhcp")
    seen.given("worker")
    assert seen.gateways == small().gateways == {ip_address("10.10.0.1")}
    assert seen.nodes.get("nobody") is None
    assert "head" in seen.nodes
    assert noted(sight) == {
        ("providers", "dhcp"),
        ("given", "worker"),
        ("gateways", ""),
        ("node", "nobody"),
        ("node", "head"),
    }


def test_many_are_noted_as_all_of_them() -> None:
    sight = Sight(many())
    for _ in range(2):
        assert {one.name for one in sight.cluster().nodes.values()} == set(many().nodes)
        assert noted(sight) == {("nodes", ""), ("node.name", EVERY)}


def test_the_node_that_a_file_is_for_is_not_noted(sight: Sight) -> None:
    own = sight.nodes.one("head")
    seen = sight.cluster(own)
    assert seen.nodes["head"] is own
    assert own.kernel == ()
    assert noted(sight) == {("node", "head")}
    sight.cluster(sight.nodes.one("puppet"))
    assert own.kernel == ()
    assert noted(sight) == {("node.kernel", "head")}


def test_work_that_was_done_for_another_is_noted_for_both(sight: Sight) -> None:
    done = []

    def kernels(cluster: Cluster) -> list[tuple[str, ...]]:
        done.append(cluster)
        return [one.kernel for one in cluster.nodes.values()]

    reads = {("nodes", ""), *(("node.kernel", name) for name in small().nodes)}
    for name in ("head", "puppet"):
        seen = sight.cluster(sight.nodes.one(name))
        assert seen.nodes["head"].name == "head"
        assert seen.once(kernels) == [()] * len(reads - {("nodes", "")})
        others = {("node.name", "head")} if name != "head" else set()
        assert noted(sight) == reads | {("node", "head")} | others, "the work of one is not about its own node"
    assert len(done) == 1
    assert small().once(kernels) == [()] * len(small().nodes)


def test_work_that_fails_leaves_what_was_noted(sight: Sight) -> None:
    def fails(cluster: Cluster) -> Iterator[str]:
        raise KeyError(cluster.timezone)

    seen = sight.cluster(sight.nodes.one("head"))
    assert seen.language
    with pytest.raises(KeyError):
        seen.once(fails)
    assert sight.nodes.one("head").kernel == ()
    assert noted(sight) == {("cluster.language", ""), ("cluster.timezone", "")}


def test_two_views_do_not_note_for_each_other() -> None:
    one, other = Sight(many()), Sight(many())
    assert [node.name for node in one.cluster().nodes.values()]
    assert other.cluster().nodes["n0"].name == "n0"
    assert noted(other) == {("node", "n0"), ("node.name", "n0")}
    assert noted(one) == {("nodes", ""), ("node.name", EVERY)}


def test_a_seen_node_can_not_be_changed(sight: Sight) -> None:
    for seen in (sight.cluster().nodes["head"], SeenNode(small().nodes["head"])):
        with pytest.raises((AttributeError, TypeError)):
            seen.name = "other"  # type: ignore[misc]
