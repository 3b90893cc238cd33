"""A machine that comes or goes leaves all others where they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clusterdef import moves
from clusterdef.model import Node
from tests.properties.made import Made, made
from tests.properties.sites import NodeSet, Site, sites
from tests.properties.thoroughness import often

FAR = 40
"""Numbers above those of any set that is made."""


def addresses(node: Node) -> Any:
    """What cables, certificates and other machines know of a node."""
    bmc = (node.bmc.name, node.bmc.address) if node.bmc else None
    return node.fqdn, [(one.network.name, one.addresses, one.fqdn, one.macs) for one in node.interfaces], bmc


def stayed(before: Made, after: Made, *but: str) -> None:
    """Every node but these has the addresses, names and files that it had."""
    assert before.cluster and after.cluster
    assert after.wrong == []
    assert list(moves.moves(moves.facts(before.cluster), after.cluster)) == []
    for name in before.cluster.nodes.keys() & after.cluster.nodes.keys() - set(but):
        assert addresses(after.cluster.nodes[name]) == addresses(before.cluster.nodes[name]), name
        assert after.read_by(name) == before.read_by(name), name


def changed(site: Site, old: NodeSet, new: NodeSet) -> Site:
    """The site with another set in the place of one."""
    entry = {key: value for key, value in site.data["nodes"][old.key].items() if key != "retired"}
    if new.retired:
        entry["retired"] = new.over(new.retired)
    nodes = {(new.key if key == old.key else key): value for key, value in site.data["nodes"].items()}
    return replace(site, data={**site.data, "nodes": {**nodes, new.key: entry}})


@often
@given(site=sites(), data=st.data())
def test_a_set_that_grows_at_its_end(site: Site, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(site.sets))
    before, after = made(site), made(changed(site, one, replace(one, numbers=(*one.numbers, FAR))))
    stayed(before, after)
    assert before.cluster and after.cluster
    assert after.cluster.nodes.keys() - before.cluster.nodes.keys() == {one.name(FAR)}


@often
@given(site=sites(), data=st.data())
def test_a_machine_of_its_own_that_comes(site: Site, data: st.DataObject) -> None:
    role = data.draw(st.sampled_from(("worker", "interactive", "device")))
    stayed(made(site), made(site.with_nodes(newcomer={"role": role, "net": {"private": site.free}})))


@often
@given(site=sites(), data=st.data())
def test_a_member_that_is_retired(site: Site, data: st.DataObject) -> None:
    """Also the first one, from which the addresses of a set are counted."""
    old = data.draw(st.sampled_from(site.sets))
    one = replace(old, numbers=(*old.numbers, FAR))
    special = site.data["nodes"][old.key].get("except", {})
    there = [number for number in one.numbers if number not in one.retired and one.name(number) not in special]
    gone = data.draw(st.sampled_from(there))
    before = made(changed(site, old, one))
    after = made(changed(site, old, replace(one, retired=tuple(sorted((*one.retired, gone))))))
    assert before.cluster and after.cluster
    assert before.cluster.nodes.keys() - after.cluster.nodes.keys() == {one.name(gone)}
    stayed(before, after)
