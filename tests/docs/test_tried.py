"""The manual says of every module how far its Puppet code was tried, and says no more than is so."""

from __future__ import annotations

import re

from clusterdef.site import load
from tests.house.package import ROOT
from tests.puppet.module import modules

PAGE = ROOT / "docs" / "puppet-modules.md"
SITE = ROOT / "tests" / "site"


def told() -> list[list[str]]:
    """The modules of each row: of the small site, of machines of their own, of catalogs alone."""
    _, _, section = PAGE.read_text("utf-8").partition("### How far each was tried\n")
    rows = re.findall(r"^\| [^|]+ \| (`.*) \|$", section.partition("\n## ")[0], re.MULTILINE)
    return [re.findall(r"`(\w+)`", row) for row in rows]


def test_every_module_is_told_once() -> None:
    assert sorted(name for row in told() for name in row) == sorted(module.name for module in modules())


def test_those_of_the_small_site_are_on_its_machines() -> None:
    cluster = load(SITE / "cluster" / "site.yaml").cluster
    assert cluster
    stand_ins = re.search(r"^ELSEWHERE = frozenset\(\{(.*)\}\)$", (SITE / "ground.py").read_text("utf-8"), re.MULTILINE)
    assert stand_ins
    there = {name for node in cluster.nodes.values() for name in node.modules}
    assert set(told()[0]) == there - set(re.findall(r'"(\w+)"', stand_ins[1]))


def test_those_with_a_machine_of_their_own_have_a_test() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in SITE.glob("test_*.py"))
    assert [name for name in told()[1] if f'"{name}"' not in texts] == []
