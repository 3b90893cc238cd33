"""The other verbs, help, and how the site is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clusterdef.cli import exits
from clusterdef.cli.root import SECTIONS
from tests.cli.shell import EXAMPLE, Shell


def test_help_shows_the_daily_verbs_first(shell: Shell) -> None:
    said = shell.run("--help")
    assert said.code == exits.FINE
    places = [said.out.index(f"\n  {name} ") for section in SECTIONS.values() for name in section]
    assert places == sorted(places)
    assert len(SECTIONS["Daily"]) == 8


@pytest.mark.parametrize("name", [name for section in SECTIONS.values() for name in section])
def test_every_command_explains_itself(shell: Shell, name: str) -> None:
    said = shell.run(name, "--help")
    assert said.code == exits.FINE
    assert f"clusterdef {name}" in said.out


def test_an_unknown_command_gets_the_nearest(shell: Shell) -> None:
    said = shell.run("generat")
    assert said.code == exits.USAGE
    assert "did you mean generate?" in said.err


def test_the_site_is_found_upwards(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    below = shell.folder / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert shell.run("check").code == exits.FINE


def test_the_environment_and_the_option_name_the_site(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    lost = shell.run("check")
    assert lost.code == exits.USAGE
    assert "clusterdef init mysite" in lost.out
    monkeypatch.setenv("CLUSTERDEF_SITE", str(shell.folder))
    assert shell.run("check").code == exits.FINE
    monkeypatch.setenv("CLUSTERDEF_SITE", str(elsewhere / "nothing.yaml"))
    assert shell.run("check", "--site", str(shell.folder / "site.yaml")).code == exits.FINE


def test_show_tells_what_was_understood(shell: Shell) -> None:
    assert "w[1-3]" in shell.run("show").out
    one = shell.run("show", "--site", str(EXAMPLE), "worker07")
    assert "10.10.2.7/16" in one.out
    nodes = json.loads(shell.run("show", "--site", str(EXAMPLE), "@interactive", "--format=json").out)
    assert [node["name"] for node in nodes] == ["int1", "int2"]
    order = shell.run("show", "--site", str(EXAMPLE), "--order").out.splitlines()
    assert order[0].split() == ["1", "install", "head"]


def test_explain_names_every_layer(shell: Shell) -> None:
    said = shell.run("explain", "--site", str(EXAMPLE), "worker07", "htcondor.slots")
    assert said.out.startswith("htcondor.slots = 8\n")
    rows = [line.split() for line in said.out.splitlines() if line.endswith(("wins", "overruled"))]
    assert [(row[0], row[-1]) for row in rows] == [("8", "wins"), ("auto", "overruled"), ("1", "overruled")]
    assert rows[0][1].startswith("site.yaml:")
    assert "enc/worker07.mytier3.internal.json" in said.out


def test_explain_offers_the_nearest_key_and_node(shell: Shell) -> None:
    assert (
        "did you mean htcondor.slots?" in shell.run("explain", "--site", str(EXAMPLE), "worker07", "htcondor.slot").err
    )
    assert "did you mean worker07?" in shell.run("explain", "--site", str(EXAMPLE), "worker7").err


def test_catalog_lists_and_details(shell: Shell) -> None:
    everything = shell.run("catalog").out
    assert "frontier_squid" in everything
    assert "xrootd-redirector" in everything
    assert "frontier_squid.clients" in shell.run("catalog", "frontier_squid").out
    assert "provided by" in shell.run("catalog", "--services").out
    assert "did you mean worker?" in shell.run("catalog", "workr").err


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: Shell, name: str) -> None:
    said = shell.run("completion", name)
    assert said.code == exits.FINE
    assert "_CLUSTERDEF_COMPLETE" in said.out


def test_colour_only_on_a_terminal(shell: Shell) -> None:
    (shell.folder / "site.yaml").write_text("clusterdef: 1\n", "utf-8")
    assert "\033[" not in shell.run("check").out


def test_a_bug_is_not_the_users_fault(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a wheel came off")

    monkeypatch.setattr("clusterdef.site.read", broken)
    said = shell.run("check")
    assert said.code == exits.BUG
    assert "its own fault" in said.err
    assert "Traceback" not in said.err
    assert "Traceback" in shell.run("--debug", "check").err


def test_every_file_of_a_generation_says_where_it_comes_from(shell: Shell) -> None:
    shell.run("generate")
    hosts = Path("generated/current/hosts/hosts").read_text("utf-8")
    assert "clusterdef" in hosts


def test_the_shell_is_offered_commands_and_nodes(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def offered(words: str) -> list[str]:
        monkeypatch.setenv("_CLUSTERDEF_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
        with pytest.raises(SystemExit):
            shell.run()
        return [line.partition(",")[2] for line in shell.out().splitlines()]

    assert "generate" in offered("clusterdef gen")
    assert offered("clusterdef explain w") == ["w1", "w2", "w3"]
