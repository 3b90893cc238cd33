"""Order that means nothing changes nothing: of keys, of rows, of sets in memory."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterdef import moves
from tests.properties.made import made
from tests.properties.sites import Raw, Site, sites
from tests.properties.thoroughness import often

ORDERED = ("nodes", "networks", "net")
"""Maps whose order shows: machines and networks stand so in lists, `net` has the order of a machine's interfaces."""

LISTS = ("dnsmasq/", "hosts/")
"""Files in which the order of networks is that of lines and nothing more."""


def shuffled(value: Any, chance: random.Random, key: str = "") -> Any:
    """The same data with the keys of its maps in another order."""
    if isinstance(value, list):
        return [shuffled(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    if key not in ORDERED:
        chance.shuffle(keys)
    return {key: shuffled(value[key], chance, key) for key in keys}


def rows(site: Site, chance: random.Random) -> Site:
    """With the rows of the inventory in another order."""
    return replace(site, rows=tuple(chance.sample(site.rows, len(site.rows))))


def keys(site: Site, chance: random.Random) -> Site:
    """With the keys of all maps of site.yaml in another order."""
    return replace(site, data=shuffled(site.data, chance))


def style(site: Site, chance: random.Random) -> Site:
    """Written in blocks where it was in braces, or the other way round."""
    return replace(site, style=chance.choice([one for one in (None, False, True) if one is not site.style]))


def contents(site: Site) -> dict[str, bytes]:
    return {path: file.content for path, file in made(site).files.items()}


@pytest.mark.parametrize("change", [rows, keys, style], ids=lambda change: change.__name__)
@often
@given(site=sites(), chance=st.randoms(use_true_random=False))
def test_the_same_files(change: Callable[[Site, random.Random], Site], site: Site, chance: random.Random) -> None:
    assert contents(change(site, chance)) == contents(site)


def sampled(section: Raw, chance: random.Random) -> Raw:
    return {key: section[key] for key in chance.sample(list(section), len(section))}


@often
@given(site=sites(), chance=st.randoms(use_true_random=False))
def test_the_order_of_lists_is_nothing_to_machines(site: Site, chance: random.Random) -> None:
    """Machines in another order: none reads anything else because of it. Networks: all are where and who they were."""
    first = made(site)
    nodes, networks = (sampled(site.data[key], chance) for key in ORDERED[:2])
    # Of two boot networks the first gives the cluster its domain: that is what the order is for.
    networks = {"private": networks.pop("private"), **networks}
    other, third = (made(replace(site, data=site.data | data)) for data in ({"nodes": nodes}, {"networks": networks}))
    assert first.cluster and other.cluster and third.cluster
    assert third.cluster.domain == first.cluster.domain
    assert moves.facts(third.cluster) == moves.facts(first.cluster)
    for path, file in first.files.items():
        if path.startswith(LISTS):
            assert sorted(third.files[path].content.splitlines()) == sorted(file.content.splitlines()), path
    assert first.cluster.nodes.keys() == other.cluster.nodes.keys()
    for name in first.cluster.nodes:
        assert first.read_by(name) == other.read_by(name), name
