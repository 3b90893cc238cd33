"""`clusterdef recover`, as somebody types it: what is asked and told, and what happens when."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from clusterdef.cli import exits
from clusterdef.drivers.job_files import JobFiles
from tests.recover.conftest import ADDRESS, NAME, Desk


def test_a_mistyped_name_gets_the_nearest_one_and_nothing_happens(desk: Desk) -> None:
    said = desk.recover("w02", "--yes")
    assert (said.code, "did you mean w2?" in said.err) == (exits.USAGE, True), said
    assert not desk.state.exists()


@pytest.mark.parametrize("name, why", [("puppet", "backup"), ("head", "this machine")])
def test_who_cannot_come_back_this_way_is_told(desk: Desk, name: str, why: str) -> None:
    said = desk.recover(name, "--yes")
    assert (said.code, why in said.err) == (exits.USAGE, True), said
    assert not desk.state.exists()


def test_a_dry_run_tells_everything_and_changes_nothing(desk: Desk) -> None:
    desk.server.ca.request(NAME)
    desk.server.ca.sign(NAME)
    said = desk.recover("w2", "--dry-run")
    assert said.code == exits.FINE, said
    assert "its former one (signed) is removed" in said.out
    assert desk.server.ca.standing[NAME].state == "signed"
    assert (desk.server.tokens.lines, desk.head.given, desk.state.exists()) == ({}, {}, False)


def test_without_consent_nothing_happens(desk: Desk) -> None:
    desk.server.ca.request(NAME)
    said = desk.recover("w2")
    assert (said.code, "--yes" in said.err) == (exits.CONSENT, True), said
    assert NAME in desk.server.ca.standing
    assert not desk.paper.exists()


def test_from_nothing_to_the_first_good_run(desk: Desk) -> None:
    desk.then = [lambda: None, desk.machine]
    said = desk.recover("w2", "--yes")
    assert said.code == exits.FINE, said
    assert "w2 is back" in said.out
    assert "ssh root@10.77.0.12 'sh -s' <" in said.out
    assert "choose “Install w2 anew” in the menu" in said.out
    assert list((desk.state / "w2").iterdir()) == [desk.state / "w2" / "lock"]


def test_a_machine_that_asks_the_head_needs_nobody(desk: Desk) -> None:
    desk.then = [lambda: None, desk.alone]
    said = desk.recover("w2", "--yes")
    assert (said.code, "w2 is back" in said.out) == (exits.FINE, True), said
    assert f"head hands it to {ADDRESS}" in said.out
    assert "leave it alone" in said.out
    assert desk.head.given == {}, "it counted once, and is handed out no more"


def test_where_the_head_hands_out_none_somebody_brings_it(desk: Desk) -> None:
    desk.head.open = False
    desk.then = [desk.machine]
    said = desk.recover("w2", "--yes")
    assert (said.code, "leave it alone" in said.out, "the script holds its token" in said.out) == (0, False, True), said


def test_the_token_is_seen_by_root_alone_and_printed_nowhere(desk: Desk) -> None:
    modes: list[int] = []
    text: list[str] = []

    def look() -> None:
        modes.extend(stat.S_IMODE(path.stat().st_mode) for path in (desk.paper, desk.state, desk.paper.parent))
        text.append(desk.paper.read_text())

    desk.then = [look, desk.machine]
    said = desk.recover("w2", "--yes")
    assert modes == [0o600, 0o700, 0o700]
    token = text[0].split('challengePassword: "')[1].split('"')[0]
    assert len(token) > 40
    assert token not in said.out + said.err


def test_who_stops_watching_can_watch_again(desk: Desk) -> None:
    desk.then = [lambda: None]
    said = desk.recover("w2", "--yes")
    assert (said.code, "clusterdef recover w2" in said.err) == (exits.INTERRUPTED, True), said
    script = desk.paper.read_text()
    desk.then = [desk.machine]
    said = desk.recover("w2")
    assert (said.code, "began to recover it" in said.out, "w2 is back" in said.out) == (0, True, True), said
    desk.then = [lambda: None]
    desk.recover("w2", "--yes")
    assert desk.paper.read_text() != script


def test_anew_begins_at_the_beginning(desk: Desk) -> None:
    desk.recover("w2", "--yes")
    script = desk.paper.read_text()
    desk.recover("w2", "--yes", "--anew")
    assert desk.paper.read_text() != script


def test_two_are_never_at_the_same_machine(desk: Desk) -> None:
    with JobFiles(desk.state, "recovering").held("w2", "ada"):
        said = desk.recover("w2", "--yes")
    assert (said.code, "ada (pid" in said.err, "is recovering w2" in said.err) == (exits.WORLD, True, True), said
    assert desk.server.tokens.lines == {}


def test_a_definition_that_is_not_live_is_made_live_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.publish.machine import Memory

    monkeypatch.setattr("clusterdef.wiring.machine", lambda name, *where: Memory(name))
    said = desk.recover("w2", "--yes")
    assert (said.code, "clusterdef publish" in said.err) == (exits.WORLD, True), said
    assert not desk.server.tokens.lines


def test_where_a_person_signs_there_is_no_token(desk: Desk) -> None:
    said = desk.recover("w2", "--yes", "--by-hand")
    assert "puppetserver ca sign --certname w2.mini.internal" in said.out
    assert desk.head.given == {}
    assert "challengePassword" not in desk.paper.read_text()


def test_a_directory_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file\n")
    said = desk.recover("w2", "--yes")
    assert (said.code, "--state DIR" in said.err) == (exits.WORLD, True), said


def test_a_newer_program_that_makes_the_same_files_is_no_reason_to_publish(desk: Desk) -> None:
    current = desk.stage.site / "generated" / "current"
    former = current.readlink()
    (desk.stage.site / "site.yaml").write_text((desk.stage.site / "site.yaml").read_text() + "# a word\n")
    try:
        assert desk.shell.run("generate").code == exits.FINE
        desk.stage.commit("a word that changes no file")
        assert current.readlink() != former
        said = desk.recover("w2", "--dry-run")
        assert said.code == exits.FINE, said
    finally:
        desk.stage.ready()


def test_certificates_are_told_and_taken_away(desk: Desk) -> None:
    desk.server.ca.request(NAME)
    desk.server.tokens.arm("w1.mini.internal", "a hash\n")
    said = desk.shell.run("certificate", "list", "w[1-2]", "--here", "head")
    rows = [line.split() for line in said.out.splitlines()]
    assert (said.code, rows[0][1:], rows[1][1:4]) == (0, ["nothing", "a", "token", "waits"], ["a", "request", "waits"])
    assert desk.shell.run("certificate", "clean", "w2", "--here", "head").code == exits.CONSENT
    assert NAME in desk.server.ca.standing
    said = desk.shell.run("certificate", "clean", "w2", "--yes", "--here", "head")
    assert (said.code, "a request waits, gone" in said.out, desk.server.ca.standing) == (0, True, {})
    said = desk.shell.run("certificate", "clean", "puppet", "--yes", "--here", "head")
    assert (said.code, "has the authority itself" in said.err) == (exits.USAGE, True)
