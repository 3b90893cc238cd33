"""Links that somebody planted: none is followed, nothing outside the root is read, written or removed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from clusterdef.problem import Refused
from clusterdef.tree import current, drift, generations, plan, rollback, unchanged, write
from tests.tree.trees import artifact, artifacts, everything, files, names, written


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree of two generations."""
    written(tmp_path / "root", {"d/a": "1", "b": "1"})
    written(tmp_path / "root", {"d/a": "2", "b": "1"}, "x")
    return tmp_path / "root"


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A directory that looks like a part of a generation, and must not change."""
    (tmp_path / "victim").mkdir()
    for name in ("a", "b", ".manifest", "passwd"):
        (tmp_path / "victim" / name).write_text("precious")
    return tmp_path / "victim"


@pytest.mark.parametrize("target", ["..", "/etc", ".", "2/../../victim", "02", "2/", "", "x\x1b[31m"])
def test_current_must_be_a_number(root: Path, victim: Path, target: str) -> None:
    before = everything(victim)
    (root / "current").unlink()
    (root / "current").symlink_to(target or "-")
    for deed in (current, drift, rollback, lambda root: unchanged(root, "x"), lambda root: plan(root, [])):
        with pytest.raises(Refused, match=r"current points to .*, not to a generation"):
            deed(root)
    with pytest.raises(Refused) as refused:
        written(root, {"b": "2"})
    assert str(refused.value).isprintable()
    assert (root / "current").readlink() == Path(target or "-")
    assert everything(victim) == before


@pytest.mark.parametrize("what", ["file", "directory"])
def test_current_must_be_a_link(root: Path, what: str) -> None:
    (root / "current").unlink()
    if what == "file":
        (root / "current").write_text("2")
    else:
        (root / "current").mkdir()
    with pytest.raises(Refused, match="current is no link to a generation"):
        written(root, {"b": "2"})
    assert names(root) == ["1", "2", "current"]


def test_a_generation_must_be_a_directory_of_ours(root: Path, victim: Path) -> None:
    before = everything(victim)
    (root / "2").rename(root / "moved")
    (root / "2").symlink_to(victim)
    for deed in (current, drift, lambda root: unchanged(root, "x"), lambda root: plan(root, [])):
        with pytest.raises(Refused, match="2 is a symbolic link, not a generation"):
            deed(root)
    with pytest.raises(Refused, match="2 is a symbolic link, not a generation"):
        written(root, {"b": "2"})
    with pytest.raises(Refused, match="no generation 2"):
        rollback(root, 2)
    assert [made.number for made in generations(root)] == [1]
    assert everything(victim) == before


def test_a_link_in_place_of_an_older_generation_is_left_alone(root: Path, victim: Path) -> None:
    before = everything(victim)
    (root / "1").rename(root.parent / "moved")
    (root / "1").symlink_to(victim)
    for number in range(12):
        written(root, {"b": str(number)})
    assert (root / "1").is_symlink()
    assert everything(victim) == before


def test_a_link_in_place_of_a_directory_is_not_entered(root: Path, victim: Path) -> None:
    before = everything(victim)
    (root / "2/d").rename(root.parent / "moved")
    (root / "2/d").symlink_to(victim)
    assert unchanged(root, "x") is None
    assert ("d", "extra") in [(found.path, found.what) for found in drift(root, verify=True)]
    written(root, {"d/a": "2", "b": "2"})
    assert files(root) == {"d/a": b"2", "b": b"2"}
    assert not (root / "current/d").is_symlink()
    assert everything(victim) == before


def test_a_link_in_place_of_a_carried_file_is_not_read(root: Path, victim: Path) -> None:
    """Not even one to the same bytes: a link to a secret must not become a file that all may read."""
    (victim / "b").write_text("1")
    (root / "2/b").unlink()
    (root / "2/b").symlink_to(victim / "b")
    with pytest.raises(Refused, match="2/b is not what clusterdef wrote"):
        written(root, {"n": "1"}, carry=lambda entry: True)


def test_links_in_a_pruned_generation_are_removed_as_links(root: Path, victim: Path) -> None:
    before = everything(victim)
    (root / "1/x").symlink_to(victim)
    (root / "1/d/x").symlink_to(victim / "a")
    for number in range(12):
        written(root, {"b": str(number)})
    assert 1 not in [made.number for made in generations(root)]
    assert everything(victim) == before


@pytest.mark.parametrize("name", [".new-1-x", ".gone-1", ".new-current"])
def test_links_among_the_leftovers_are_removed_as_links(root: Path, victim: Path, name: str) -> None:
    before = everything(victim)
    (root / name).symlink_to(victim)
    written(root, {"b": "2"})
    assert name not in names(root)
    assert everything(victim) == before


def test_the_lock_is_not_written_through_a_link(root: Path, victim: Path) -> None:
    (root / ".lock").unlink()
    (root / ".lock").symlink_to(victim / "passwd")
    with pytest.raises(Refused, match=r"\.lock is a symbolic link"):
        written(root, {"b": "2"})
    assert (victim / "passwd").read_text() == "precious"


@pytest.mark.parametrize("what", ["hard link", "fifo", "directory"])
def test_the_lock_must_be_a_file_of_its_own(root: Path, victim: Path, what: str) -> None:
    (root / ".lock").unlink()
    if what == "hard link":
        os.link(victim / "passwd", root / ".lock")
    elif what == "fifo":
        os.mkfifo(root / ".lock")
    else:
        (root / ".lock").mkdir()
    with pytest.raises(Refused, match=r"\.lock is a hard link or no regular file"):
        written(root, {"b": "2"})
    assert (victim / "passwd").read_text() == "precious"


def test_a_manifest_cannot_lead_outside(root: Path, victim: Path) -> None:
    """Paths in a manifest are not trusted: one that leaves the generation is no file of it."""
    path = "../../victim/passwd"
    row = f"{hashlib.sha256(b'precious').hexdigest()}\t0644\troot\troot\t8\tm\t\t{path}\n"
    listed = root / "2/.manifest"
    text = listed.read_text() + row
    for own in (".manifest", ".stat"):
        (root / "2" / own).chmod(0o644)
    listed.write_text(text)
    record = (root / "2/.stat").read_text().partition("\n")[2]
    digest = hashlib.sha256(text.encode()).hexdigest()
    (root / "2/.stat").write_text(f'{{"before": 1, "manifest": "{digest}"}}\n{record}')
    with pytest.raises(Refused, match=r"part that is \. or \.\."):
        written(root, {"n": "1"}, carry=lambda entry: True)
    with pytest.raises(Refused, match="is damaged"):
        rollback(root, 2)
    written(root, {"n": "1"})
    assert files(root) == {"n": b"1"}


def test_the_root_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("root")
    made = written(tmp_path / "link", {"b": "3"})
    assert (made.number, made.read("b")) == (3, b"3")
    assert files(root) == {"b": b"3"}
    assert rollback(tmp_path / "link").number == 2


def test_a_link_to_nowhere_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(Refused, match=r"link is a link to .*nowhere, which is not there"):
        written(tmp_path / "link", {"b": "3"})
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "path", ["../x", "/tmp/clusterdef-x", "a/../../x", "./x", "a//x", ".lock", ".new-x/y", "a\0b", "current/../../x"]
)
def test_no_artifact_leaves_the_root(root: Path, path: str) -> None:
    before = everything(root.parent)
    with pytest.raises(Refused):
        write(root, [artifact("good"), artifact(path)], inputs="", version="", facts={})
    assert everything(root.parent) == before


def test_a_directory_of_others_is_refused(tmp_path: Path) -> None:
    for name in ("thesis.tex", "b", "c", "d\x1b"):
        (tmp_path / name).write_text("mine")
    before = everything(tmp_path)
    for deed in (current, generations, drift, rollback, lambda root: plan(root, []), lambda root: written(root, [])):
        with pytest.raises(Refused) as refused:
            deed(tmp_path)
        (problem,) = refused.value.problems
        assert problem.message == f"{tmp_path} is not empty and holds no generation: found b, c, d\\x1b and 1 more"
        assert "choose another directory with -o DIR" in problem.advice
    assert everything(tmp_path) == before


def test_a_prepared_directory_is_taken(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "armed").mkdir()
    (tmp_path / ".gitignore").write_text("*\n")
    assert written(tmp_path, artifacts({"a": "1"})).number == 1
