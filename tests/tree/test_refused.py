"""Whatever the operating system refuses, whenever: the old tree is intact, the words help, the next run succeeds."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef.artifact import Artifact
from clusterdef.problem import Refused
from clusterdef.tree import current, drift, rollback
from clusterdef.tree.trouble import CAUSES, Explained
from tests.tree import faults
from tests.tree.trees import artifact, everything, files, names, written

OLD = [artifact("same", "s"), artifact("d/a", "1"), artifact("key", "k", mode=0o600), artifact("gone", "1")]
NEW = [artifact("same", "s"), artifact("d/a", "2"), artifact("key", "k", mode=0o600), artifact("e/f/g", "x" * 9000)]
WANTED = {one.path: one.content for one in NEW}


def failing(number: int) -> Callable[[str], None]:
    def fail(name: str) -> None:
        raise OSError(number, os.strerror(number), f"{name}-of-test")

    return fail


@pytest.mark.parametrize("code", ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO", "EMFILE"])
def test_refused_at_every_call(tmp_path: Path, code: str) -> None:
    """Call after call fails in turn; either the write tells and nothing changed, or the call did not matter."""
    number = getattr(errno, code)
    told = 0
    for turn in itertools.count(1):
        root = tmp_path / str(turn)
        written(root, OLD, "old")
        before = everything(root / "1")
        with faults.at(turn, failing(number)) as calls:
            try:
                made = written(root, NEW, "new").number
            except Refused as refused:
                made = 0
                told += 1
                assert [problem.code for problem in refused.problems] == [CAUSES[number].code]
        if made:
            assert files(root) == WANTED, calls
        else:
            assert (root / "current").readlink() == Path("1"), calls
            assert names(root) == ["1", "current"], calls
        assert everything(root / "1") == before
        assert written(root, NEW, "new").read("e/f/g") == b"x" * 9000
        assert files(root) == WANTED
        assert [name for name in names(root) if not name.isdigit()] == ["current"]
        assert drift(root, verify=True) == ()
        if len(calls) < turn:
            break
    assert told > 20


def test_a_rollback_refused_at_every_call(tmp_path: Path) -> None:
    written(tmp_path, OLD, "old")
    written(tmp_path, NEW, "new")
    for turn in itertools.count(1):
        with faults.at(turn, failing(errno.ENOSPC)) as calls:
            try:
                rollback(tmp_path, 1)
            except Refused:
                assert (tmp_path / "current").readlink() == Path("2")
        assert rollback(tmp_path, 2).number == 2
        assert names(tmp_path) == ["1", "2", "current"]
        if len(calls) < turn:
            break
    assert turn > 5


@pytest.mark.parametrize("number", CAUSES)
def test_every_refusal_says_what_to_do(number: int) -> None:
    with pytest.raises(Refused) as refused, Explained(Path("generated")):
        raise OSError(number, os.strerror(number), "1/a")
    (problem,) = refused.value.problems
    assert problem.code.startswith("tree-")
    assert "generated" in problem.message or "too many open files" in problem.message
    assert "{" not in problem.message + "".join(problem.advice)
    assert problem.message == problem.message.rstrip(".")
    assert problem.advice
    assert problem.subject == "generated"


def test_other_errors_are_bugs() -> None:
    with pytest.raises(BlockingIOError), Explained(Path("generated")):
        raise BlockingIOError(errno.EAGAIN, "no")


def test_a_full_disk_tells_with_a_short_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """write(2) may take a part first; that is no file yet."""
    real, left = os.write, [5000]

    def short(fd: int, content: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "full")
        count = real(fd, content[: left[0]])
        left[0] -= count
        return count

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(Refused, match="no space left"):
        written(tmp_path, NEW)
    assert names(tmp_path) == []


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, content: real(fd, content[:1000]))
    written(tmp_path, NEW)
    assert files(tmp_path) == WANTED


def test_the_root_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    for deed in (current, drift, rollback, lambda root: written(root, NEW)):
        with pytest.raises(Refused, match="x is not a directory"):
            deed(tmp_path / "x")
    assert (tmp_path / "x").read_text() == "mine"


def test_the_directory_above_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        written(tmp_path / "no/tree", NEW)
    (problem,) = refused.value.problems
    assert problem.message == f"there is no {tmp_path}/no"
    assert problem.advice[0].startswith(f"create {tmp_path}/no first")
    assert list(tmp_path.iterdir()) == []


def test_a_relative_root_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = written(Path("generated"), [Artifact("a", b"1", "m")])
    assert made.path == Path("generated/1")
    assert made.read("a") == b"1"
