"""The tree under real violence: killed writers, full and read-only disks, no permission, no descriptors."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clusterdef.tree import drift
from tests.tree.trees import files, names, written

ROOT = Path(__file__).parents[3]
NOBODY = 65534

WRITER = """
import sys
from pathlib import Path
from tests.tree.trees import written
print("ready", flush=True)
sys.stdin.readline()
written(Path(sys.argv[1]), {f"d{n % 9}/f{n}": sys.argv[2] * 3000 if n % 3 else "same" for n in range(600)}, sys.argv[2])
"""

# What a child does under another user or another limit: modules are loaded first, as that user may not read them.
POOR = """
import json, os, resource, sys
from pathlib import Path
from clusterdef.problem import Refused
from clusterdef.tree import current, drift, plan, rollback, unchanged
from tests.tree.trees import artifact, written
root, what = Path(sys.argv[1]), sys.argv[2]
if os.access(root, os.W_OK):
    written(root, {"a": "2", "d/b": "2"}, "2")
if what == "nobody" and os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
if what == "few":
    resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))
found = {}
for name, deed in {
    "write": lambda: written(root, {f"{n}/{n}/{n}/{n}/{n}": "3" for n in range(20)}),
    "rollback": lambda: rollback(root),
    "unchanged": lambda: unchanged(root, "2"),
}.items():
    try:
        found[name] = getattr(deed(), "number", 0)
    except Refused as refused:
        found[name] = refused.problems[0].code
print(json.dumps(found))
"""


def python(*arguments: str, before: tuple[str, ...] = ()) -> str:
    """What a Python of ours prints."""
    command = [*before, sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_killed_before_every_call(tmp_path: Path) -> None:
    assert json.loads(python("-m", "tests.tree.system.killed", str(tmp_path))) == []


def wanted(letter: str) -> dict[str, bytes]:
    return {f"d{n % 9}/f{n}": letter.encode() * 3000 if n % 3 else b"same" for n in range(600)}


@pytest.fixture(scope="module")
def duration(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that a writer takes here when it is left alone."""
    root = tmp_path_factory.mktemp("alone")
    written(root, wanted("a"), "a")
    start = time.monotonic()
    written(root, wanted("b"), "b")
    return time.monotonic() - start


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_killed_at_random_moments(tmp_path: Path, duration: float, with_signal: int) -> None:
    """The tree is the old or the new; after SIGTERM nothing half made stays, after SIGKILL until the next run."""
    chance = random.Random(1)
    root = tmp_path / "tree"
    written(root, wanted("a"), "a")
    old = "a"
    for turn in range(20):
        new = "bc"[turn % 2]
        command = [sys.executable, "-c", WRITER, str(root), new]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            process.stdin.write("\n")
            process.stdin.flush()
            time.sleep(chance.random() * duration * 1.3)
            process.send_signal(with_signal)
            code = process.wait(timeout=60)
        assert code in (0, -with_signal, 128 + with_signal)
        assert files(root) in (wanted(old), wanted(new))
        assert drift(root, verify=True) == ()
        if code == 128 + with_signal:
            # An old generation may be half removed: that is `.gone-`, and goes with the next run.
            assert [name for name in names(root) if name.startswith(".new-")] == []
        old = new if files(root) == wanted(new) else old
    written(root, wanted("d"), "d")
    assert files(root) == wanted("d")
    assert [name for name in names(root) if not name.isdigit()] == ["current"]


def test_full_and_read_only_disks(tmp_path: Path, program: Callable[[str], str]) -> None:
    """In a mount namespace; without root, in a user namespace too."""
    namespace = (program("unshare"), "--mount") if os.geteuid() == 0 else (program("unshare"), "-r", "--mount")
    assert json.loads(python("-m", "tests.tree.system.mounted", str(tmp_path), before=namespace)) == {
        "big": "tree-full",
        "after": ["1", "current"],
        "files": True,
        "drift": 0,
        "small": 2,
        "stuffed": "No space left on device",
        "stuffed write": "tree-full",
        "stuffed names": ["1", "2", "current"],
        "stuffed files": True,
        "freed": "done",
        "freed files": True,
        "inodes": "tree-full",
        "inodes names": ["1", "current"],
        "inodes files": True,
        "write": "tree-read-only",
        "rollback": "tree-read-only",
        "elsewhere": "tree-read-only",
        "current": 2,
        "unchanged": True,
        "plan": True,
        "then": 3,
    }


@pytest.fixture
def public() -> Iterator[Path]:
    """A directory that every user can reach."""
    path = Path(tempfile.mkdtemp(prefix="clusterdef-tree-"))
    path.chmod(0o755)
    yield path
    path.chmod(0o755)
    shutil.rmtree(path)


def test_no_permission(public: Path) -> None:
    """As root the child becomes nobody; else the directory is taken from its owner."""
    written(public, {"a": "1"})
    if os.geteuid() != 0:
        written(public, {"a": "2", "d/b": "2"}, "2")
        public.chmod(0o555)
        (public / ".lock").chmod(0o444)
    found = json.loads(python("-c", POOR, str(public), "nobody"))
    assert found == {"write": "tree-permission", "rollback": "tree-permission", "unchanged": 2}
    assert files(public) == {"a": b"2", "d/b": b"2"}
    assert names(public) == ["1", "2", "current"]


def test_no_descriptors_left(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1"})
    assert json.loads(python("-c", POOR, str(tmp_path), "few"))["write"] == "tree-open-files"
    assert written(tmp_path, {"a": "9"}).number > 2
    assert [name for name in names(tmp_path) if not name.isdigit()] == ["current"]
