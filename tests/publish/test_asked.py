"""The readers of this very machine are asked by `check`: which of them, with what, and what becomes of their answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from clusterdef import site
from clusterdef.cli import exits, main
from clusterdef.ports.prompt import Said
from clusterdef.verbs import asked
from tests.publish.stage import Stage


@dataclass
class Prompt:
    """Notes what is run, and answers as it was told to."""

    answer: Said
    scripts: list[str] = field(default_factory=list)

    def run(self, script: str, user: str, seconds: int) -> Said:
        self.scripts.append(script)
        assert Path(script.split()[1]).read_text().startswith("#!/bin/sh")
        return self.answer


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, puppet="pull")


def objections(stage: Stage, here: str, answer: Said) -> tuple[list[str], Prompt]:
    loaded = site.load(stage.site / "site.yaml")
    assert loaded.cluster
    node = asked.own(loaded.cluster, (here,))
    prompt = Prompt(answer)
    found = asked.problems(loaded, loaded.cluster, node, prompt) if node else ()
    return [f"{one.severity.name} {one.message}: {' / '.join(one.advice)}" for one in found], prompt


def test_what_is_always_asked_is_asked_of_the_machine_that_reads_it(stage: Stage) -> None:
    found, prompt = objections(stage, "puppet.mini.internal", Said(0))
    assert (found, [script.split()[0] for script in prompt.scripts]) == ([], ["sh"])
    assert prompt.scripts[0].endswith("/classified")


def test_no_other_machine_is_asked(stage: Stage) -> None:
    for here in ("w1", "somebody"):
        found, prompt = objections(stage, here, Said(1, "no"))
        assert (found, prompt.scripts) == ([], [])


def test_what_it_says_is_a_warning_with_what_to_do(stage: Stage) -> None:
    found, _ = objections(stage, "puppet", Said(1, "puppet.conf asks a classifier\nsay this first"))
    last = "whatever changes on this machine is refused while it is so"
    assert found == [f"WARNING puppet: puppet.conf asks a classifier: say this first / {last}"]


@pytest.mark.parametrize(("here", "user", "warned"), [("puppet", 0, True), ("w1", 0, False), ("puppet", 1000, False)])
def test_check_asks_on_the_server_itself_as_root(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    here: str,
    user: int,
    warned: bool,
) -> None:
    machine = SimpleNamespace(uname=lambda: SimpleNamespace(nodename=here), geteuid=lambda: user)
    monkeypatch.setattr("clusterdef.cli.check.os", machine)
    monkeypatch.setattr("clusterdef.wiring.prompt", lambda *words: Prompt(Said(1, "puppet.conf asks a classifier")))
    assert main(["check", str(stage.site / "site.yaml")]) == exits.FINE
    assert ("warning  puppet: puppet.conf asks a classifier" in capsys.readouterr().out) is warned
