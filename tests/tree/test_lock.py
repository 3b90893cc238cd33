"""One writer at a time: who waits is told for whom, and the dead hold nothing."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clusterdef.problem import Problem, Refused
from clusterdef.tree import rollback
from tests.tree.trees import artifact, files, written

HOLD = """
import sys
from pathlib import Path
from clusterdef.tree.lock import held
from clusterdef.tree.root import opened
with opened(Path(sys.argv[1])) as root, held(root):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    written(tmp_path, {"a": "1"})
    return tmp_path


@contextmanager
def holder(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLD, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def refusal(root: Path) -> Problem:
    with pytest.raises(Refused) as refused:
        written(root, {"a": "2"}, wait=0)
    (problem,) = refused.value.problems
    return problem


def test_the_holder_is_named(root: Path) -> None:
    with holder(root) as process:
        problem = refusal(root)
        now = time.localtime()
        host = os.uname().nodename
        assert problem.message.startswith(f"clusterdef (pid {process.pid}, user ")
        assert f" on {host}) has been writing in {root} since " in problem.message
        assert re.search(r" since [0-9]{2}:[0-9]{2}$", problem.message) or now.tm_hour == 0
        with pytest.raises(Refused, match="has been writing"):
            rollback(root, 1, wait=0)
    assert files(root) == {"a": b"1"}


def test_waiting_is_enough_when_the_holder_ends(root: Path) -> None:
    with holder(root) as process:
        assert process.stdin
        process.stdin.close()
        assert written(root, {"a": "2"}, wait=60).number == 2


def test_waiting_has_an_end(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    clock = iter(range(1000))
    monkeypatch.setattr("clusterdef.tree.lock.time.monotonic", lambda: float(next(clock)))
    monkeypatch.setattr("clusterdef.tree.lock.time.sleep", slept.append)
    with holder(root), pytest.raises(Refused, match="has been writing"):
        written(root, {"a": "2"})
    assert len(slept) == 9


def test_a_killed_holder_holds_nothing(root: Path) -> None:
    with holder(root) as process:
        process.kill()
        process.wait(timeout=60)
        assert json.loads((root / ".lock").read_text())["pid"] == process.pid
        assert written(root, {"a": "2"}, wait=0).number == 2


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"pid": 1}', '{"pid":1,"user":"\\u001b","host":"h","since":1}', "\xff"]
)
def test_a_holder_that_left_no_name_is_another(root: Path, text: str) -> None:
    (root / ".lock").write_bytes(text.encode("latin-1"))
    with (root / ".lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refusal(root).message == f"another clusterdef is writing in {root}"


def test_a_day_ago_is_told_with_its_day(root: Path) -> None:
    since = time.mktime((2026, 3, 4, 14, 2, 0, 0, 0, -1))
    (root / ".lock").write_text(json.dumps({"pid": 123, "user": "anna", "host": "head", "since": since}))
    with (root / ".lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = f"clusterdef (pid 123, user anna on head) has been writing in {root} since 2026-03-04 14:02"
        assert refusal(root).message == said


def test_the_lock_is_let_go_after_a_failure(root: Path) -> None:
    for _ in range(2):
        with pytest.raises(Refused, match="is empty"):
            written(root, [artifact("")], wait=0)
    assert written(root, {"a": "2"}, wait=0).number == 2


def test_many_writers_take_turns(tmp_path: Path) -> None:
    """Each makes a generation of its own; none is lost, none is mixed."""
    script = """
import sys
from pathlib import Path
from tests.tree.trees import written
root, name = Path(sys.argv[1]), sys.argv[2]
for number in range(3):
    written(root, {f"{name}/{file}": f"{name} {number}" for file in range(20)}, wait=60)
"""
    commands = [[sys.executable, "-c", script, str(tmp_path / "root"), name] for name in "abc"]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE) for command in commands]
    for process in running:
        assert process.communicate(timeout=120)[1] == b""
    made = [path for path in (tmp_path / "root").iterdir() if path.name.isdigit()]
    assert sorted(int(path.name) for path in made) == list(range(1, 10))
    for path in made:
        texts = {file.read_text() for file in path.rglob("*") if file.is_file() and not file.name.startswith(".")}
        assert len(texts) == 1
