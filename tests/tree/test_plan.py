"""The plan: what would change, how it reads, and that nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clusterdef.artifact import Artifact
from clusterdef.problem import Refused
from clusterdef.tree import Change, Plan, drift, plan
from tests.tree.trees import artifact, artifacts, everything, written


def only(found: Plan) -> Change:
    (change,) = found.changes
    return change


def lines(root: Path, *given: Artifact) -> list[str]:
    found = plan(root, given)
    return list(found.diff(only(found)))


def test_before_the_first_write_all_is_new(tmp_path: Path) -> None:
    found = plan(tmp_path / "no", [artifact("b"), artifact("a", maker="enc", subject="n1")])
    assert [(change.kind, change.path, change.maker, change.subject) for change in found.changes] == [
        ("new", "a", "enc", "n1"),
        ("new", "b", "hosts", ""),
    ]
    assert (found.same, found.current, found.drifted, found.empty) == (0, None, (), False)
    assert not (tmp_path / "no").exists()


def test_kinds(tmp_path: Path) -> None:
    written(tmp_path, {"same": "1", "changed": "1", "gone": "1"})
    before = everything(tmp_path)
    found = plan(tmp_path, artifacts({"same": "1", "changed": "2", "new": "1"}))
    assert [(change.kind, change.path) for change in found.changes] == [
        ("changed", "changed"),
        ("gone", "gone"),
        ("new", "new"),
    ]
    assert [found.count(kind) for kind in ("new", "changed", "gone")] == [1, 1, 1]
    assert found.same == 1
    assert everything(tmp_path) == before


def test_nothing_to_do_is_empty(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1"})
    assert plan(tmp_path, artifacts({"a": "1"})).empty


def test_carried_files_are_the_same(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1", "b": "1", "c": "1"})
    found = plan(tmp_path, artifacts({"a": "2"}), carry=lambda entry: entry.path == "b")
    assert [(change.kind, change.path) for change in found.changes] == [("changed", "a"), ("gone", "c")]
    assert found.same == 1


def test_carrying_from_a_damaged_generation_is_refused(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1"})
    (tmp_path / "1/.manifest").unlink()
    with pytest.raises(Refused, match=r"generation 1 in .* is damaged"):
        plan(tmp_path, artifacts({"a": "2"}), carry=lambda entry: True)


def test_drifted_files_are_told(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1"})
    (tmp_path / "1/extra").write_text("")
    found = plan(tmp_path, artifacts({"a": "1"}))
    assert [(one.path, one.what) for one in found.drifted] == [("extra", "extra")]
    assert (found.changes, found.empty) == ((), False)


def test_bad_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        plan(tmp_path, [artifact("../a"), artifact("b"), artifact("b")])
    assert [problem.code for problem in refused.value.problems] == ["path-not-allowed", "path-taken-twice"]


def test_a_changed_file_reads_as_a_diff(tmp_path: Path) -> None:
    written(tmp_path, {"d/a": "one\ntwo\nthree\n"})
    assert lines(tmp_path, artifact("d/a", "one\nzwei\nthree\n")) == [
        "--- a/d/a",
        "+++ b/d/a",
        "@@ -1,3 +1,3 @@",
        " one",
        "-two",
        "+zwei",
        " three",
    ]


def test_new_and_gone_files_read_as_a_diff(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1\n"})
    found = plan(tmp_path, artifacts({"b": "2\n"}))
    gone, new = found.changes
    assert list(found.diff(gone)) == ["--- a/a", "+++ /dev/null", "@@ -1 +0,0 @@", "-1"]
    assert list(found.diff(new)) == ["--- /dev/null", "+++ b/b", "@@ -0,0 +1 @@", "+2"]


def test_a_missing_line_end_is_seen(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1\n2"})
    assert lines(tmp_path, artifact("a", "1\n2\n"))[3:] == [" 1", "-2", "\\ no newline at end of file", "+2"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b"])
def test_binary_files_are_not_shown(tmp_path: Path, content: bytes) -> None:
    written(tmp_path, {"a": "1\n"})
    assert lines(tmp_path, artifact("a", content)) == ["binary file changed"]


def test_what_a_terminal_would_obey_is_escaped(tmp_path: Path) -> None:
    written(tmp_path, {"a": "\x1b]0;title\x07\n"})
    shown = lines(tmp_path, artifact("a", "\ttab\r\nü\u202e\x0cpage\u2028\n"))
    assert shown[3:] == ["-\\x1b]0;title\\x07", "+\ttab\\r", "+ü\\u202e\\x0cpage\\u2028"]


@pytest.mark.parametrize(("before", "after"), [(0o600, 0o600), (0o644, 0o600), (0o600, 0o644)])
def test_secrets_are_not_shown(tmp_path: Path, before: int, after: int) -> None:
    written(tmp_path, [artifact("a", "hunter1\n", mode=before)])
    shown = lines(tmp_path, artifact("a", "hunter2\n", mode=after))
    assert shown[-1] == "secret file changed"
    assert "hunter" not in "".join(shown)


def test_mode_and_owner_are_told(tmp_path: Path) -> None:
    written(tmp_path, [Artifact("a", b"1\n", "m")])
    assert lines(tmp_path, Artifact("a", b"1\n", "n", "head", 0o755, "anna", "staff")) == [
        "mode of a: 0644 -> 0755",
        "owner of a: root -> anna",
        "group of a: root -> staff",
        "maker of a: m -> n",
        "subject of a:  -> head",
    ]


def test_a_diff_is_against_what_stands_there_now(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1\n"})
    (tmp_path / "1/a").chmod(0o644)
    (tmp_path / "1/a").write_text("by hand\n")
    assert lines(tmp_path, artifact("a", "2\n"))[-2:] == ["-by hand", "+2"]


def test_a_diff_follows_no_link(tmp_path: Path) -> None:
    written(tmp_path / "root", {"a": "1\n"})
    (tmp_path / "private").write_text("private\n")
    (tmp_path / "root/1/a").unlink()
    (tmp_path / "root/1/a").symlink_to(tmp_path / "private")
    assert lines(tmp_path / "root", artifact("a", "2\n"))[-1:] == ["+2"]
    assert "private" not in "".join(lines(tmp_path / "root", artifact("a", "2\n")))


def test_a_diff_survives_the_generation_being_pruned(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1\n"})
    found = plan(tmp_path, artifacts({"a": "2\n"}))
    for number in range(3, 15):
        written(tmp_path, {"a": str(number)})
    assert list(found.diff(only(found)))[-1:] == ["+2"]


def test_descriptors_are_given_back(tmp_path: Path) -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    for number in range(3):
        written(tmp_path, {f"d{folder}/a": str(number) for folder in range(100)})
        plan(tmp_path, artifacts({"a": "1"}))
        drift(tmp_path)
    with pytest.raises(Refused):
        plan(tmp_path, [artifact("../a")])
    assert sorted(os.listdir("/proc/self/fd")) == before
