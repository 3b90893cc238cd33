"""What a publish looks at before it does anything: the definition, its commit, and what is live. Needs no root."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clusterdef.drivers import live_tree
from clusterdef.drivers.live_tree import LiveTree
from clusterdef.drivers.shell import Shell, by_ssh
from clusterdef.problem import Problem, Refused
from clusterdef.verbs.generate import Wish as Generate
from clusterdef.verbs.generate import generate
from clusterdef.verbs.publish import Survey, Wish, publish, survey
from tests.publish.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def made(stage: Stage, nodes: int = 2) -> str:
    """Written, committed and generated, in this process; the commit."""
    stage.write(nodes)
    commit = stage.commit("a definition")
    assert generate(Generate(stage.site / "site.yaml", stage.site / "generated")).problems is not None
    return commit


def look(stage: Stage, here: str = "head", replace: str | None = None, without: str | None = None) -> Survey:
    environment = {"PATH": os.environ["PATH"]}
    at = "2026-01-02T03:04:05Z"
    site = stage.site / "site.yaml"
    return survey(Wish(site, stage.site / "generated", (here,), "ada", at, environment, without, replace))


def refused(stage: Stage, here: str = "head") -> Problem:
    with pytest.raises(Refused) as caught:
        look(stage, here)
    return caught.value.problems[0]


def live(stage: Stage, **record: object) -> None:
    """A published tree with nothing in it but its record."""
    (stage.live / "1").mkdir(parents=True)
    (stage.live / "current").symlink_to("1")
    (stage.live / "1" / ".publication.json").write_text(json.dumps(record))


def test_everything_is_new_where_nothing_is_live(stage: Stage) -> None:
    commit = made(stage)
    found = look(stage)
    assert (found.commit, found.reasons, found.notes, found.pulled) == (commit, [], [], [])
    assert [target.part.node.name for target in found.targets] == ["head"]
    assert {change.kind for change in found.targets[0].difference.changes} == {"new"}
    assert not stage.live.exists()


def test_there_must_be_a_generation(stage: Stage) -> None:
    stage.commit("a definition")
    assert refused(stage).code == "nothing-yet"


def test_the_generation_must_be_of_this_definition(stage: Stage) -> None:
    made(stage)
    stage.write(3)
    assert refused(stage).code == "publish-stale"


def test_the_definition_must_be_committed(stage: Stage) -> None:
    stage.commit("something")
    stage.write(3)
    generate(Generate(stage.site / "site.yaml", stage.site / "generated"))
    problem = refused(stage)
    assert (problem.code, problem.message) == ("publish-uncommitted", "hardware.csv, site.yaml are not committed")


def test_files_that_do_not_belong_to_the_definition_need_no_commit(stage: Stage) -> None:
    made(stage)
    (stage.site / "notes.txt").write_text("to do\n")
    assert look(stage).open


def test_a_definition_without_git_is_told_of(stage: Stage) -> None:
    generate(Generate(stage.site / "site.yaml", stage.site / "generated"))
    found = look(stage)
    assert (found.commit, len(found.notes)) == (None, 1)


def test_a_live_commit_that_nobody_here_knows(stage: Stage) -> None:
    made(stage)
    live(stage, commit="1" * 40, by="bob", at="2026-01-01T00:00:00Z")
    problem = refused(stage)
    assert problem.code == "publish-diverged"
    assert "1111111111, which this definition does not contain" in problem.message
    assert problem.label == "published by bob on 2026-01-01T00:00:00Z"
    assert look(stage, replace="1" * 40).open


def test_a_live_commit_that_came_before(stage: Stage) -> None:
    first = made(stage)
    made(stage, 3)
    live(stage, commit=first)
    assert look(stage).open


def test_a_live_commit_is_never_taken_for_an_option(stage: Stage) -> None:
    made(stage)
    live(stage, commit="--all")
    assert refused(stage).code == "publish-diverged"


def test_a_tree_of_another_cluster_is_left_alone(stage: Stage) -> None:
    made(stage)
    live(stage, cluster="other")
    problem = refused(stage)
    assert (problem.code, problem.message) == ("publish-foreign", "what is live on head is cluster other, not mini")


def test_a_link_that_nobody_published_is_left_alone(stage: Stage) -> None:
    made(stage)
    stage.live.mkdir()
    (stage.live / "current").symlink_to("/etc")
    assert refused(stage).code == "publish-foreign"


def test_this_machine_must_be_known_where_it_lays_out_the_part_of_another(tmp_path: Path) -> None:
    stage = Stage(tmp_path, puppet="pull")
    made(stage)
    assert look(stage).pulled == ["puppet"]
    assert refused(stage, here="nobody").code == "publish-nowhere"


def test_a_machine_without_any_part(stage: Stage) -> None:
    made(stage)
    with pytest.raises(Refused) as caught:
        look(stage, without="head")
    assert caught.value.problems[0].code == "publish-nowhere"


def test_vanishing_nodes_and_large_changes_are_reasons_to_ask(stage: Stage) -> None:
    made(stage)
    live(stage, nodes=["head", "w1", "w2", "w3"])
    assert look(stage).reasons == ["head: 1 node would vanish: w3"]


def test_what_changed_between_looking_and_doing_is_not_overwritten(stage: Stage) -> None:
    made(stage)
    found = look(stage)
    live(stage)
    with pytest.raises(Refused) as caught:
        publish(found, False, lambda *told: None)
    assert caught.value.problems[0].code == "publish-moved"


def test_one_publishes_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_tree, "WAIT", 1)
    one, other = (LiveTree("head", str(tmp_path / "live"), Shell()) for _ in range(2))
    with one.held("ada"), pytest.raises(Refused) as caught, other.held("bob"):
        pass
    assert (caught.value.problems[0].code, "ada is publishing" in caught.value.problems[0].message) == (
        "publish-busy",
        True,
    )
    with other.held("bob"):
        pass


def test_a_machine_that_is_not_reached(tmp_path: Path) -> None:
    away = LiveTree("w1", "/srv/x", Shell(("sh", "-c", "echo no route >&2; exit 255")), ("try it",))
    for act in (away.look, lambda: away.held("ada").__enter__()):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.problems[0].code == "publish-unreached"


BROKEN = """\
echo asked >>{log}
[ $(wc -l <{log}) -gt 1 ] || exit 255
eval "$1"
"""
"""A way to a machine that breaks the first time."""


@pytest.mark.parametrize(("verb", "times"), [("look", 2), ("settle", 1)])
def test_a_way_that_breaks_is_tried_again_where_nothing_is_changed(tmp_path: Path, verb: str, times: int) -> None:
    log = tmp_path / "log"
    tree = LiveTree("w1", str(tmp_path / "live"), Shell(("sh", "-c", BROKEN.format(log=log), "sh")))
    if verb == "look":
        assert tree.look().number == 0
    else:
        with pytest.raises(Refused, match="not reached"):
            tree.settle("{}")
    assert log.read_text("utf-8").count("asked") == times


def test_a_step_that_does_not_work(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        LiveTree("w1", str(tmp_path / "nowhere"), Shell()).settle("{}")
    assert caught.value.problems[0].code == "publish-machine"


def test_a_far_shell_gets_its_words_whole() -> None:
    words = by_ssh("192.0.2.1", Path("config")).words('echo "$1"; it\'s', ["-x", "two words"])
    assert words[:3] == ["ssh", "-F", "config"]
    assert words[-5:-1] == ["-l", "root", "--", "192.0.2.1"]
    assert words[-1] == """sh -c 'echo "$1"; it'"'"'s' sh -x 'two words'"""
