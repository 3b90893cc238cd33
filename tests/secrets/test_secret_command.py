"""Secrets that a program prints: no shell, no waiting without end, nothing passed on but what it printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from clusterdef.drivers.secret_command import CommandSecrets
from clusterdef.ports.secrets import LARGEST
from clusterdef.problem import Problem, Refused


def program(folder: Path, text: str, *arguments: str, timeout: float = 20.0) -> CommandSecrets:
    """A keeper whose program is Python."""
    return CommandSecrets([sys.executable, "-c", text, *arguments], folder, timeout)


def refusal(keeper: CommandSecrets) -> Problem:
    with pytest.raises(Refused) as refused:
        keeper.get("a.b")
    return refused.value.problems[0]


ECHO = "import sys; print(*sys.argv[1:], sep='|')"


def test_the_name_is_put_where_its_place_is(tmp_path: Path) -> None:
    assert program(tmp_path, ECHO, "show", "site/{name}.x", "{name}").get("a.b") == b"show|site/a.b.x|a.b"


def test_without_a_place_the_name_comes_last(tmp_path: Path) -> None:
    assert program(tmp_path, ECHO, "show").get("a.b") == b"show|a.b"


def test_no_shell_reads_the_words(tmp_path: Path) -> None:
    assert program(tmp_path, ECHO, "$(id)", "; touch x", "*").get("a.b") == b"$(id)|; touch x|*|a.b"
    assert list(tmp_path.iterdir()) == []


def test_it_runs_in_the_sites_folder_with_nothing_to_read(tmp_path: Path) -> None:
    keeper = program(tmp_path, "import os, sys; print(os.getcwd(), repr(sys.stdin.read()))")
    assert keeper.get("a.b") == f"{tmp_path.resolve()} ''".encode()


def test_one_line_end_is_no_part_of_it(tmp_path: Path) -> None:
    assert program(tmp_path, "print('one\\ntwo\\n')").get("a.b") == b"one\ntwo\n"


def test_a_program_that_fails_has_no_such_secret_and_what_it_said_stays_unsaid(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    keeper = program(tmp_path, "import sys; print('half'); print('hunter' + '2', file=sys.stderr); sys.exit(3)")
    assert keeper.get("a.b") is None
    (problem,) = keeper.problems(["a.b"])
    assert (problem.code, "exit code 3" in problem.message) == ("secret-not-printed", True)
    assert "hunter2" not in f"{problem}{capfd.readouterr()}"


def test_a_program_that_a_signal_ended_has_no_such_secret(tmp_path: Path) -> None:
    keeper = program(tmp_path, "import os; os.kill(os.getpid(), 9)")
    assert keeper.get("a.b") is None
    assert "signal 9" in keeper.problems(["a.b"])[0].message


def test_a_program_that_is_not_there_is_told_with_its_name(tmp_path: Path) -> None:
    keeper = CommandSecrets(["no-such-program"], tmp_path)
    assert refusal(keeper).message == "no-such-program cannot be run: no such file or directory"
    assert [problem.code for problem in keeper.problems(["a.b"])] == ["secrets-unreachable"]


@pytest.mark.parametrize(
    "text",
    [
        "import time; time.sleep(60)",
        "import sys, time; print('half', flush=True); time.sleep(60)",
        "import os, time; os.close(1); time.sleep(60)",
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'])",
    ],
    ids=["silent", "half", "closed", "left a child"],
)
def test_a_program_that_does_not_end_is_stopped(tmp_path: Path, text: str) -> None:
    problem = refusal(program(tmp_path, text, timeout=0.4))
    assert problem.code == "secrets-unreachable"
    assert "0.4 seconds" in problem.message


def test_a_program_that_prints_without_end_is_stopped(tmp_path: Path) -> None:
    text = f"import sys\nwhile True: sys.stdout.write('x' * {LARGEST})"
    assert refusal(program(tmp_path, text)).code == "secrets-too-large"
