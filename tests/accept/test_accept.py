"""Which checks are run where, how often they are tried, and what comes out; on machines that are played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from clusterdef.model import Check, Cluster, Module, checks
from clusterdef.problem import Refused
from clusterdef.verbs.accept import NOT_SO, UNREACHED, WELL, Result, accept, chosen
from tests.accept.prompts import Played, Site
from tests.outputs.clusters import small


def cluster(**rows: Any) -> Cluster:
    """The small cluster, where every machine carries one module with these checks."""
    module = Module("web", "pages", ("web",), (), (), {"provides": {"time": {}}, "checks": rows}, "site")
    made = small()
    nodes = {name: replace(node, modules=("web",)) for name, node in made.nodes.items()}
    return replace(made, modules={"web": module}, nodes=nodes)


def check(run: str = "look", seconds: int = 30, where: str = "w1", user: str = "root") -> Check:
    return Check("web.up", "w1", where, "it is up", seconds, run, "", user)


def tried(*every: Check, site: Site, once: bool = False) -> tuple[list[Result], Played]:
    clock = Played()
    ((_, results),) = accept({"w1": every}, {}, site, clock, once)
    return results, clock


def states(results: Sequence[Result]) -> list[str]:
    return [one.state for one in results]


def test_a_check_runs_on_the_machine_itself_with_its_address() -> None:
    made = cluster(up={"run": "curl http://{address}/{name} ${HOME}"})
    node = made.nodes["worker01"]
    (found,) = checks(node, made)
    assert (found.name, found.where, found.user) == ("web.up", "worker01", "root")
    assert found.run == f"curl http://{node.reached_at}/worker01 ${{HOME}}"
    assert found.seconds == 30


def test_as_the_first_admin_and_for_so_long() -> None:
    made = cluster(job={"script": "checks/job.sh", "as": "user", "within": "10m"})
    (found,) = checks(made.nodes["worker01"], made)
    assert (found.user, found.script, found.seconds) == (made.admins[0].name, "checks/job.sh", 600)


def test_the_first_admin_by_name() -> None:
    made = cluster(known={"run": "getent passwd {user} || echo ${user}"})
    (found,) = checks(made.nodes["worker01"], made)
    assert found.run == f"getent passwd {made.admins[0].name} || echo ${{user}}"


def test_only_what_was_asked_for() -> None:
    made = cluster(up={"run": "a"}, fast={"run": "b"})
    assert [one.name for one in chosen(made, ["worker01"], ["web.fast"])["worker01"]] == ["web.fast"]
    assert [one.name for one in chosen(made, ["worker01"], ["web"])["worker01"]] == ["web.up", "web.fast"]
    with pytest.raises(Refused) as caught:
        chosen(made, ["worker01"], ["web.fats"])
    assert caught.value.problems[0].label == "did you mean web.fast?"


def test_it_is_tried_until_it_comes_true() -> None:
    site = Site({("w1", "look"): [1, 1, 0]})
    (result,), clock = tried(check(), site=site)
    assert (result.state, result.seconds, len(site.asked)) == (WELL, 3.0, 3)
    assert clock.time == 3.0


def test_whoever_waits_is_told_once_for_how_long() -> None:
    told: list[tuple[str, float]] = []
    site = Site({("w1", "look"): [1, 1, 0]})
    wanted = {"w1": [check(), check("other")]}
    list(accept(wanted, {}, site, Played(), waits=lambda one, seconds: told.append((one.run, seconds))))
    assert told == [("look", 30.0)]


def test_a_machine_that_is_away_is_waited_for_once() -> None:
    site = Site({("w1", "look"): [None], ("w1", "other"): [None], ("w1", "third"): [None, 0]})
    results, clock = tried(check(), check("other"), check("third"), site=site)
    assert states(results) == [UNREACHED] * 3
    assert (clock.time <= 30, [run for _, run, *_ in site.asked].count("other")) == (True, 1)


def test_it_ends_when_its_time_is_over() -> None:
    site = Site({("w1", "look"): [4]})
    (result,), clock = tried(check(seconds=30), site=site)
    assert (result.state, result.said) == (NOT_SO, "w1 says 4")
    assert 25 < clock.time <= 30
    assert [seconds for *_, seconds in site.asked] == [30, 29, 27, 22, 12, 2]


def test_once_is_once() -> None:
    site = Site({("w1", "look"): [1, 0]})
    (result,), clock = tried(check(), site=site, once=True)
    assert (result.state, clock.time) == (NOT_SO, 0.0)


def test_a_machine_that_is_not_reached_is_no_failed_check() -> None:
    results, _ = tried(check(), check("other", where="w2"), site=Site({("w1", "look"): [None]}))
    assert states(results) == [UNREACHED, WELL]
    assert results[0].said == "w1 is not reached"


def test_where_nobody_can_run_it_that_is_said() -> None:
    site = Site()
    (result,), _ = tried(check(user=""), site=site)
    assert (result.state, site.asked) == (NOT_SO, [])
    assert "admins" in result.said


def test_machines_come_in_their_order() -> None:
    wanted = {f"w{n}": [replace(check(where=f"w{n}"), node=f"w{n}")] for n in range(40)}
    found = [name for name, _ in accept(wanted, {}, Site(), Played())]
    assert found == list(wanted)
