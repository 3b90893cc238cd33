"""A number in a file stays while the file says the same, and grows when it does not."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from clusterdef import tree
from clusterdef.generate import FIRST
from clusterdef.serial import Serials
from clusterdef.verbs.generate import Made, Wish, generate
from tests.publish.stage import Stage

ROW = """{"description": "x", "outputs": [
  {"name": "z", "for_each": "site", "path": "z", "template": "z.txt.j2", "serial": true}]}"""
TEXT = "{{ serial }} {{ cluster.nodes | length }}\n"


def said(words: str, serials: Serials = FIRST) -> tuple[bytes, int]:
    return serials.filled("a", lambda number: f"{number} {words}".encode())


def test_what_nobody_made_before_has_the_first_number() -> None:
    assert said("x") == (b"1 x", 1)
    assert said("x", Serials({}, 7)) == (b"7 x", 7)


def test_a_number_grows_only_with_what_is_said() -> None:
    content, number = said("x", Serials({}, 3))
    former = {"a": (number, hashlib.sha256(content).hexdigest())}
    assert said("x", Serials(former, 9)) == (b"3 x", 3)
    assert said("y", Serials(former, 9)) == (b"9 y", 9)
    assert said("y", Serials(former, 1)) == (b"4 y", 4)


class Site:
    """A site with a numbered file of its own."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage(folder)
        self.root = folder / "tree"
        room = self.stage.site / "generators" / "z"
        room.mkdir(parents=True)
        (room / "generator.json").write_text(ROW)
        (room / "z.txt.j2").write_text(TEXT)

    def made(self, nodes: int, nodeset: str | None = None) -> Made:
        self.stage.write(nodes)
        return generate(Wish(self.stage.site / "site.yaml", self.root, nodeset))

    def text(self) -> str:
        generation = tree.current(self.root)
        assert generation
        return generation.read("z").decode()

    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "current" / ".facts.json").read_text())
        return found


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_it_is_the_number_of_the_generation_that_changed_the_file(site: Site) -> None:
    site.made(2)
    assert site.text() == "1 3\n"
    (site.stage.site / "site.yaml").write_text((site.stage.site / "site.yaml").read_text() + "# the same\n")
    (site.stage.site / "hardware.csv").write_text("name,network,interface,mac\n")
    assert not generate(Wish(site.stage.site / "site.yaml", site.root)).unchanged
    assert (site.text(), site.facts()["serials"]["z"][0]) == ("1 3\n", 1)
    site.made(3)
    assert (site.text(), site.facts()["serials"]["z"][0]) == ("3 4\n", 3)


def test_it_never_goes_back_after_a_rollback(site: Site) -> None:
    site.made(2)
    site.made(3)
    tree.rollback(site.root)
    assert site.text() == "1 3\n"
    site.made(4)
    assert site.text() == "3 5\n"


def test_a_part_of_the_nodes_leaves_it_alone(site: Site) -> None:
    site.made(2)
    before = site.facts()["serials"]
    site.made(2, "w1")
    assert (site.text(), site.facts()["serials"]) == ("1 3\n", before)
