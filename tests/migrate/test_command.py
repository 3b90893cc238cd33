"""`clusterdef migrate` as a person meets it, and what `check` says of a file that needs it."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from clusterdef import schema
from clusterdef.cli import exits, main
from clusterdef.problem import Refused
from clusterdef.verbs import migrate
from tests.house.package import ROOT
from tests.terminal import Terminal

NAMED = "clusterdef: 1 "


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The example site as it would be without the line that names its format."""
    shutil.copytree(ROOT / "site-example", tmp_path / "site", ignore=shutil.ignore_patterns("generated"))
    file = tmp_path / "site" / "site.yaml"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith(NAMED)), "utf-8")
    file.chmod(0o640)
    return file


def test_check_says_what_to_run_and_looks_at_everything_else(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = old.read_text("utf-8").replace("role: puppet,", "role: pupet,")
    old.write_text(text, "utf-8")
    assert main(["check", "--format=line", str(old)]) == exits.DEFINITION
    printed = capsys.readouterr().out
    assert "site.yaml:2:1: error: site.yaml does not say in which format it is written" in printed
    assert "[format]" in printed
    assert "pupet" in printed


def test_it_writes_the_line_and_keeps_the_rest(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, names = old.read_bytes(), os.listdir(old.parent)
    assert main(["migrate", str(old), "--yes"]) == exits.FINE
    printed = capsys.readouterr().out
    assert "+clusterdef: 1\n" in printed
    assert "site.yaml.format0.bak" in printed
    assert old.read_bytes() == before.replace(b"cluster:", b"clusterdef: 1\ncluster:", 1)
    assert old.with_name("site.yaml.format0.bak").read_bytes() == before
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert sorted(os.listdir(old.parent)) == sorted([*names, "site.yaml.format0.bak"])
    assert main(["check", "--format=line", str(old)]) == exits.FINE
    capsys.readouterr()
    assert main(["migrate", str(old)]) == exits.FINE
    assert capsys.readouterr().out.startswith("nothing to do")


def test_without_a_terminal_or_consent_nothing_is_written(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = old.read_bytes()
    assert main(["migrate", str(old)]) == exits.CONSENT
    assert "--yes" in capsys.readouterr().err
    assert old.read_bytes() == before
    assert not old.with_name("site.yaml.format0.bak").exists()


def test_a_newer_file_is_refused(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old.write_text("clusterdef: 2\n" + old.read_text("utf-8"), "utf-8")
    for command in ("migrate", "check"):
        assert main([command, str(old)]) == exits.DEFINITION
        printed = "".join(capsys.readouterr())
        assert "written for a newer clusterdef" in printed


def test_a_link_stays_a_link(old: Path) -> None:
    real = old.rename(old.with_name("real.yaml"))
    old.symlink_to(real.name)
    assert main(["migrate", str(old), "--yes"]) == exits.FINE
    assert old.is_symlink()
    assert NAMED.strip() in real.read_text("utf-8")


def test_a_file_that_changed_while_somebody_thought_is_left_alone(old: Path) -> None:
    found = migrate.plan(old)
    old.write_text(old.read_text("utf-8") + "# more\n", "utf-8")
    with pytest.raises(Refused, match="was changed meanwhile"):
        migrate.carry_out(found)
    assert old.read_text("utf-8").endswith("# more\n")


def test_a_folder_that_cannot_be_written_is_told(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    before = old.read_bytes()
    found = migrate.plan(old)
    monkeypatch.setattr("clusterdef.replacement.os.fsync", full)
    with pytest.raises(Refused, match="no space left") as caught:
        migrate.carry_out(found)
    assert caught.value.problems[0].code == "write-refused"
    assert old.read_bytes() == before
    assert [name for name in os.listdir(old.parent) if ".new-" in name] == []


@pytest.mark.parametrize(("word", "written"), [("y", True), ("n", False), ("", False)])
def test_on_a_terminal_it_asks(old: Path, word: str, written: bool) -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    before = old.read_bytes()
    with Terminal(["migrate"], old.parent, environment) as terminal:
        terminal.expect("+clusterdef: 1")
        terminal.expect("Write it? [y/N]")
        terminal.answer(word)
        code = terminal.end()
    assert code == (exits.FINE if written else exits.CONSENT)
    assert (old.read_bytes() != before) == written


def test_schemas_of_another_version_are_told_and_renewed(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are not there are not put there: not everybody has an editor that reads them."""
    assert main(["migrate", str(old), "--yes"]) == exits.FINE
    copies = old.parent / ".clusterdef"
    copies.mkdir(exist_ok=True)
    for copy in copies.iterdir():
        copy.unlink()
    (copies / "site.schema.json").write_text("{}")
    (copies / "role.schema.json").write_bytes((schema.folder() / "role.schema.json").read_bytes())
    capsys.readouterr()
    assert main(["check", "--format=line", str(old)]) == exits.FINE
    assert "[schemas-old]" in capsys.readouterr().out
    assert main(["migrate", str(old)]) == exits.FINE
    assert "renewed for the editor: site.schema.json\n" in capsys.readouterr().out
    assert (copies / "site.schema.json").read_bytes() == (schema.folder() / "site.schema.json").read_bytes()
    assert sorted(copy.name for copy in copies.iterdir()) == ["role.schema.json", "site.schema.json"]
    assert main(["check", "--format=line", str(old)]) == exits.FINE
    assert "[schemas-old]" not in capsys.readouterr().out
