"""Publishing on this very machine: one rename, and a refusal anywhere leaves everything as it was."""

from __future__ import annotations

import json
import os
import pwd
from datetime import datetime
from pathlib import Path

import pytest

from tests.publish.stage import Stage

BROKEN = """
    {"name": "broken", "for_each": "site", "path": "dnsmasq/more.conf", "template": "more.txt.j2", "to": ["dhcp"],
     "check": ["no-such-checker|dnsmasq", "--test", "-C", "{file}"],
     "reload": ["systemctl", "restart", "dnsmasq.service"]}
"""
OWN = '{"name": "own", "for_each": "site", "path": "own/key", "template": "key.txt.j2"}'


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def generator(stage: Stage, row: str, template: str, text: str) -> None:
    """A generator of the site's own."""
    room = stage.site / "generators" / "own"
    room.mkdir(parents=True, exist_ok=True)
    (room / "generator.json").write_text('{"description": "a file of our own", "outputs": [' + row + "]}")
    (room / template).write_text(text)


def test_what_is_live_is_what_was_generated(stage: Stage) -> None:
    commit = stage.ready()
    made = stage.publish()
    assert made.code == 0, made
    generated = stage.site / "generated" / "current"
    wanted = {str(path.relative_to(generated)) for path in generated.rglob("*") if path.is_file()}
    live = stage.files()
    assert wanted - {".facts.json", ".memo.json", ".stat"} == live.keys() - {".publication.json"}
    assert live["dnsmasq/clusterdef.conf"] == ((generated / "dnsmasq/clusterdef.conf").read_text(), 0o644)
    assert stage.told() == ["restart dnsmasq.service"]
    assert stage.number == "1"
    record = stage.record()
    assert (record["commit"], record["generation"], record["nodes"]) == (commit, 1, ["head", "w1", "w2"])
    assert record["by"] == os.environ.get("SUDO_USER", pwd.getpwuid(os.getuid()).pw_name)
    assert datetime.fromisoformat(record["at"]).tzinfo is not None
    kept = [(line["commit"], line["by"], line["at"], line["generation"]) for line in stage.log()]
    assert kept == [(commit, record["by"], record["at"], 1)]


def test_a_second_time_there_is_nothing_to_do(stage: Stage) -> None:
    stage.published()
    stage.told()
    again = stage.publish()
    assert (again.code, "nothing to publish" in again.out, stage.told()) == (0, True, [])
    assert stage.number == "1"


def test_only_what_changed_is_written_and_told(stage: Stage) -> None:
    stage.published(20)
    stage.told()
    before = (stage.live / "current" / "kickstart" / "w1.cfg").stat()
    stage.ready(21)
    made = stage.publish("-y")
    assert made.code == 0, made
    after = (stage.live / "current" / "kickstart" / "w1.cfg").stat()
    assert (before.st_ino, before.st_nlink + 1) == (after.st_ino, after.st_nlink)
    assert stage.told() == ["restart dnsmasq.service"]
    assert "kickstart/w21.cfg" in stage.files()


def test_a_file_that_its_reader_refuses_leaves_everything_as_it_was(stage: Stage) -> None:
    generator(stage, BROKEN, "more.txt.j2", "domain-needed\n")
    stage.published()
    stage.told()
    before, log, names = stage.files(), stage.log(), sorted(path.name for path in stage.live.iterdir())
    generator(stage, BROKEN, "more.txt.j2", "no-such-word\n")
    stage.ready(3)
    made = stage.publish("-y")
    assert made.code == 3
    assert "dnsmasq refuses dnsmasq/more.conf" in made.err and "no-such-word" not in before
    assert "bad option at line 1" in made.err
    assert (stage.files(), stage.log(), stage.told()) == (before, log, [])
    assert sorted(path.name for path in stage.live.iterdir()) == names
    assert {".lock", "0", "1", "current", "publications.log"} <= set(names) and "2" not in names


def test_a_daemon_that_does_not_start_goes_back(stage: Stage) -> None:
    stage.published()
    stage.told()
    before = stage.files()
    stage.ready(3)
    stage.refuse(f"grep -q w3 {stage.live}/current/dnsmasq/clusterdef.conf")
    made = stage.publish("-y")
    assert (made.code, "tells the reader of dnsmasq" in made.err) == (3, True)
    assert stage.files() == before
    assert stage.told() == ["restart dnsmasq.service"] * 2
    assert not (stage.live / ".due").exists()


def test_a_daemon_that_starts_with_neither_is_told_again_the_next_time(stage: Stage) -> None:
    stage.published()
    before = stage.files()
    stage.ready(3)
    stage.refuse("true")
    made = stage.publish("-y")
    assert (made.code, "with the former files too" in made.err) == (3, True)
    assert stage.files() == before
    stage.git("checkout", "--quiet", "HEAD~1")
    assert stage.run("generate").code == 0
    stage.refuse("false")
    stage.told()
    assert stage.publish("--replace", stage.record()["commit"]).code == 0
    assert stage.told() == ["restart dnsmasq.service"]
    assert stage.publish().out.count("nothing to publish") == 1


def test_looking_touches_nothing(stage: Stage) -> None:
    stage.ready()
    made = stage.publish("--dry-run")
    assert (made.code, stage.live.exists(), stage.told()) == (0, False, [])


def test_checking_makes_nothing_live(stage: Stage) -> None:
    stage.published()
    before = stage.files()
    stage.told()
    stage.ready(3)
    made = stage.publish("--check-only")
    assert (made.code, "nothing is live yet" in made.out) == (0, True)
    assert (stage.files(), stage.told()) == (before, [])


def test_a_file_changed_by_hand_is_told_and_mended(stage: Stage) -> None:
    stage.published()
    stage.told()
    file = stage.live / "current" / "dnsmasq" / "clusterdef.conf"
    good = file.read_text()
    file.write_text("# mine\n")
    (stage.live / "current" / "dnsmasq" / "extra.conf").write_text("# mine too\n")
    made = stage.publish("-y")
    assert made.code == 0
    assert "changed by hand, and lost: dnsmasq/clusterdef.conf, dnsmasq/extra.conf" in made.out
    assert file.read_text() == good and "dnsmasq/extra.conf" not in stage.files()
    assert stage.told() == ["restart dnsmasq.service"]


def test_owner_and_mode_are_those_of_the_output(stage: Stage) -> None:
    row = OWN.replace("}", ', "mode": "0640", "group": "mail"}')
    generator(stage, row, "key.txt.j2", "x\n")
    stage.published()
    file = stage.live / "current" / "own" / "key"
    assert (file.owner(), file.group(), file.stat().st_mode & 0o777) == ("root", "mail", 0o640)


def test_a_tree_that_somebody_made_for_himself_is_opened_to_the_daemons(stage: Stage) -> None:
    stage.live.mkdir(mode=0o700)
    stage.published()
    way = [stage.live, stage.live / "current", *(stage.live / "current").resolve().rglob("*")]
    assert all(one.stat().st_mode & 0o555 == 0o555 for one in way if one.is_dir())


def test_a_group_that_is_not_there_is_told_before_anything_is_carried(stage: Stage) -> None:
    row = OWN.replace("}", ', "group": "nobodyhasit"}')
    generator(stage, row, "key.txt.j2", "x\n")
    stage.ready()
    made = stage.publish()
    assert (made.code, "no group nobodyhasit" in made.err) == (3, True)
    assert stage.number == ""


def test_a_large_change_needs_consent(stage: Stage) -> None:
    stage.published(3)
    before = stage.files()
    stage.ready(1)
    made = stage.publish()
    assert made.code == 4
    assert "2 nodes would vanish: w2, w3" in made.out and "--yes" in made.err
    assert stage.files() == before
    assert stage.publish("--yes").code == 0
    assert stage.record()["nodes"] == ["head", "w1"]


def test_two_administrators_with_diverged_clones(stage: Stage, tmp_path: Path) -> None:
    stage.published()
    other = tmp_path / "other"
    stage.git("clone", "--quiet", str(stage.site), str(other))
    stage.ready(3)
    assert stage.publish("-y").code == 0
    theirs = stage.record()["commit"]
    stage.write(4, site=other)
    stage.commit("another way", site=other)
    assert stage.run("generate", site=other).code == 0
    before = stage.files()
    made = stage.publish("-y", site=other)
    assert made.code == 3
    assert f"comes from commit {theirs[:10]}, which this definition does not contain" in made.err
    assert "git pull" in made.err
    assert stage.files() == before
    stage.git("fetch", "--quiet", site=other)
    stage.git("merge", "--quiet", "--strategy=ours", "--message", "both", "origin/main", site=other)
    assert stage.run("generate", site=other).code == 0
    assert stage.publish("-y", site=other).code == 0
    assert len(stage.log()) == 3


def test_a_definition_that_is_not_committed_or_not_generated_is_refused(stage: Stage) -> None:
    stage.ready()
    stage.write(3)
    assert "changed after generation 1" in stage.publish().err
    assert stage.run("generate").code == 0
    made = stage.publish()
    assert (made.code, "hardware.csv, site.yaml are not committed" in made.err) == (3, True)
    assert not stage.live.exists()


def test_what_is_due_after_a_crash_is_told_by_the_next(stage: Stage) -> None:
    stage.published()
    stage.told()
    (stage.live / ".due").write_text("dnsmasq")
    made = stage.publish()
    assert (made.code, stage.told()) == (0, ["restart dnsmasq.service"])
    assert not (stage.live / ".due").exists()


def test_a_reader_that_is_not_installed_is_told_of(stage: Stage) -> None:
    row = BROKEN.replace("|dnsmasq", "|nor-this")
    generator(stage, row, "more.txt.j2", "domain-needed\n")
    stage.ready()
    made = stage.publish()
    assert made.code == 0
    assert "no-such-checker or nor-this is not installed there; broken is neither checked nor told" in made.out


def test_somebody_elses_folder_is_not_a_live_tree(stage: Stage) -> None:
    stage.ready()
    stage.live.mkdir()
    (stage.live / "current").symlink_to("/etc")
    made = stage.publish()
    assert (made.code, "current is no link to a published tree" in made.err) == (3, True)


def test_the_record_is_json_for_programs(stage: Stage) -> None:
    stage.published()
    assert json.loads((stage.live / "publications.log").read_text())["cluster"] == "mini"
