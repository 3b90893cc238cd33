"""The order of a publish: whatever is refused wherever, all machines end with the new files or all with the old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clusterdef.artifact import Artifact
from clusterdef.flows import parts
from clusterdef.flows import publish as flow
from clusterdef.flows.parts import Part
from clusterdef.flows.publish import CHECK, PUBLISH, Position, step
from clusterdef.flows.work import Publication, Target, Work
from clusterdef.generator import Output
from clusterdef.ports.machine import Answer, Kept, Live
from clusterdef.problem import Problem, Severity
from clusterdef.tree import Generation, write
from tests.publish.machine import Memory

ROW = Output("conf", "site", "conf", "conf.txt.j2", to=("dns",), check=("check", "{file}"), reload=("restart",))


def generation(folder: Path, text: str = "new\n", group: str = "root") -> Generation:
    artifacts = [Artifact("conf", text.encode(), "conf", group=group), Artifact("other", b"same\n", "other")]
    return write(folder, artifacts, inputs="", version="0", facts={})


def targets(made: Generation, machines: list[Memory]) -> list[Target]:
    found = []
    for machine in machines:
        node: Any = SimpleNamespace(name=machine.name)
        part = Part(node, False, made.manifest.entries, frozenset({"conf"}))
        found.append(Target(part, machine, machine.live, parts.difference(part.entries, machine.live)))
    return found


def carried_out(made: Generation, machines: list[Memory]) -> tuple[str, tuple[Problem, ...], Work]:
    rows = {"conf": ROW}
    work = Work(Publication(made, {"commit": "c"}, ("a",), rows, "/srv/x", {}), targets(made, machines))
    state, problems = flow.run(PUBLISH, machines, work.act, lambda *told: None)
    return state, problems, work


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


@pytest.fixture
def old() -> Live:
    """Something is live already."""
    kept = {"conf": Kept("0" * 64, 0o644, "root", "root")}
    return Live(4, {}, kept, {"conf": "conf"}, kept)


@pytest.mark.parametrize("table", [PUBLISH, CHECK])
@pytest.mark.parametrize("machines", [1, 2, 5])
def test_every_way_through_the_table_ends(table: flow.Table, machines: int) -> None:
    for refused in [*table, ""]:
        here = Position(flow.FIRST)
        for _ in range(100):
            if here.state not in table:
                break
            here = step(table, here, machines, here.state != refused)
        assert here.state not in table
        assert (here.state in ("live", "checked")) == (refused in ("", "settle", "back", "discard", "tidy"))


def test_one_state_is_done_by_all_before_the_next_begins() -> None:
    here = Position("check", 0)
    assert step(PUBLISH, here, 3, True) == Position("check", 1)
    assert step(PUBLISH, Position("check", 2), 3, True) == Position("switch", 0)
    assert step(PUBLISH, Position("reload", 1), 3, False) == Position("back", 0)
    assert step(PUBLISH, Position("back", 0), 3, False) == Position("back", 1)


def test_all_well(tmp_path: Path, old: Live) -> None:
    machines = [Memory("a"), Memory("b")]
    machines[0].live = old
    state, problems, _ = carried_out(generation(tmp_path / "g"), machines)
    assert (state, problems) == ("live", ())
    for machine in machines:
        assert sorted(machine.live.files) == ["conf", "other"]
        assert (machine.told, machine.due) == ([("restart",)], ())


@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize("state", ["carry", "check", "switch", "reload"])
def test_a_refusal_anywhere_leaves_every_machine_as_it_was(tmp_path: Path, old: Live, state: str, turn: int) -> None:
    machines = [Memory(name) for name in "abc"]
    for machine in machines:
        machine.live = old
    machines[turn].refuses = {state}
    made, problems, _ = carried_out(generation(tmp_path / "g"), machines)
    assert made == "refused"
    expected = {"check": "publish-check", "reload": "publish-reload"}.get(state, "publish-machine")
    assert codes(problems)[0] == expected
    assert [machine.live for machine in machines] == [old] * 3
    assert [machine.candidate for machine in machines] == [None] * 3


def test_what_daemons_read_is_told_again_on_the_way_back(tmp_path: Path, old: Live) -> None:
    good, bad = Memory("good"), Memory("bad", {"reload"})
    good.live = bad.live = old
    _, problems, _ = carried_out(generation(tmp_path / "g"), [good, bad])
    assert (len(good.told), good.due) == (2, ())
    # The daemon that starts with neither is still due: the next publish tells it.
    assert (len(bad.told), bad.due) == (2, ("conf",))
    assert codes(problems) == ["publish-reload", "publish-stuck"]


def test_where_nothing_was_live_no_daemon_is_told_on_the_way_back(tmp_path: Path) -> None:
    machine = Memory("a", {"reload"})
    made, problems, _ = carried_out(generation(tmp_path / "g"), [machine])
    assert (made, len(machine.told), codes(problems)) == ("refused", 1, ["publish-reload"])


def test_a_log_that_cannot_be_written_takes_nothing_back(tmp_path: Path) -> None:
    machine = Memory("a", {"settle"})
    made, problems, _ = carried_out(generation(tmp_path / "g"), [machine])
    assert (made, codes(problems), machine.live.number) == ("live", ["publish-machine"], 1)


def test_what_arrives_otherwise_than_sent_is_refused(tmp_path: Path) -> None:
    machine = Memory("a", loses="other")
    made, problems, _ = carried_out(generation(tmp_path / "g"), [machine])
    assert (made, codes(problems)) == ("refused", ["publish-lost"])
    assert "other did not arrive" in problems[0].message


def test_files_for_a_group_that_is_not_there_are_refused_first(tmp_path: Path) -> None:
    machine = Memory("a")
    made, problems, _ = carried_out(generation(tmp_path / "g", group="tftp"), [machine])
    assert (made, codes(problems), "carry" in machine.log) == ("refused", ["publish-owner"], False)


def test_a_file_that_is_not_what_was_generated_is_refused(tmp_path: Path) -> None:
    made = generation(tmp_path / "g")
    file = made.path / "conf"
    file.chmod(0o644)
    file.write_text("mine\n")
    state, problems, _ = carried_out(made, [Memory("a")])
    assert (state, codes(problems)) == ("refused", ["publish-drifted"])


def test_a_reader_that_is_not_installed_is_neither_asked_nor_told(tmp_path: Path) -> None:
    machine = Memory("a", {"no check"})
    state, _, work = carried_out(generation(tmp_path / "g"), [machine])
    assert (state, machine.told, len(work.notes)) == ("live", [], 1)


def of_two(tmp_path: Path, machine: Memory) -> tuple[tuple[Problem, ...], Work]:
    """A publish of two outputs, with two files and one, whose reader is the same and looks at everything at once."""
    names = {"zone/a": "zone", "zone/b": "zone", "conf": "conf"}
    artifacts = [Artifact(path, b"new\n", maker) for path, maker in names.items()]
    made = write(tmp_path / "two", artifacts, inputs="", version="0", facts={})
    rows = {name: replace(ROW, name=name, check=("check", "{tree}")) for name in ("conf", "zone")}
    target = targets(made, [machine])[0]
    target.part = replace(target.part, reads=frozenset(rows))
    work = Work(Publication(made, {}, (), rows, "/srv/x", {}), [target])
    return flow.run(PUBLISH, [machine], work.act, lambda *told: None)[1], work


def test_a_reader_that_looks_at_everything_is_asked_once(tmp_path: Path) -> None:
    machine = Memory("a")
    problems, work = of_two(tmp_path, machine)
    assert (problems, machine.log.count("check")) == ((), 1)
    assert work.said["check", 0] == "conf, zone"


def test_who_is_always_asked_is_asked_although_its_file_is_as_before(tmp_path: Path) -> None:
    asked = replace(ROW, name="other", check=("look", "{file}"), always=True)
    for always, commands in ((True, [("look", "/srv/x/current/other")]), (False, [])):
        machine = Asked("a")
        made = generation(tmp_path / str(always))
        node: Any = SimpleNamespace(name="a")
        part = Part(node, False, made.manifest.entries, frozenset({"other"}))
        kept = parts.kept({"other": made.manifest.entries["other"]})
        machine.live = Live(1, {}, kept, {"other": "other"}, kept)
        target = Target(part, machine, machine.live, parts.difference(part.entries, machine.live))
        assert target.difference.send == ("conf",)
        rows = {"other": replace(asked, always=always)}
        work = Work(Publication(made, {}, ("a",), rows, "/srv/x", {}), [target])
        assert (flow.run(CHECK, [machine], work.act, lambda *told: None)[0], machine.asked) == ("checked", commands)


@pytest.mark.parametrize(
    ("refuses", "always", "said"),
    [((), True, []), (("ask",), True, ["a: a does not like it"]), (("no ask",), True, []), (("ask",), False, [])],
)
def test_where_nothing_changes_its_objection_is_a_warning(
    tmp_path: Path, refuses: tuple[str, ...], always: bool, said: list[str]
) -> None:
    machine = Memory("a", refuses)
    made = generation(tmp_path / "g")
    machine.live = Live(1, {}, kept := parts.kept(made.manifest.entries), {"conf": "conf", "other": "other"}, kept)
    target = targets(made, [machine])[0]
    work = Work(Publication(made, {}, (), {"conf": replace(ROW, always=always)}, "/srv/x", {}), [target])
    found = [(one.severity, one.message) for one in work.objections(target)]
    assert (target.open, found) == (False, [(Severity.WARNING, one) for one in said])
    assert machine.told == ([("check", "/srv/x/current/conf")] if always else [])
    assert machine.log == (["ask"] if always else [])


class Asked(Memory):
    """Notes what it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked: list[tuple[str, ...]] = []

    def check(self, commands: Sequence[Sequence[str]]) -> Sequence[Answer]:
        self.asked += map(tuple, commands)
        return super().check(commands)


def test_what_it_refuses_is_told_once_with_all_it_is_about(tmp_path: Path) -> None:
    problems, _ = of_two(tmp_path, Memory("a", {"check"}))
    assert [one.message for one in problems] == ["a: check refuses conf, zone/a, zone/b"]


def test_one_that_is_not_installed_is_noted_for_each_output(tmp_path: Path) -> None:
    machine = Memory("a", {"no check"})
    _, work = of_two(tmp_path, machine)
    assert [note.split("; ")[1].split()[0] for note in work.notes] == ["conf", "zone"]
    assert machine.told == []


def test_a_machine_that_only_keeps_the_files_is_neither_asked_nor_told(tmp_path: Path) -> None:
    made = generation(tmp_path / "g")
    machine = Memory("a")
    target = targets(made, [machine])[0]
    target.part = replace(target.part, reads=frozenset())
    work = Work(Publication(made, {}, (), {"conf": ROW}, "/srv/x", {}), [target])
    assert flow.run(PUBLISH, [machine], work.act, lambda *told: None)[0] == "live"
    assert (machine.told, "check" in machine.log) == ([], False)


def test_what_was_due_is_told_even_when_its_files_are_as_before(tmp_path: Path) -> None:
    made = generation(tmp_path / "g")
    machine = Memory("a")
    carried_out(made, [machine])
    machine.live = replace(machine.live, due=("conf",), makers={"conf": "conf"})
    machine.told.clear()
    assert targets(made, [machine])[0].open
    carried_out(made, [machine])
    assert machine.told == [("restart",)]


def test_commands_name_the_place_that_is_read() -> None:
    made: Any = None
    publication = Publication(made, {}, (), {}, "/srv/x", {})
    assert publication.filled(("t", "-C", "{file}", "--in={tree}"), "a/b") == (
        "t",
        "-C",
        "/srv/x/current/a/b",
        "--in=/srv/x/current",
    )
