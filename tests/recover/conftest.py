"""A small site whose machines and configuration server are in memory, and a shell for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef import tree, wiring
from clusterdef.cli import recover
from clusterdef.ports.machine import Live
from tests.cli.shell import Said, Shell
from tests.publish.machine import Memory
from tests.publish.stage import Stage
from tests.recover.server import FakeServer

NAME = "w2.mini.internal"


class Machine(Memory):
    """A machine on which the current generation is live."""

    def __init__(self, name: str, root: Path) -> None:
        super().__init__(name)
        self.root = root
        self.known.update(("puppet", "tftp", "named"))

    def look(self) -> Live:
        generation = tree.current(self.root)
        assert generation
        return replace(self.live, number=1, record={"identity": generation.identity})


@dataclass
class Desk:
    """Where somebody recovers machines. `state` is where what goes on is kept, `then` what happens while it waits, one
    thing each time."""

    shell: Shell
    stage: Stage
    server: FakeServer
    state: Path
    then: list[Callable[[], object]] = field(default_factory=list)

    @property
    def paper(self) -> Path:
        """The script of w2's first run."""
        return self.state / "w2" / "join"

    def recover(self, *words: str) -> Said:
        """Recover, on the head."""
        return self.shell.run("recover", *words, "--here", "head", "--state", str(self.state))

    def machine(self) -> None:
        """The machine is installed, and somebody starts its first run."""
        found = re.search('challengePassword: "(.*)"', self.paper.read_text())
        self.server.ask(NAME, found[1] if found else "")
        self.server.run(NAME)

    def wait(self) -> None:
        """Time goes by."""
        if not self.then:
            raise KeyboardInterrupt
        self.then.pop(0)()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The site, committed and generated; no test changes it."""
    made = Stage(tmp_path_factory.mktemp("site"), puppet="push")
    made.ready()
    return made


@pytest.fixture
def desk(stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    one = Desk(Shell(tmp_path, capsys), stage, FakeServer(), tmp_path / "state")
    monkeypatch.chdir(stage.site)
    monkeypatch.delenv("CLUSTERDEF_SITE", raising=False)

    def machine(name: str, *where: Any) -> Memory:
        return Machine(name, stage.site / "generated")

    def parts(*where: Any) -> Sequence[Any]:
        return one.server.ca, one.server.reports, one.server.tokens

    monkeypatch.setattr(wiring, "machine", machine)
    monkeypatch.setattr(wiring, "configuration_server", parts)
    monkeypatch.setattr(recover._Clock, "pause", lambda clock: one.wait())
    return one
