"""Folding many names gives what ClusterShell makes of them."""

from __future__ import annotations

from ClusterShell.NodeSet import RESOLVER_NOGROUP, NodeSet
from hypothesis import example, given
from hypothesis import strategies as st

from clusterdef import nodeset

prefixes = st.sampled_from(("worker", "w", "int-", "", "a-b"))
numbers = st.one_of(st.integers(0, 120).map(str), st.integers(0, 120).map(lambda number: f"{number:02}"), st.just(""))
names = st.builds("{}{}{}".format, prefixes, numbers, st.sampled_from(("", "", "x", "-ib", "2", "b2"))).filter(bool)


@given(st.lists(names, min_size=1, max_size=60))
@example(["w8", "w9", "w10", "w100"])
@example(["w08", "w09", "w10", "w100"])
@example(["worker", "worker1", "worker-a", "workera", "worker01"])
def test_many_names_are_folded_as_few_are(found: list[str]) -> None:
    quick = nodeset._folded(found)
    assert quick is None or quick == str(NodeSet.fromlist(found, resolver=RESOLVER_NOGROUP))


def test_the_usual_names_are_quick() -> None:
    assert nodeset._folded(["head", "nfs", *(f"worker{number:03}" for number in range(1, 200) if number != 7)]) == (
        "head,nfs,worker[001-006,008-199]"
    )
    assert nodeset.fold(f"w{number}" for number in range(5000)) == "w[0-4999]"
    assert nodeset._folded(["r1n2"]) is None
