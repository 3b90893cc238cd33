"""The order of a recovery: every way ends, and killed or refused anywhere it goes on where it was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from clusterdef.drivers.job_files import JobFiles
from clusterdef.flows import recover as flow
from clusterdef.flows.comeback import Comeback, Door, Joining, Ports, clean_run
from clusterdef.flows.recover import ALONE, KEPT, RECOVER, Job, Seen, step
from clusterdef.ports.certificates import SIGNED
from clusterdef.ports.reports import Report, Resource
from clusterdef.problem import Problem, Refused
from tests.recover.server import FakeHandover, FakeServer

NAME, ADDRESS = "w7.example.org", "192.0.2.7"
MINUTES = 30


class Killed(BaseException):
    """The process is gone."""


class World:
    """A server with traces of a former life, a machine that somebody installs, and a clock that goes on by minutes."""

    def __init__(self, folder: Path) -> None:
        self.server = FakeServer()
        self.head = FakeHandover()
        self.jobs = JobFiles(folder, "recovering")
        self.time = 1_000_000
        self.tokens = 0
        self.published = 0
        self.dies_in = ""
        self.refuses_in = ""
        self.told: list[tuple[str, bool, bool]] = []
        self.pauses: list[Callable[[], object]] = []
        self.server.ca.request(NAME)
        self.server.ca.sign(NAME)
        self.server.run(NAME)

    def now(self) -> int:
        return self.time

    def pause(self) -> None:
        self.time += 60
        self.server.ca.request("somebody.else")
        if self.pauses:
            self.pauses.pop(0)()

    def join(self, job: Job) -> Joining:
        if job.way == "hand":
            return Joining("no token\n")
        self.tokens += 1
        word = f"token-{self.tokens}"
        line = json.dumps({"sha256": hashlib.sha256(word.encode()).hexdigest()})
        return Joining(f"token: {word}\n", line, word)

    def token(self) -> str:
        """What stands in the script that the machine gets."""
        return re.sub("^token: ", "", self.jobs.place("w7").read_text()).strip()

    def publish(self) -> str:
        self.published += 1
        return "its files are live"

    def machine(self) -> None:
        """The machine that was installed does its first run, with what the script holds."""
        self.server.ask(NAME, self.token())
        self.server.run(NAME)

    def alone(self) -> None:
        """The machine that was installed asks the head for its token and does its first run."""
        self.server.ask(NAME, self.head.given.get(ADDRESS, ""))
        self.server.run(NAME)

    def act(self, job: Job) -> Seen:
        """Do it; before or after that the process may die, or the server say no."""
        if self.refuses_in == job.state:
            self.refuses_in = ""
            raise Refused(Problem("server-answer", "the server says no"))
        if self.dies_in == f"before {job.state}":
            self.dies_in = ""
            raise Killed
        ports = Ports(self.server.ca, self.server.reports, self.server.tokens)
        door = Door("head", (ADDRESS,), self.head)
        seen = Comeback(NAME, ports, self.jobs, self.publish, self.join, door).act(job)
        if self.dies_in == f"after {job.state}":
            self.dies_in = ""
            raise Killed
        return seen

    def begin(self, way: str = "token") -> Job:
        """Where it begins: at the beginning, or where a former process left it."""
        record = self.jobs.read("w7")
        patience = 60 * MINUTES
        standing = self.server.ca.look(NAME)
        signed = standing is not None and standing.state == SIGNED
        former = flow.resumed(Job(**record), self.time, patience, signed) if record else None
        return former or Job("w7", way, "ada", self.time, patience, since=self.time)

    def recover(self, way: str = "token") -> Job:
        def keep(job: Job) -> None:
            self.jobs.write("w7", asdict(job))

        def tell(job: Job, seen: Seen, late: bool) -> None:
            self.told.append((job.state, seen.done, late))

        ended = flow.run(self.begin(way), self.act, keep, tell, self)
        if ended.state not in KEPT:
            self.jobs.forget("w7")
        return ended


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("table", [RECOVER, ALONE], ids=["recover", "alone"])
def test_every_way_through_the_table_ends(table: flow.Table) -> None:
    way = next(name for name, one in flow.TABLES.items() if one is table)
    for stuck in [*table, ""]:
        job = Job("w7", way, "ada", 0, 100, since=0)
        for now in range(0, 10_000, 60):
            if job.state not in table or (job.state == stuck and not table[stuck].late):
                break
            job = step(job, Seen(job.state != stuck), now)
        ends = {"": "back", "certificate": "failed", "disarm": "back", "run": "unfinished"}
        end = ends.get(stuck, stuck)
        assert job.state == ("prepared" if table is ALONE and not stuck else end)


def test_it_is_waited_for_as_long_as_was_said_and_no_longer() -> None:
    job = step(Job("w7", "token", "ada", 0, 100, "arm"), Seen(), 50)
    assert (job.state, job.since, job.until) == ("certificate", 50, 150)
    assert step(job, Seen(False), 149) == job
    assert step(job, Seen(False), 150).state == "disarm"
    assert step(job, Seen(True), 999).state == "run"


def test_all_well(world: World) -> None:
    world.pauses = [world.machine]
    ended = world.recover()
    assert ended.state == "back"
    assert [one.fingerprint for one in world.server.ca.revoked] == ["certificate 1"]
    assert world.server.ca.standing[NAME].fingerprint != "certificate 1"
    assert (world.server.tokens.lines, world.jobs.read("w7"), world.jobs.place("w7").exists()) == ({}, None, False)
    assert world.head.given == {}


def test_the_last_report_of_the_former_life_does_not_count(world: World) -> None:
    world.pauses = [lambda: world.server.ask(NAME, world.token())]
    ended = world.recover()
    assert (ended.state, ended.former) == ("unfinished", "run 1")


def test_a_request_that_somebody_planted_is_removed_before_and_meanwhile(world: World) -> None:
    world.server.ca.clean(NAME)
    world.server.ca.request(NAME)
    planted = world.server.ca.standing[NAME]
    world.pauses = [lambda: world.server.ask(NAME, "a guess"), lambda: None, world.machine]
    assert world.recover().state == "back"
    assert planted not in world.server.ca.standing.values()


def test_where_a_person_signs_the_request_is_left_alone(world: World) -> None:
    def sign() -> None:
        world.server.ca.sign(NAME)
        world.server.run(NAME)

    world.pauses = [lambda: world.server.ask(NAME), lambda: None, sign]
    assert world.recover("hand").state == "back"
    assert (world.tokens, world.server.tokens.lines) == (0, {})


def test_a_machine_that_never_asks_leaves_no_token(world: World) -> None:
    assert world.recover().state == "failed"
    assert (world.server.tokens.lines, world.head.given) == ({}, {})
    assert ("certificate", False, True) in world.told
    assert not world.jobs.place("w7").exists()


def test_after_a_bad_run_a_good_one_is_waited_for_and_later_too(world: World) -> None:
    world.pauses = [lambda: world.server.ask(NAME, world.token()), lambda: world.server.run(NAME, "failed")]
    assert world.recover().state == "unfinished"
    certificate = world.server.ca.standing[NAME]
    world.pauses = [lambda: world.server.run(NAME)]
    assert world.recover().state == "back"
    assert world.server.ca.standing[NAME] == certificate, "nothing begins again that is done"


POINTS = [f"{when} {state}" for state in RECOVER if state != "disarm" for when in ("before", "after")]


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_it_goes_on_and_nothing_is_lost(world: World, point: str, alone: bool) -> None:
    machine = world.alone if alone else world.machine
    world.dies_in = point
    world.pauses = [machine]
    with pytest.raises(Killed):
        world.recover()
    world.pauses = world.pauses or [machine]
    assert world.recover().state == "back"
    assert [one.fingerprint for one in world.server.ca.revoked] == ["certificate 1"], "the new one was never touched"
    assert (world.server.tokens.lines, world.jobs.read("w7"), world.jobs.place("w7").exists()) == ({}, None, False)
    assert world.head.given == {}


@pytest.mark.parametrize("point", ["before disarm", "after disarm"])
def test_killed_while_it_gives_up(world: World, point: str) -> None:
    world.dies_in = point
    with pytest.raises(Killed):
        world.recover()
    assert world.recover().state == "failed"
    assert (world.server.tokens.lines, world.head.given) == ({}, {})


def test_the_script_that_somebody_has_stays_good_when_the_watching_is_killed(world: World) -> None:
    world.dies_in = "after certificate"
    with pytest.raises(Killed):
        world.recover()
    before = world.token()
    world.pauses = [world.machine]
    assert world.recover().state == "back"
    assert (before, world.tokens) == ("token-1", 1)


def test_a_token_that_expired_meanwhile_is_of_no_use_so_it_begins_anew(world: World) -> None:
    world.dies_in = "after certificate"
    with pytest.raises(Killed):
        world.recover()
    world.time += 60 * MINUTES + 1
    assert world.begin().state == "publish"


def test_a_certificate_that_was_signed_while_nobody_watched_stays(world: World) -> None:
    world.dies_in = "after certificate"
    with pytest.raises(Killed):
        world.recover()
    world.machine()
    certificate = world.server.ca.standing[NAME]
    world.time += 60 * MINUTES + 1
    assert world.recover().state == "back"
    assert world.server.ca.standing[NAME] == certificate


@pytest.mark.parametrize("state", ["publish", "clean", "arm", "tidy"])
def test_a_refusal_stops_it_where_it_is(world: World, state: str) -> None:
    world.refuses_in = state
    world.pauses = [world.machine]
    with pytest.raises(Refused):
        world.recover()
    record = world.jobs.read("w7")
    assert record, "what was about to be done is kept"
    assert (record["state"], world.begin().state) == (state, state)
    assert world.recover().state == "back"


@pytest.mark.parametrize("state", ["certificate", "run"])
def test_a_refusal_while_it_waits_is_waited_through(world: World, state: str) -> None:
    world.refuses_in = state
    world.pauses = [world.machine, world.machine]
    assert world.recover().state == "back"


GOOD = Report("1", "now", "changed", resources=(Resource("File[/x]", ("created",)),))


@pytest.mark.parametrize(
    "report, done, said",
    [
        (GOOD, True, "1 thing"),
        (replace(GOOD, status="unchanged", resources=()), True, "nothing"),
        (replace(GOOD, noop=True), False, "noop"),
        (replace(GOOD, cached=True), False, "former one"),
        (replace(GOOD, status="failed", resources=(), errors=("no such class",)), False, "no such class"),
        (replace(GOOD, resources=(Resource("Service[x]", (), failed=True),)), False, "Service[x]"),
    ],
)
def test_which_run_is_a_good_one(report: Report, done: bool, said: str) -> None:
    seen = clean_run(report)
    assert (seen.done, said in seen.said) == (done, True), seen
