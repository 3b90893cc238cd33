"""Going back: to exactly what was, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterdef.problem import Refused
from clusterdef.tree import current, generations, rollback
from tests.tree.trees import files, names, written


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for number in "123":
        written(tmp_path, {"a": number, "same": "s"})
    return tmp_path


def test_goes_to_the_one_before(root: Path) -> None:
    assert rollback(root).number == 2
    assert files(root) == {"a": b"2", "same": b"s"}
    assert rollback(root).number == 1
    assert (root / "current").readlink() == Path("1")


def test_goes_to_a_number_and_forward_again(root: Path) -> None:
    assert rollback(root, 1).number == 1
    assert rollback(root, 3).number == 3
    assert rollback(root, 3).number == 3
    assert files(root) == {"a": b"3", "same": b"s"}


def test_after_a_rollback_the_one_before_is_what_was_current(root: Path) -> None:
    rollback(root, 1)
    assert written(root, {"a": "4"}).number == 4
    assert rollback(root).number == 1


def test_writing_the_same_again_after_a_rollback(root: Path) -> None:
    rollback(root, 1)
    assert written(root, {"a": "1", "same": "s"}).number == 1
    assert written(root, {"a": "3", "same": "s"}).number == 4
    assert files(root) == {"a": b"3", "same": b"s"}


def test_when_the_one_before_is_gone_an_older_one_is_taken(root: Path) -> None:
    (root / "2").rename(root / "elsewhere")
    assert rollback(root).number == 1


@pytest.mark.parametrize("number", [0, 7, -1])
def test_an_unknown_number_is_refused(root: Path, number: int) -> None:
    with pytest.raises(Refused) as refused:
        rollback(root, number)
    assert refused.value.problems[0].advice == ("there are: 1, 2, 3",)
    assert files(root)["a"] == b"3"


def test_there_may_be_none_before(tmp_path: Path) -> None:
    written(tmp_path, {"a": "1"})
    with pytest.raises(Refused, match="no generation before the current one"):
        rollback(tmp_path)


def test_without_a_tree_it_is_refused_and_nothing_made(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no "):
        rollback(tmp_path / "no")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["content", "missing", "mode", "extra", "link", ".manifest", ".stat", ".facts.json"])
def test_a_damaged_generation_is_refused(root: Path, what: str) -> None:
    file = root / "1" / (what if what.startswith(".") else "a")
    if what == "extra":
        (root / "1/a2").write_text("x")
    elif what == "mode":
        file.chmod(0o666)
    elif what == "missing":
        file.unlink()
    elif what == "link":
        file.unlink()
        file.symlink_to(root / "2/a")
    else:
        file.chmod(0o644)
        file.write_text("x")
    with pytest.raises(Refused, match=r"generation 1 in .* is damaged") as refused:
        rollback(root, 1)
    if what != ".manifest":
        assert f"{file.name} " in str(refused.value) or "a2 " in str(refused.value)
    assert files(root)["a"] == b"3"
    assert [name for name in names(root) if name.startswith(".")] == []


def test_a_file_with_the_same_bytes_is_good_enough(root: Path) -> None:
    (root / "1/a").unlink()
    (root / "1/a").write_text("1")
    (root / "1/a").chmod(0o444)
    assert rollback(root, 1).number == 1


def test_when_current_is_lost_the_newest_is_taken(root: Path) -> None:
    (root / "current").unlink()
    assert current(root) is None
    assert rollback(root).number == 3


def test_when_the_current_directory_is_lost(root: Path) -> None:
    (root / "3").rename(root / "elsewhere")
    assert current(root) is None
    assert written(root, {"a": "4"}).number == 4
    assert files(root) == {"a": b"4"}


def test_generations_are_listed_newest_first(root: Path) -> None:
    listed = generations(root)
    assert [made.number for made in listed] == [3, 2, 1]
    assert [made.files for made in listed] == [2, 2, 2]
    assert len({made.identity for made in listed}) == 3
    assert generations(root / "no") == []
