"""Drift: whatever somebody does to a generation is seen, and the quick test sees it too."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef.problem import Severity
from clusterdef.tree import drift, unchanged
from tests.tree.trees import artifact, written


@pytest.fixture
def root(tmp_path: Path) -> Path:
    written(tmp_path / "root", [artifact("a", "1"), artifact("d/b", "1"), artifact("key", "1", mode=0o600)], "x")
    return tmp_path / "root"


def replaced(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)
    path.chmod(0o444)


def rewritten(path: Path, text: str) -> None:
    """Other bytes, and everything that lstat shows as before."""
    status = path.stat()
    path.chmod(0o644)
    path.write_text(text)
    path.chmod(0o444)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def swapped(path: Path, text: str) -> None:
    """Another file with the same length, time and mode."""
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    other = path.with_name("other")
    other.write_text(text)
    other.chmod(0o444)
    os.utime(other, ns=times)
    other.rename(path)


def linked(path: Path, target: Path) -> None:
    path.unlink()
    path.symlink_to(target)


def made_instead(path: Path, make: Callable[[Path], None]) -> None:
    path.unlink()
    make(path)


def directory_for_link(top: Path) -> None:
    (top / "d").rename(top.parent / "elsewhere")
    (top / "d").symlink_to(top.parent / "elsewhere")


DEEDS: dict[str, tuple[Callable[[Path], object], list[tuple[str, str]]]] = {
    "longer": (lambda top: replaced(top / "a", "12"), [("a", "content")]),
    "same length": (lambda top: replaced(top / "a", "2"), [("a", "content")]),
    "same bytes": (lambda top: replaced(top / "a", "1"), [("a", "touched")]),
    "another file": (lambda top: swapped(top / "a", "2"), [("a", "content")]),
    "time": (lambda top: os.utime(top / "a"), [("a", "touched")]),
    "mode": (lambda top: (top / "key").chmod(0o444), [("key", "mode")]),
    "setuid": (lambda top: (top / "a").chmod(0o4444), [("a", "mode")]),
    "missing": (lambda top: (top / "d/b").unlink(), [("d/b", "missing"), ("d/", "extra")]),
    "extra": (lambda top: (top / "d/x").write_text(""), [("d/x", "extra")]),
    "extra dot": (lambda top: (top / ".x").write_text(""), [(".x", "extra")]),
    "extra directory": (lambda top: (top / "e/f").mkdir(parents=True), [("e/f/", "extra")]),
    "odd name": (lambda top: Path(os.fsdecode(bytes(top) + b"/\xff")).write_text(""), [("\udcff", "extra")]),
    "link": (lambda top: linked(top / "a", top / "d/b"), [("a", "type")]),
    "fifo": (lambda top: made_instead(top / "a", os.mkfifo), [("a", "type")]),
    "directory": (lambda top: made_instead(top / "a", Path.mkdir), [("a", "missing"), ("a/", "extra")]),
    "directory for link": (directory_for_link, [("d", "extra"), ("d/b", "missing")]),
    "facts": (lambda top: replaced(top / ".facts.json", "{}"), [(".facts.json", "content")]),
    "manifest": (lambda top: replaced(top / ".manifest", "{}"), [(".manifest", "content")]),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_is_seen(root: Path, deed: str) -> None:
    do, expected = DEEDS[deed]
    assert unchanged(root, "x") is not None
    do(root / "1")
    assert unchanged(root, "x") is None
    for verify in (False, True):
        found = [(one.path, one.what) for one in drift(root, verify) if deed != "manifest" or one.path == ".manifest"]
        assert sorted(found) == sorted(expected)


def test_bytes_behind_an_unchanged_face_need_verify(root: Path) -> None:
    rewritten(root / "1/a", "2")
    assert drift(root) == ()
    assert [(one.path, one.what) for one in drift(root, verify=True)] == [("a", "content")]


@pytest.mark.parametrize("how", ["gone", "garbage"])
def test_without_its_record_everything_is_looked_at(root: Path, how: str) -> None:
    (root / "1/.stat").unlink()
    if how == "garbage":
        (root / "1/.stat").write_bytes(b"\xff")
    replaced(root / "1/a", "2")
    found = {one.path: one.what for one in drift(root)}
    assert found == {
        ".facts.json": "touched",
        ".manifest": "touched",
        ".stat": "unreadable",
        "a": "content",
        "d/b": "touched",
        "key": "touched",
    }


def test_a_new_link_is_no_drift(root: Path, tmp_path: Path) -> None:
    os.link(root / "1/a", tmp_path / "copy")
    assert drift(root, verify=True) == ()
    assert unchanged(root, "x") is not None


def test_other_inputs_are_not_unchanged(root: Path) -> None:
    found = unchanged(root, "x")
    assert found is not None
    assert found.number == 1
    assert unchanged(root, "y") is None


def test_no_tree_has_no_drift(tmp_path: Path) -> None:
    for place in (tmp_path / "no", tmp_path):
        assert drift(place) == ()
        assert unchanged(place, "x") is None
    assert list(tmp_path.iterdir()) == []


def test_drift_is_a_warning_that_can_be_printed(root: Path) -> None:
    Path(os.fsdecode(bytes(root) + b"/1/\x1b\xff")).write_text("")
    (found,) = drift(root)
    problem = found.problem()
    assert problem.severity is Severity.WARNING
    assert problem.message == "\\x1b\\udcff is not clusterdef's"
