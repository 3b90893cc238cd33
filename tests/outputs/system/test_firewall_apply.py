"""The script that loads packet filter rules and goes back unless somebody confirms, in network namespaces."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.package import ROOT
from tests.outputs.system.spaces import Space, lab

SCRIPT = ROOT / "puppet/modules/firewall/files/clusterdef-firewall.sh"
PATIENCE = 30.0
OF_OTHERS = 'table inet others { chain c { accept comment "theirs"; }; }\n'


def ruleset(word: str) -> str:
    """A file as the generators write it, with one rule to know it by."""
    rule = f'tcp dport 22 accept comment "{word}"'
    return f"""\
table inet clusterdef
delete table inet clusterdef
table inet clusterdef {{
  chain incoming {{
    type filter hook input priority filter; policy accept;
    {rule}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine with the script, whose state is in a folder of its own."""

    space: Space
    folder: Path
    shell: str

    def file(self, word: str) -> str:
        file = self.folder / f"{word}.nft"
        file.write_text(ruleset(word))
        return str(file)

    def environment(self, connection: str = "") -> dict[str, str]:
        here = {"CLUSTERDEF_FIREWALL_RUN": str(self.folder / "run"), "CLUSTERDEF_FIREWALL_KEPT": str(self.kept)}
        return {
            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin",
            **here,
            **({"SSH_CONNECTION": connection} if connection else {}),
        }

    @property
    def kept(self) -> Path:
        return self.folder / "var" / "rules.nft"

    def words(self, *words: str) -> list[str]:
        return self.space.words(self.shell, str(SCRIPT), *words)

    def run(self, *words: str, status: int = 0, connection: str = "") -> str:
        return self.space.do(self.shell, str(SCRIPT), *words, status=status, env=self.environment(connection))

    def rules(self) -> list[str]:
        """The words by which loaded rules are known, in every table."""
        text = self.space.do("nft", "list", "ruleset")
        return [line.split('"')[1] for line in text.splitlines() if "comment" in line]

    def until(self, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not ready():
            assert time.monotonic() < end, f"{self.rules()} {[*(self.folder / 'run').iterdir()]}"
            time.sleep(0.1)


@pytest.fixture(params=["dash", "bash"])
def machine(request: pytest.FixtureRequest, tmp_path: Path, program: Callable[[str], str]) -> Iterator[Machine]:
    program("nft")
    with lab() as made:
        found = Machine(made.machine("m"), tmp_path, request.param)
        found.space.do("nft", "-f", "-", given=OF_OTHERS)
        yield found


def test_what_is_confirmed_stays_and_is_loaded_at_the_next_start(machine: Machine) -> None:
    assert "confirm" in machine.run("apply", "-t", "2", machine.file("one"))
    assert machine.rules() == ["theirs", "one"]
    assert "wait" in machine.run("status", status=1)
    watcher = int((machine.folder / "run/watcher").read_text())
    machine.run("confirm")
    machine.until(lambda: not Path(f"/proc/{watcher}").exists())
    assert machine.rules() == ["theirs", "one"]
    assert "nothing" in machine.run("status")
    machine.space.do("nft", "flush", "ruleset")
    machine.run("start")
    assert machine.rules() == ["one"]


def test_what_nobody_confirms_goes_back_to_nothing(machine: Machine) -> None:
    machine.run("apply", "-t", "1", machine.file("one"))
    assert "one" in machine.rules()
    machine.until(lambda: machine.rules() == ["theirs"])
    assert "too late" in machine.run("confirm", status=1)
    assert not machine.kept.exists()


def test_what_nobody_confirms_goes_back_to_what_was_before(machine: Machine) -> None:
    machine.run("apply", machine.file("one"))
    machine.run("confirm")
    kept = machine.kept.read_text()
    machine.run("apply", "-t", "1", machine.file("two"))
    assert machine.rules() == ["theirs", "two"]
    machine.until(lambda: machine.rules() == ["theirs", "one"])
    assert machine.kept.read_text() == kept


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_a_shell_that_is_killed_goes_back_all_the_same(machine: Machine, number: signal.Signals) -> None:
    words = machine.words("apply", "-t", "2", "-p", "sleep 300", machine.file("one"))
    shell = subprocess.Popen(words, env=machine.environment(), start_new_session=True)
    try:
        machine.until(lambda: "one" in machine.rules())
    finally:
        os.killpg(shell.pid, number)
        shell.wait(timeout=PATIENCE)
    machine.until(lambda: machine.rules() == ["theirs"])


def test_rules_that_nft_refuses_change_nothing(machine: Machine) -> None:
    machine.run("apply", machine.file("one"))
    machine.run("confirm")
    bad = machine.folder / "bad.nft"
    bad.write_text(ruleset("two").replace("accept comment", "acept comment"))
    assert "nothing was changed" in machine.run("apply", machine.file("two"), str(bad), status=3)
    # It was not even begun: nobody had to go back.
    assert not (machine.folder / "run/refused").exists()
    assert machine.rules() == ["theirs", "one"]
    assert "nothing" in machine.run("status")
    assert "nothing was changed" in machine.run("apply", str(machine.folder / "missing.nft"), status=1)
    assert machine.rules() == ["theirs", "one"]


def test_only_a_new_connection_can_confirm(machine: Machine) -> None:
    here, there = (f"198.51.100.7 {port} 192.0.2.10 22" for port in (50000, 50001))
    machine.run("apply", "-t", "60", machine.file("one"), connection=here)
    assert "from a new one" in machine.run("confirm", status=1, connection=here)
    assert "wait" in machine.run("status", status=1)
    machine.run("confirm", connection=there)


def test_a_second_one_waits_for_the_first_and_back_is_at_once(machine: Machine) -> None:
    machine.run("apply", "-t", "60", machine.file("one"))
    assert "confirm, or back" in machine.run("apply", machine.file("two"), status=1)
    assert machine.rules() == ["theirs", "one"]
    machine.run("back")
    assert machine.rules() == ["theirs"]
    machine.run("back", status=1)


def test_without_a_watcher_the_next_one_goes_back_first(machine: Machine) -> None:
    machine.run("apply", "-t", "60", machine.file("one"))
    watcher = int((machine.folder / "run/watcher").read_text())
    os.kill(watcher, signal.SIGKILL)
    machine.until(lambda: not Path(f"/proc/{watcher}").exists())
    assert "nobody watches" in machine.run("status", status=1)
    machine.run("apply", "-t", "60", machine.file("two"))
    machine.run("back")
    assert machine.rules() == ["theirs"]


def test_a_proof_confirms_or_goes_back(machine: Machine) -> None:
    machine.run("apply", "-p", "test -e /", machine.file("one"))
    assert machine.rules() == ["theirs", "one"]
    assert machine.kept.exists()
    assert "proof failed" in machine.run("apply", "-p", "false", machine.file("two"), status=1)
    assert machine.rules() == ["theirs", "one"]


def test_it_knows_whether_a_file_holds(machine: Machine) -> None:
    one, two = machine.file("one"), machine.file("two")
    machine.run("holds", one, status=1)
    machine.run("apply", one)
    machine.run("holds", one, status=1)
    machine.run("confirm")
    machine.run("holds", one)
    machine.run("holds", two, status=1)
    machine.run("apply", "-p", "false", two, status=1)
    machine.run("holds", one)
    machine.space.do("nft", "add", "rule", "inet", "clusterdef", "incoming", "accept")
    machine.run("holds", one, status=1)
    machine.space.do("nft", "flush", "ruleset")
    machine.run("holds", one, status=1)


@pytest.mark.parametrize("words", ["", "apply", "apply -t 0 x", "apply -t soon x", "confirm now", "destroy", "holds"])
def test_what_is_asked_wrongly_is_told(machine: Machine, words: str) -> None:
    assert "apply [-t SECONDS]" in machine.run(*words.split(), status=2)
