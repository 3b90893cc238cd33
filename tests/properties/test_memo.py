"""Files that stay because nothing they are made of changed are what they would be if they were made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clusterdef.artifact import Artifact
from clusterdef.generate import artifacts
from clusterdef.imprint import Imprints
from clusterdef.memo import Memo
from clusterdef.model import Cluster
from tests.properties import nosy
from tests.properties.made import cluster_of
from tests.properties.sites import Draw, Raw, Site, sites
from tests.properties.thoroughness import examples, seldom


@dataclass(frozen=True, slots=True)
class Run:
    """The files that stand after a run, how many of them it made, and what it remembers."""

    files: dict[str, Artifact]
    made: int
    memo: bytes


NOTHING = Run({}, 0, b"")


def run(cluster: Cluster, before: Run = NOTHING) -> Run:
    """Make the cluster's files; those of the run before stay as its memory says."""
    memo = Memo(Imprints(cluster.nodes, cluster), "the same program")
    memo.recall(before.memo, {}, {file.path: (file.maker, file.subject) for file in before.files.values()}.get)
    made = {file.path: file for file in artifacts(cluster, nosy.every(), nosy.render(), memo=memo)}
    stay = {file.path: file for file in before.files.values() if memo.kept(file.maker, file.subject)}
    assert made.keys().isdisjoint(stay)
    return Run({**stay, **made}, len(made), memo.encoded())


def differing(one: Run, other: Run) -> dict[str, tuple[Artifact | None, Artifact | None]]:
    """Files that are not the same, by path."""
    paths = one.files.keys() | other.files.keys()
    pairs = {path: (one.files.get(path), other.files.get(path)) for path in sorted(paths)}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


def _machine(draw: Draw, site: Site) -> Site:
    """Something about one machine or one set of them."""
    key = draw(st.sampled_from(list(site.data["nodes"])))
    entry = site.data["nodes"][key]
    new = draw(
        st.sampled_from(
            (
                {"kernel": ["quiet"]},
                {"packages": ["zsh"]},
                {"console": "ttyS0,9600"},
                {"description": "another"},
                {"parameters": {"node_health.interval": 11}},
                {"hardware": {"cores": 3}},
                {"firmware": "uefi"},
                {"groups": []},
            )
        )
    )
    return site if "vm" in entry or entry["role"] == "device" else site.with_nodes(**{key: {**entry, **new}})


def _cluster(draw: Draw, site: Site) -> Site:
    """Something that is said of all machines."""
    section, new = draw(
        st.sampled_from(
            (
                ("cluster", {"timezone": "Asia/Tokyo"}),
                ("cluster", {"contact": "ada"}),
                ("parameters", {"sshd.x11_forwarding": True}),
                ("parameters", {"nfs.threads": 9}),
                ("networks", {"private": {**site.data["networks"]["private"], "domain": "other.internal"}}),
                ("networks", {"private": {**site.data["networks"]["private"], "mtu": 1400}}),
            )
        )
    )
    return replace(site, data={**site.data, section: {**site.data[section], **new}})


def _newcomer(draw: Draw, site: Site) -> Site:
    """One machine more, at either end."""
    one: Raw = {"newcomer": {"role": draw(st.sampled_from(("worker", "device"))), "net": {"private": "10.10.240.1"}}}
    nodes: dict[str, Any] = site.data["nodes"]
    return replace(site, data={**site.data, "nodes": {**one, **nodes} if draw(st.booleans()) else {**nodes, **one}})


def _rows(draw: Draw, site: Site) -> Site:
    """Other cards, another rack, or an inventory that was lost."""
    new = draw(st.sampled_from(({"rack": "B2", "unit": "7"}, {"serial": "X1"}, None)))
    return replace(site, rows=tuple({**row, **new} for row in site.rows) if new else ())


def _order(draw: Draw, site: Site) -> Site:
    """The same machines in another order."""
    nodes = draw(st.permutations(list(site.data["nodes"].items())))
    return replace(site, data={**site.data, "nodes": dict(nodes)})


CHANGES: tuple[Callable[[Draw, Site], Site], ...] = (_machine, _machine, _machine, _cluster, _newcomer, _rows, _order)


@examples(8)
@given(site=sites(), data=st.data())
def test_what_is_made_little_by_little_is_what_is_made_at_once(site: Site, data: st.DataObject) -> None:
    """Over several changes, one after the other, and at last to another site and back."""
    cluster = cluster_of(site)
    before = first = run(cluster)
    for _ in range(data.draw(st.integers(1, 4))):
        site = data.draw(st.sampled_from(CHANGES))(data.draw, site)
        cluster = cluster_of(site)
        before = run(cluster, before)
        assert differing(before, run(cluster)) == {}
    other = cluster_of(data.draw(sites()))
    assert differing(run(other, first), run(other)) == {}
    assert differing(run(cluster, run(other, before)), before) == {}


@seldom
@given(site=sites())
def test_nothing_is_made_twice(site: Site) -> None:
    before = run(cluster_of(site))
    after = run(cluster_of(site), before)
    assert (after.files, after.made, after.memo) == (before.files, 0, before.memo)
