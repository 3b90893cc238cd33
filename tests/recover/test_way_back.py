"""What whoever installs a machine is told: for this very machine, with lines that can be pasted."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from clusterdef import site
from clusterdef.flows.way_back import Step, steps
from clusterdef.model import Cluster, Node
from tests.golden.golden import EXAMPLE

PAPER = Path("/var/lib/clusterdef/recover/x/join")


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    found = site.load(EXAMPLE).cluster
    assert found
    return found


def told(cluster: Cluster, node: Node, script: str | None = None, by_hand: bool = False) -> list[Step]:
    found = list(steps(node, cluster, script, PAPER, by_hand))
    for step in found:
        for line in step.lines:
            assert shlex.split(line), line
    return found


def test_one_with_a_controller_is_started_by_it(cluster: Cluster) -> None:
    first, run, *_ = told(cluster, cluster.nodes["worker07"])
    assert "“Install worker07 anew”" in first.text
    assert [line.split()[-1] for line in first.lines[:2]] == ["pxe", "cycle"]
    assert all(" -a " in line and "-P" not in line.split() for line in first.lines[:2]), "it asks for the password"
    assert run.lines == (f"ssh root@10.10.2.7 'sh -s' < {PAPER}",)


def test_one_whose_card_nobody_knows_is_found_in_the_menu(cluster: Cluster) -> None:
    node = cluster.nodes["worker07"]
    nameless = tuple(replace(one, macs=()) for one in node.interfaces)
    first = told(cluster, replace(node, interfaces=nameless))[0]
    assert "on the page of its rack or role" in first.text


def test_one_without_a_controller_is_told_by_its_place(cluster: Cluster) -> None:
    node = cluster.nodes["worker07"]
    first = told(cluster, replace(node, bmc=None, place=replace(node.place, rack="r3", unit="12")))[0]
    assert ("rack r3, unit 12" in first.text, first.lines) == (True, ())


def test_a_virtual_one_is_made_anew_by_its_script(cluster: Cluster) -> None:
    node = next(one for one in cluster.nodes.values() if one.vm and one.install == "network")
    first = told(cluster, node, f"libvirt/create-{node.name}.sh")[0]
    script = f"{cluster.tree}/current/libvirt/create-{node.name}.sh"
    assert [script in line for line in first.lines] == [True, True]
    assert ["--remove" in first.lines[0], "--install" in first.lines[1]] == [True, True]


def test_one_from_the_key(cluster: Cluster) -> None:
    first = told(cluster, replace(cluster.nodes["worker07"], install="usb"))[0]
    assert "USB key" in first.text
    assert "pxe" not in " ".join(first.lines)


def test_one_that_asks_the_head_is_left_alone(cluster: Cluster) -> None:
    found = list(steps(cluster.nodes["worker07"], cluster, None, PAPER, False, "head"))
    assert "it fetches its token from head and runs by itself" in found[1].text
    assert found[1].lines == (f"ssh root@10.10.2.7 'sh -s' < {PAPER}",), "and where it does not, it can be started"


def test_where_a_person_signs_it_is_said_where(cluster: Cluster) -> None:
    last = told(cluster, cluster.nodes["worker07"], by_hand=True)[-1]
    assert last.lines == ("ssh root@10.10.0.2 'puppetserver ca sign --certname worker07.mytier3.internal'",)


def test_where_others_configure_it_nothing_of_ours_is_named(cluster: Cluster) -> None:
    node = cluster.nodes["worker07"]
    end = node.services["configuration"][0]
    foreign = replace(end, external=True, host="puppet.example.edu")
    found = told(cluster, replace(node, services={**node.services, "configuration": (foreign,)}))
    text = " ".join([found[-1].text, *found[-1].lines])
    assert ("puppet.example.edu" in text, str(PAPER) in text) == (True, False)


def test_where_nobody_configures_it(cluster: Cluster) -> None:
    node = cluster.nodes["worker07"]
    others = {name: ends for name, ends in node.services.items() if name != "configuration"}
    assert "Nobody configures it" in told(cluster, replace(node, services=others))[-1].text
