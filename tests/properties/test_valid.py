"""Any valid site is read without a word, and generates."""

from __future__ import annotations

from hypothesis import given

from clusterdef.verbs.generate import Wish, generate
from tests.properties.made import folder, made
from tests.properties.sites import MOTTO, Site, sites
from tests.properties.thoroughness import often, seldom


@often
@given(sites())
def test_a_valid_site_has_no_problems_and_all_its_files(site: Site) -> None:
    found = made(site)
    assert found.wrong == []
    assert found.cluster
    names = {name for one in site.sets for name in one.names}
    assert names <= found.cluster.nodes.keys()
    assert not {one.name(number) for one in site.sets for number in one.retired} & found.cluster.nodes.keys()
    for node in found.cluster.nodes.values():
        assert node.install == "none" or found.of(node.name), node.name
    if MOTTO in site.files:
        assert found.files["motto/head"].content == b"head.trial.internal trial\n"


@often
@given(sites())
def test_one_nodes_files_are_the_same_alone(site: Site) -> None:
    name = next(name for one in site.sets for name in one.names)
    whole, alone = made(site), made(site, only={name})
    assert alone.of(name) == whole.of(name)
    assert {file.subject for file in alone.files.values()} <= {name, ""}


@seldom
@given(sites())
def test_a_second_generate_changes_nothing(site: Site) -> None:
    with folder() as here:
        wish = Wish(site.write(here), here / "generated")
        first = generate(wish)
        assert {problem.code for problem in first.problems if problem.severity > 0} <= {"module-os"}
        assert first.generation and not first.unchanged
        second = generate(wish)
        assert second.unchanged and second.generation
        assert second.generation.number == first.generation.number
        # Written anew it is the same text, and still no reason for another generation.
        wish.file.write_bytes(wish.file.read_bytes() + b"# a comment\n")
        third = generate(wish)
        assert third.generation and [change.path for change in third.changes] == []


@seldom
@given(sites())
def test_a_partial_generate_leaves_the_whole(site: Site) -> None:
    """The files of one node made anew, beside all others, are what the whole site makes."""
    with folder() as here:
        wish = Wish(site.write(here), here / "generated")
        whole = generate(wish)
        name = next(name for one in site.sets for name in one.names)
        part = generate(Wish(wish.file, wish.root, nodeset=name))
        assert whole.generation and part.generation
        assert part.changes == ()
        assert part.generation.manifest.entries == whole.generation.manifest.entries
