"""A small site whose machines and configuration server are in memory, and a shell for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clusterdef import wiring
from clusterdef.cli import main, recover
from tests.cli.shell import Said, Shell
from tests.publish.machine import Memory
from tests.publish.stage import Stage
from tests.recover.server import FakeHandover, FakeServer

NAME, ADDRESS = "w2.mini.internal", "10.77.0.12"


@dataclass
class Desk:
    """Where somebody recovers machines. `state` is where what goes on is kept, `head` where tokens are handed out, and
    `then` what happens while it waits, one thing each time."""

    shell: Shell
    stage: Stage
    server: FakeServer
    state: Path
    head: FakeHandover = field(default_factory=FakeHandover)
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

    def alone(self) -> None:
        """The machine is installed, asks the head for its token, and runs."""
        self.server.ask(NAME, self.head.given.get(ADDRESS, ""))
        self.server.run(NAME)

    def wait(self) -> None:
        """Time goes by."""
        if not self.then:
            raise KeyboardInterrupt
        self.then.pop(0)()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Stage, Callable[..., Memory]]:
    """The site, committed, generated and published to machines in memory; no test changes it."""
    stage = Stage(tmp_path_factory.mktemp("site"), puppet="push")
    stage.ready()
    known: dict[str, Memory] = {}

    def machine(name: str, *where: Any) -> Memory:
        made = known.setdefault(name, Memory(name))
        made.known.update(("puppet", "tftp", "named", "nginx"))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(stage.site)
        patch.setattr(wiring, "machine", machine)
        assert main(("publish", "--yes", "--here", "head")) == 0
    return stage, machine


@pytest.fixture
def desk(
    published: tuple[Stage, Callable[..., Memory]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    stage, machine = published
    one = Desk(Shell(tmp_path, capsys), stage, FakeServer(), tmp_path / "state")
    monkeypatch.chdir(stage.site)
    monkeypatch.delenv("CLUSTERDEF_SITE", raising=False)

    def parts(*where: Any) -> Sequence[Any]:
        return one.server.ca, one.server.reports, one.server.tokens

    monkeypatch.setattr(wiring, "machine", machine)
    monkeypatch.setattr(wiring, "configuration_server", parts)
    monkeypatch.setattr(wiring, "handover", lambda *where: one.head)
    monkeypatch.setattr(recover._Clock, "pause", lambda clock: one.wait())
    return one
