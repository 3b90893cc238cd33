"""A copy of what stands, made before it is known what will be written: right in the end, and never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clusterdef.problem import Refused
from clusterdef.tree import ahead, current, drift, lock
from clusterdef.tree.former import Former
from clusterdef.tree.root import opened
from tests.tree.trees import artifact, files, names, written

OLD = {"same": "s", "d/a": "1", "d/b": "2", "gone/deep/x": "x", "file": "f", "folder/y": "y"}
NEW = {"same": "s", "d/a": "changed", "d/b": "2", "file/z": "z", "folder": "no longer", "new": "n"}


def as_bytes(given: dict[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in given.items()}


def test_the_next_generation_is_made_of_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "tree"
    old = written(root, OLD)
    with ahead(root) as begun:
        assert begun
        monkeypatch.setattr(Former, "link", lambda *asked: pytest.fail("linked once more"))
        new = written(root, NEW, ahead=begun)
    assert files(root) == as_bytes(NEW)
    assert drift(root, verify=True) == ()
    assert not (root / "current" / "gone").exists()
    assert (root / "current/same").stat().st_ino == (root / str(old.number) / "same").stat().st_ino
    assert names(root) == [str(old.number), str(new.number), "current"]


def test_a_generation_made_of_a_copy_is_the_same_generation(tmp_path: Path) -> None:
    for name in ("early", "late"):
        written(tmp_path / name, OLD)
    with ahead(tmp_path / "early") as begun:
        early = written(tmp_path / "early", NEW, ahead=begun)
    assert early.identity == written(tmp_path / "late", NEW).identity


def test_nothing_new_leaves_nothing_of_the_copy(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    old = written(root, OLD)
    with ahead(root) as begun:
        assert written(root, OLD, ahead=begun).number == old.number
    assert names(root) == ["1", "current"]


def test_who_gives_up_leaves_nothing_of_the_copy(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    written(root, OLD)
    with pytest.raises(ZeroDivisionError), ahead(root) as begun:
        assert begun
        assert begun.of(1)
        assert begun.copy()
        assert len(names(root)) == 3
        raise ZeroDivisionError
    assert names(root) == ["1", "current"]


def test_a_file_that_somebody_touched_is_not_taken_from_the_copy(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    written(root, OLD)
    file = root / "1" / "same"
    file.unlink()
    file.write_text("spoilt", "utf-8")
    with ahead(root) as begun:
        assert begun
        assert not begun.of(1)
        written(root, NEW, ahead=begun)
    assert files(root) == as_bytes(NEW)
    assert drift(root, verify=True) == ()


def test_a_copy_of_another_generation_is_not_taken(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    written(root, OLD)
    with ahead(root) as begun:
        assert begun
        assert not begun.of(2)


def test_the_lock_is_held_meanwhile(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    written(root, OLD)
    with ahead(root):
        with pytest.raises(Refused, match="has been writing"):
            written(root, NEW, wait=0)
        with ahead(root) as second:
            assert second is None
    assert written(root, NEW, wait=0).number == 2


@pytest.mark.parametrize("stands", ["nothing", "a file", "somebody's folder"])
def test_where_there_is_no_tree_there_is_no_copy(tmp_path: Path, stands: str) -> None:
    root = tmp_path / "tree"
    if stands == "a file":
        root.write_text("x", "utf-8")
    if stands == "somebody's folder":
        root.mkdir()
        (root / "letter").write_text("x", "utf-8")
    with ahead(root) as begun:
        assert begun is None


def test_files_with_too_many_links_are_not_copied(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    written(root, OLD)
    os.link(root / "1" / "same", tmp_path / "link")
    with ahead(root, links=2) as begun:
        assert begun
        assert not begun.of(1)
        written(root, [artifact(path, text) for path, text in NEW.items()], links=2, ahead=begun)
    assert files(root) == as_bytes(NEW)


def test_the_copy_is_of_what_is_current(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    written(root, OLD)
    written(root, NEW)
    with ahead(root) as begun, opened(root) as top:
        standing = current(root)
        assert begun
        assert standing
        assert begun.of(standing.number)
        assert lock.NAME in top.names()
