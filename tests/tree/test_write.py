"""Writing: the tree on disk is what was asked for, and the old one stands beside it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterdef.artifact import Artifact
from clusterdef.problem import Refused
from clusterdef.tree import current, drift, generations, rollback, unchanged, write
from clusterdef.tree.manifest import Entry, parsed
from tests.tree.trees import artifact, artifacts, files, names, written


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "generated"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def inode(path: Path) -> int:
    return path.stat().st_ino


def test_first_generation_holds_the_files(root: Path) -> None:
    made = written(root, {"hosts": b"192.0.2.1 head\n", "enc/a/b/worker01": b"\x00\xff"})
    assert (made.number, made.path) == (1, root / "1")
    assert (root / "current").readlink() == Path("1")
    assert files(root) == {"hosts": b"192.0.2.1 head\n", "enc/a/b/worker01": b"\x00\xff"}
    assert names(root) == ["1", "current"]


def test_manifest_is_this_text(root: Path) -> None:
    made = write(
        root,
        [
            artifact("pxe/worker01", "boot\n", "pxelinux", "worker01"),
            Artifact("enc/worker01", b"a\n", "enc", "worker01", 0o640, "root", "puppet"),
        ],
        inputs="abc",
        version="1.2.3",
        facts={"worker01": "192.0.2.5"},
    )
    enc, pxe = sha256(b"a\n"), sha256(b"boot\n")
    facts = b'{"worker01": "192.0.2.5"}\n'
    assert (made.path / ".facts.json").read_bytes() == facts
    assert (made.path / ".manifest").read_text() == (
        f'{{"clusterdef": "1.2.3", "facts": "{sha256(facts)}", "format": 1, "inputs": "abc"}}\n'
        f"{enc}\t0640\troot\tpuppet\t2\tenc\tworker01\tenc/worker01\n"
        f"{pxe}\t0644\troot\troot\t5\tpxelinux\tworker01\tpxe/worker01\n"
    )
    assert made.identity == sha256((made.path / ".manifest").read_bytes())


def test_a_generation_tells_what_it_is(root: Path) -> None:
    write(root, [artifact("hosts", "a\n"), artifact("enc", "b\n")], inputs="abc", version="9", facts={"x": [1]})
    found = current(root)
    assert found is not None
    assert (found.inputs, found.version, found.facts, found.files) == ("abc", "9", {"x": [1]}, 2)
    assert found.manifest.entries["hosts"] == Entry(sha256(b"a\n"), 0o644, "root", "root", 2, "hosts", "", "hosts")
    assert found.made == (root / "1" / ".manifest").stat().st_mtime
    assert found.identity.startswith(found.short)
    assert found.read("hosts") == b"a\n"


@pytest.mark.parametrize("text", [b'{"x": 1}\n', b"\xff", b"[", b""])
@pytest.mark.parametrize("own", [".manifest", ".facts.json"])
def test_a_generation_that_cannot_be_read_says_so(root: Path, own: str, text: bytes) -> None:
    written(root, {"a": "1"})
    (root / "1" / own).chmod(0o644)
    (root / "1" / own).write_bytes(text)
    found = current(root)
    assert found is not None
    with pytest.raises(Refused, match=r"generation 1 in .* is damaged"):
        _ = found.facts
    if own == ".manifest":
        with pytest.raises(Refused, match=r"generation 1 in .* is damaged"):
            _ = found.manifest


def test_a_file_that_is_gone_says_so(root: Path) -> None:
    made = written(root, {"a": "1"})
    (root / "1/a").unlink()
    with pytest.raises(Refused, match="it has no file a"):
        made.read("a")


def test_order_of_artifacts_does_not_matter(tmp_path: Path) -> None:
    given = [artifact(f"d{number % 3}/f{number}", str(number), subject=f"n{number}") for number in range(30)]
    shuffled = random.Random(1).sample(given, len(given))
    first, second = written(tmp_path / "a", given, "same"), written(tmp_path / "b", shuffled, "same")
    assert (first.path / ".manifest").read_bytes() == (second.path / ".manifest").read_bytes()


def test_unchanged_files_are_linked_and_changed_ones_are_not(root: Path) -> None:
    written(root, {"same": "a", "other": "b"})
    written(root, {"same": "a", "other": "c"})
    assert inode(root / "1/same") == inode(root / "2/same")
    assert files(root) == {"same": b"a", "other": b"c"}
    assert (root / "1/other").read_bytes() == b"b"
    assert drift(root, verify=True) == ()


def test_a_file_moved_to_another_path_is_not_taken_for_the_old_one(root: Path) -> None:
    written(root, {"a": "1", "b": "2"})
    written(root, {"a": "2", "b": "1"})
    assert files(root) == {"a": b"2", "b": b"1"}


def test_a_file_may_become_a_directory_and_back(root: Path) -> None:
    written(root, {"a": "1"})
    written(root, {"a/b": "2"})
    assert files(root) == {"a/b": b"2"}
    written(root, {"a": "1"})
    assert files(root) == {"a": b"1"}


def test_nothing_new_makes_no_generation(root: Path) -> None:
    first = written(root, {"a": "1"}, "x")
    again = written(root, {"a": "1"}, "x")
    assert (first.number, again.number) == (1, 1)
    assert names(root) == ["1", "current"]


@pytest.mark.parametrize("change", ["inputs", "version", "facts"])
def test_other_inputs_make_one_with_the_same_files(root: Path, change: str) -> None:
    first = {"inputs": "a", "version": "1", "facts": {"a": 1}}
    second = first | {change: {"a": 2} if change == "facts" else "other"}
    write(root, [artifact("a")], **first)  # type: ignore[arg-type]
    made = write(root, [artifact("a")], **second)  # type: ignore[arg-type]
    assert made.number == 2
    assert inode(root / "1/a") == inode(root / "2/a")


def test_a_link_too_many_is_a_copy(root: Path) -> None:
    for number in range(1, 5):
        written(root, [artifact("a", "1"), artifact("n", str(number))], links=3)
    inodes = [inode(root / str(number) / "a") for number in range(1, 5)]
    assert inodes[0] == inodes[1] == inodes[2] != inodes[3]
    assert files(root) == {"a": b"1", "n": b"4"}


def test_a_carried_file_with_a_link_too_many_is_a_copy(root: Path) -> None:
    written(root, {"a": "1"})
    written(root, {"n": "2"}, carry=lambda entry: True, links=1)
    assert inode(root / "1/a") != inode(root / "2/a")
    assert files(root) == {"a": b"1", "n": b"2"}


@pytest.mark.parametrize("code", ["EMLINK", "EXDEV", "EPERM"])
def test_where_no_link_can_be_made_files_are_copied(root: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    def link(*arguments: object, **more: object) -> None:
        raise OSError(getattr(errno, code), "no")

    written(root, [artifact("d/a", "1", mode=0o600), artifact("n", "1")])
    monkeypatch.setattr(os, "link", link)
    written(root, [artifact("d/a", "1", mode=0o600), artifact("n", "2")])
    assert inode(root / "1/d/a") != inode(root / "2/d/a")
    assert files(root) == {"d/a": b"1", "n": b"2"}
    assert drift(root, verify=True) == ()


def test_carry_keeps_what_it_says(root: Path) -> None:
    def of_others(entry: Entry) -> bool:
        return entry.subject != "worker01"

    written(root, [artifact(f"enc/{node}", "old", "enc", node) for node in ("worker01", "worker02", "worker03")])
    made = written(root, [artifact("enc/worker01", "new", "enc", "worker01")], carry=of_others)
    assert files(root) == {"enc/worker01": b"new", "enc/worker02": b"old", "enc/worker03": b"old"}
    assert made.manifest.entries["enc/worker03"].subject == "worker03"
    written(root, [], carry=of_others)
    assert files(root) == {"enc/worker02": b"old", "enc/worker03": b"old"}


def test_carry_clashes_are_told(root: Path) -> None:
    written(root, {"a": "1"})
    with pytest.raises(Refused, match="a is a file of hosts and a directory for a/b of hosts"):
        written(root, {"a/b": "1"}, carry=lambda entry: True)


def test_a_carried_file_changed_by_hand_is_refused(root: Path) -> None:
    written(root, {"a": "1", "b": "1"})
    (root / "1/a").chmod(0o644)
    (root / "1/a").write_text("2")
    with pytest.raises(Refused, match="1/a is not what clusterdef wrote"):
        written(root, {"c": "1"}, carry=lambda entry: True)
    assert names(root) == ["1", "current"]


def test_a_carried_file_touched_by_hand_is_copied(root: Path) -> None:
    written(root, {"a": "1"})
    os.utime(root / "1/a", (0, 0))
    written(root, {"c": "1"}, carry=lambda entry: True)
    assert files(root) == {"a": b"1", "c": b"1"}
    assert inode(root / "1/a") != inode(root / "2/a")


@pytest.mark.parametrize("own", [".manifest", ".stat"])
def test_carrying_from_a_damaged_generation_loses_nothing(root: Path, own: str) -> None:
    written(root, {"a": "1"})
    (root / "1" / own).unlink()
    if own == ".stat":
        written(root, {"c": "1"}, carry=lambda entry: True)
        assert files(root) == {"a": b"1", "c": b"1"}
    else:
        with pytest.raises(Refused, match=r"generation 1 in .* is damaged"):
            written(root, {"c": "1"}, carry=lambda entry: True)


@pytest.mark.parametrize("own", [".manifest", ".stat", ".facts.json"])
@pytest.mark.parametrize("how", ["gone", "garbage", "empty"])
def test_a_damaged_generation_is_written_anew(root: Path, own: str, how: str) -> None:
    written(root, {"a": "1"}, "x")
    (root / "1" / own).unlink()
    if how != "gone":
        (root / "1" / own).write_bytes(b"\xff\tgarbage" if how == "garbage" else b"")
    assert unchanged(root, "x") is None
    assert written(root, {"a": "1"}, "x").number == 2
    assert files(root) == {"a": b"1"}
    assert unchanged(root, "x") is not None


def test_a_forged_manifest_lends_no_file(root: Path) -> None:
    """A manifest that claims other bytes than the file's must not get them linked as those."""
    written(root, {"a": "1"})
    listed = root / "1/.manifest"
    text = listed.read_text().replace(sha256(b"1"), sha256(b"2"))
    listed.chmod(0o644)
    listed.write_text(text)
    written(root, {"a": "2"})
    assert files(root) == {"a": b"2"}


@pytest.mark.parametrize("what", ["content", "mode", "missing", "link", "touched", "extra"])
def test_a_drifted_file_is_never_linked(root: Path, tmp_path: Path, what: str) -> None:
    written(root, {"a": "1", "b": "1"}, "x")
    file = root / "1/a"
    file.chmod(0o644)
    if what == "content":
        file.write_text("2")
    elif what == "mode":
        file.chmod(0o666)
    elif what == "touched":
        file.chmod(0o444)
        os.utime(file, (0, 0))
    else:
        file.unlink()
    if what == "link":
        (tmp_path / "elsewhere").write_text("1")
        file.symlink_to(tmp_path / "elsewhere")
    if what == "extra":
        file.write_text("1")
        (root / "1/extra").write_text("1")
    made = written(root, {"a": "1", "b": "1"}, "x")
    assert made.number == 2
    assert files(root) == {"a": b"1", "b": b"1"}
    assert not (root / "2/a").is_symlink()
    assert inode(root / "1/b") == inode(root / "2/b")
    assert drift(root, verify=True) == ()


def test_ten_generations_are_kept(root: Path) -> None:
    for number in range(1, 14):
        written(root, {"a": str(number)})
    assert [made.number for made in generations(root)] == list(range(13, 3, -1))
    assert names(root) == sorted([*map(str, range(4, 14)), "current"])


@pytest.mark.parametrize("kept", [1, 2, 3, 20])
def test_the_current_one_and_the_one_before_are_never_pruned(root: Path, kept: int) -> None:
    for number in range(1, 5):
        written(root, {"a": str(number)})
    rollback(root, 1)
    made = written(root, {"a": "new"}, kept=kept)
    assert made.number == 5
    assert {1, 5} <= {found.number for found in generations(root)}
    assert len(generations(root)) == min(5, max(2, kept))
    assert rollback(root).number == 1


def test_other_things_in_the_root_stay(root: Path) -> None:
    written(root, {"a": "1"})
    (root / "armed").mkdir()
    (root / "2024").mkdir()
    (root / "2024/notes").write_text("mine")
    for number in range(12):
        written(root, {"a": str(number)})
    assert (root / "2024/notes").read_text() == "mine"
    assert (root / "armed").is_dir()
    assert 2024 not in [made.number for made in generations(root)]


def test_leftovers_are_removed(root: Path) -> None:
    written(root, {"a": "1"})
    (root / ".new-12-ab/d").mkdir(parents=True)
    (root / ".new-12-ab/d/f").write_text("half")
    (root / ".gone-3").mkdir()
    (root / ".new-current").symlink_to("7")
    written(root, {"a": "1"})
    assert names(root) == ["1", "current"]


def test_every_problem_of_a_path_is_told_at_once(root: Path) -> None:
    given = [artifact("a"), artifact("../b"), artifact("a", maker="dnsmasq"), artifact("a/c"), artifact("d\0")]
    with pytest.raises(Refused) as refused:
        written(root, given)
    assert [problem.code for problem in refused.value.problems] == [
        "path-not-allowed",
        "path-taken-twice",
        "path-file-and-directory",
        "path-not-allowed",
    ]
    assert names(root) == []


def test_a_generator_that_breaks_leaves_nothing(root: Path) -> None:
    def broken() -> Iterator[Artifact]:
        yield artifact("b", "1")
        raise FileNotFoundError(2, "no such template", "x.j2")

    written(root, {"a": "1"})
    with pytest.raises(FileNotFoundError, match=r"x\.j2"):
        written_lazily(root, broken())
    assert names(root) == ["1", "current"]
    assert files(root) == {"a": b"1"}


def written_lazily(root: Path, given: Iterator[Artifact]) -> None:
    write(root, given, inputs="", version="", facts={})


def test_an_interrupt_leaves_nothing(root: Path) -> None:
    def interrupted() -> Iterator[Artifact]:
        yield artifact("b", "1")
        raise KeyboardInterrupt

    written(root, {"a": "1"})
    with pytest.raises(KeyboardInterrupt):
        written_lazily(root, interrupted())
    assert names(root) == ["1", "current"]


@pytest.mark.parametrize("call", ["rename", "fsync"])
def test_an_interrupt_while_switching_leaves_the_old_or_the_new(
    root: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """fsync comes after the switch, rename to `current` is the switch."""
    real = getattr(os, call)

    def interrupted(*arguments: object, **more: object) -> None:
        if call == "fsync" or arguments[1] == "current":
            raise KeyboardInterrupt
        real(*arguments, **more)

    written(root, {"a": "1"})
    monkeypatch.setattr(os, call, interrupted)
    with pytest.raises(KeyboardInterrupt):
        written(root, {"a": "2"})
    monkeypatch.undo()
    assert files(root) == ({"a": b"1"} if call == "rename" else {"a": b"2"})
    assert "2" in names(root) if call == "fsync" else "2" not in names(root)
    written(root, {"a": "3"})
    assert [name for name in names(root) if name.startswith(".")] == []


def test_progress_ends_with_all(root: Path) -> None:
    seen: list[tuple[int, int]] = []
    given = [artifact(f"f{number}", "1") for number in range(450)]
    written(root, given, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(200, 450), (400, 450), (450, 450)]


def test_a_stream_can_be_written(root: Path) -> None:
    written_lazily(root, iter(artifacts({"a": "1", "b": "2"})))
    assert files(root) == {"a": b"1", "b": b"2"}


def test_no_artifacts_make_an_empty_generation(root: Path) -> None:
    assert written(root, []).files == 0
    assert files(root) == {}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_modes_do_not_depend_on_the_umask(root: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        written(
            root,
            [
                artifact("d/public", mode=0o644),
                artifact("d/program", mode=0o755),
                artifact("d/secret", mode=0o600),
                artifact("d/group", mode=0o640),
                artifact("d/odd", mode=0o022),
            ],
        )
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (root / "1/d").iterdir()}
    assert modes == {"public": 0o444, "program": 0o555, "secret": 0o400, "group": 0o400, "odd": 0o400}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root, root / "1", root / "1/d")} == {0o755}
    assert {stat.S_IMODE((root / "1" / own).stat().st_mode) for own in (".manifest", ".stat", ".facts.json")} == {0o444}


def test_a_secret_is_for_its_owner_alone_from_the_first_byte(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    created: dict[str, int] = {}
    wider: list[int] = []
    real_open, real_chmod = os.open, os.fchmod

    def opening(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if flags & os.O_CREAT:
            created[path] = mode
            assert flags & os.O_EXCL or path == ".lock"
            assert flags & os.O_NOFOLLOW
        return real_open(path, flags, mode, dir_fd=dir_fd)

    def chmod(fd: int, mode: int) -> None:
        if stat.S_ISREG(os.fstat(fd).st_mode):
            wider.append(mode)
        real_chmod(fd, mode)

    monkeypatch.setattr(os, "open", opening)
    monkeypatch.setattr(os, "fchmod", chmod)
    written(root, [artifact("munge.key", mode=0o600), artifact("hosts")])
    assert (created["munge.key"], created["hosts"]) == (0o400, 0o444)
    assert wider == []


def test_a_file_that_becomes_secret_is_written_anew(root: Path) -> None:
    written(root, [artifact("a", "1", mode=0o644)])
    written(root, [artifact("a", "1", mode=0o600)])
    assert stat.S_IMODE((root / "2/a").stat().st_mode) == 0o400
    assert inode(root / "1/a") != inode(root / "2/a")


def test_another_owner_is_a_change_of_the_manifest_only(root: Path) -> None:
    written(root, [Artifact("a", b"1", "m", owner="root")], "x")
    made = written(root, [Artifact("a", b"1", "m", owner="puppet")], "x")
    assert made.number == 2
    assert made.manifest.entries["a"].owner == "puppet"
    assert inode(root / "1/a") == inode(root / "2/a")


def test_long_and_deep_paths_are_written(root: Path) -> None:
    deep = "/".join(["d"] * 400)
    wide = {f"d{number}/f": "1" for number in range(100)}
    given = {f"{deep}/f": "1", "ü" * 127: "2", "a b/.treeinfo": "3", **wide}
    written(root, given)
    assert files(root) == {path: text.encode() for path, text in given.items()}
    written(root, {**given, "n": "1"})
    assert drift(root, verify=True) == ()
    assert rollback(root).number == 1


def test_one_sync_and_no_more(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for the files before the rename, one for the rename, however many files there are."""
    calls: list[str] = []
    monkeypatch.setattr("os.fsync", lambda fd: calls.append("fsync"))
    monkeypatch.setattr("clusterdef.tree.sync.settle", lambda fd: calls.append("syncfs"))
    written(root, [artifact(f"f{number}") for number in range(50)])
    assert calls == ["syncfs", "fsync"]


def test_the_record_names_the_generation_before(root: Path) -> None:
    written(root, {"a": "1"})
    written(root, {"a": "2"})
    head = json.loads((root / "2/.stat").read_text().partition("\n")[0])
    assert head["before"] == 1
    assert parsed((root / "2/.manifest").read_bytes()).entries.keys() == {"a"}
