"""Secrets in files: for their owner alone from the first byte, whole at any moment, and nowhere else."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from clusterdef.drivers import secret_file
from clusterdef.drivers.secret_file import FileSecrets
from clusterdef.ports.secrets import LARGEST
from clusterdef.problem import Problem, Refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "below" / "secrets"


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Whatever the user's umask is."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def refusal(act: Any) -> Problem:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.problems[0]


def codes(keeper: FileSecrets) -> list[str]:
    return [problem.code for problem in keeper.problems([])]


@pytest.mark.usefixtures("umask")
def test_folder_and_files_are_for_their_owner_alone(folder: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("bmc.password", b"hunter")
    keeper.add("users.root_password", b"other")
    assert mode(folder) == 0o700
    assert [mode(path) for path in sorted(folder.iterdir())] == [0o600, 0o600]
    assert codes(keeper) == []


@pytest.mark.usefixtures("umask")
def test_a_file_is_closed_to_others_before_its_first_byte(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    write = os.write

    def watched(fd: int, content: bytes) -> int:
        seen.append(stat.S_IMODE(os.fstat(fd).st_mode))
        return write(fd, content)

    monkeypatch.setattr(os, "write", watched)
    FileSecrets(folder).set("bmc.password", b"hunter")
    assert seen == [0o600]


def test_a_looser_file_is_replaced_not_rewritten(folder: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("bmc.password", b"old")
    (folder / "bmc.password").chmod(0o644)
    with (folder / "bmc.password").open("rb") as reader:
        keeper.set("bmc.password", b"new")
        assert reader.read() == b"old\n"
    assert mode(folder / "bmc.password") == 0o600


def test_nothing_is_there_before_the_first_secret(folder: Path) -> None:
    keeper = FileSecrets(folder)
    assert (keeper.names(), keeper.get("bmc.password"), keeper.problems(["bmc.password"])) == (frozenset(), None, [])
    keeper.remove("bmc.password")
    assert not folder.exists()


def test_reading_is_done_through_no_link(folder: Path, tmp_path: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("bmc.password", b"mine")
    (tmp_path / "bait").write_bytes(b"theirs")
    (folder / "users.root_password").symlink_to(tmp_path / "bait")
    assert refusal(lambda: keeper.get("users.root_password")).code == "secrets-unreachable"
    assert codes(keeper) == ["secrets-no-file"]


def test_writing_replaces_a_link_and_leaves_its_target(folder: Path, tmp_path: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("bmc.password", b"mine")
    (tmp_path / "bait").write_bytes(b"theirs")
    (folder / "bmc.password").unlink()
    (folder / "bmc.password").symlink_to(tmp_path / "bait")
    (folder / secret_file.UNFINISHED).symlink_to(tmp_path / "bait")
    keeper.set("bmc.password", b"new")
    assert (tmp_path / "bait").read_bytes() == b"theirs"
    assert keeper.get("bmc.password") == b"new"
    assert not (folder / "bmc.password").is_symlink()


@pytest.mark.parametrize("linked", [True, False])
def test_what_somebody_puts_in_the_way_is_not_written_into(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    keeper = FileSecrets(folder)
    keeper.set("bmc.password", b"mine")
    bait = tmp_path / "bait"
    bait.write_bytes(b"theirs")
    unlink = os.unlink

    def raced(name: str, *, dir_fd: int) -> None:
        with suppress(FileNotFoundError):
            unlink(name, dir_fd=dir_fd)
        if linked:
            os.symlink(bait, name, dir_fd=dir_fd)
        else:
            os.link(bait, name, dst_dir_fd=dir_fd)

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", raced)
        assert refusal(lambda: keeper.set("bmc.password", b"new")).code == "secrets-unreachable"
    assert bait.read_bytes() == b"theirs"
    assert keeper.get("bmc.password") == b"mine"


def test_a_folder_that_is_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    folder.parent.mkdir()
    folder.symlink_to(tmp_path)
    keeper = FileSecrets(folder)
    for act in (lambda: keeper.set("a.b", b"v"), lambda: keeper.get("a.b"), keeper.names):
        problem = refusal(act)
        assert problem.code == "secrets-unreachable"
        assert "symbolic link" in problem.advice[0]
    assert codes(keeper) == ["secrets-unreachable"]
    assert not (tmp_path / "a.b").exists()


def test_a_file_in_the_folders_place_is_refused(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("")
    assert refusal(lambda: FileSecrets(folder).set("a.b", b"v")).code == "secrets-unreachable"


def test_a_directory_or_a_pipe_in_a_secrets_place_is_refused(folder: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"v")
    (folder / "c.d").mkdir(0o700)
    os.mkfifo(folder / "e.f", 0o600)
    for name in ("c.d", "e.f"):
        assert refusal(lambda name=name: keeper.get(name)).code == "secrets-unreachable"
    assert codes(keeper) == ["secrets-no-file", "secrets-no-file"]


def test_where_others_may_write_nothing_is_kept(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o770)
    keeper = FileSecrets(folder)
    assert refusal(lambda: keeper.set("a.b", b"v")).code == "secrets-open"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("loose", [0o640, 0o604, 0o620])
def test_a_file_that_others_may_open_is_an_error(folder: Path, loose: int) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"v")
    (folder / "a.b").chmod(loose)
    (problem,) = keeper.problems([])
    assert (problem.code, problem.advice[0]) == ("secrets-open", f"chmod 600 {folder / 'a.b'}")


def test_a_folder_that_others_may_look_into_is_an_error(folder: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"v")
    folder.chmod(0o750)
    assert codes(keeper) == ["secrets-open"]


def test_a_file_of_somebody_else_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"v")
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert codes(keeper) == ([] if owner == 0 else ["secrets-owner", "secrets-owner"])
    monkeypatch.undo()
    if owner == 0:
        os.chown(folder / "a.b", 4711, -1)
        (problem,) = keeper.problems([])
        assert problem.code == "secrets-owner"
        assert "4711" in problem.message


@pytest.mark.parametrize(("call", "number"), [("write", errno.ENOSPC), ("rename", errno.EIO), ("fsync", errno.EDQUOT)])
def test_a_write_that_fails_leaves_the_old_secret_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"old")

    def fails(*arguments: object, **more: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fails)
    problem = refusal(lambda: keeper.set("a.b", b"new secret"))
    monkeypatch.undo()
    assert problem.code == "secrets-unreachable"
    assert "new secret" not in f"{problem}"
    assert keeper.get("a.b") == b"old"
    assert [path.name for path in folder.iterdir()] == ["a.b"]


def test_a_short_write_is_finished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, content: write(fd, content[:3]))
    FileSecrets(folder).set("a.b", b"0123456789")
    monkeypatch.undo()
    assert (folder / "a.b").read_bytes() == b"0123456789\n"


def test_what_a_crash_left_is_told_and_cleared_away(folder: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"old")
    (folder / secret_file.UNFINISHED).write_bytes(b"half a sec")
    assert codes(keeper) == ["secrets-stranger"]
    assert keeper.names() == {"a.b"}
    keeper.set("a.b", b"new")
    assert [path.name for path in folder.iterdir()] == ["a.b"]


def test_a_file_without_a_secrets_name_is_told_and_left(folder: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"v")
    (folder / "README.txt").write_text("hello")
    (problem,) = keeper.problems([])
    assert (problem.code, problem.severity.word) == ("secrets-stranger", "note")
    assert keeper.names() == {"a.b"}


def test_a_file_larger_than_a_secret_is_refused(folder: Path) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"x" * LARGEST)
    assert keeper.get("a.b") == b"x" * LARGEST
    (folder / "a.b").write_bytes(b"x" * (LARGEST + 3))
    assert refusal(lambda: keeper.get("a.b")).code == "secrets-too-large"


def test_of_two_that_add_at_once_one_wins(folder: Path) -> None:
    """The locks of two open directories are two locks, so threads are as good as processes."""
    won: list[bytes] = []
    values = [f"value {number}".encode() for number in range(8)]
    start = threading.Barrier(len(values))

    def add(value: bytes) -> None:
        start.wait(10)
        if FileSecrets(folder).add("a.b", value):
            won.append(value)

    threads = [threading.Thread(target=add, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [FileSecrets(folder).get("a.b")] == won


def test_a_writer_waits_for_another_only_so_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"old")
    monkeypatch.setattr(secret_file, "WAIT", 0.1)
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        assert refusal(lambda: keeper.set("a.b", b"new")).code == "secrets-busy"
        assert keeper.get("a.b") == b"old"
    finally:
        os.close(fd)
    keeper.set("a.b", b"new")


def test_who_may_not_read_is_told_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = FileSecrets(folder)
    keeper.set("a.b", b"v")
    opened = os.open

    def closed(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if path == "a.b":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", closed)
    problem = refusal(lambda: keeper.get("a.b"))
    assert problem.message == f"{folder / 'a.b'}: permission denied"
    assert "user who keeps the secrets" in problem.advice[0]
