"""Any sequence of writes and rollbacks: the tree on disk is always what a plain dictionary says it should be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from clusterdef.tree import Ahead, ahead, current, drift, generations, plan, rollback, unchanged
from tests.tree.trees import artifact, contents, digest_of, files, names, written

NAMES = st.sampled_from(["a", "b", "c", "d e"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
SETS = st.dictionaries(PATHS, st.sampled_from(["", "1", "2", "x" * 5000]), max_size=6).map(
    lambda found: {path: text for path, text in found.items() if not any(f"{path}/" in other for other in found)}
)
KEPT = 4


class Tree(RuleBasedStateMachine):
    """`past` holds the files of each generation, `before` the number that was current when it was made."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="clusterdef-tree-"))
        self.past: dict[int, dict[str, str]] = {}
        self.before: dict[int, int] = {}
        self.now = 0

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def asked(self) -> dict[str, str]:
        return self.past.get(self.now, {})

    @rule(wanted=SETS, early=st.booleans())
    def write(self, wanted: dict[str, str], early: bool = False) -> None:
        given = [artifact(path, text) for path, text in wanted.items()]
        foreseen = plan(self.root, given)
        assert foreseen.count("new") == len(wanted.keys() - self.asked().keys())
        assert foreseen.count("gone") == len(self.asked().keys() - wanted.keys())
        assert foreseen.same == len(wanted.items() & self.asked().items())
        with self.begun(early) as begun:
            self.made(written(self.root, given, kept=KEPT, ahead=begun).number, wanted)

    def begun(self, early: bool) -> AbstractContextManager[Ahead | None]:
        """A copy of what stands, begun before; there is none where nothing stands yet."""
        return ahead(self.root) if early else nullcontext()

    @rule(wanted=SETS, letter=NAMES, early=st.booleans())
    def write_a_part(self, wanted: dict[str, str], letter: str, early: bool) -> None:
        part = {path: text for path, text in wanted.items() if path.startswith(letter)}
        kept = {path: text for path, text in self.asked().items() if not path.startswith(letter)}
        given = [artifact(path, text) for path, text in part.items()]
        inputs = digest_of([*given, *map(artifact, kept)])
        with self.begun(early) as begun:
            made = written(self.root, given, inputs, kept=KEPT, carry=lambda entry: entry.path in kept, ahead=begun)
        self.made(made.number, part | kept)

    def made(self, number: int, wanted: dict[str, str]) -> None:
        if number != self.now:
            assert number == max(self.past, default=0) + 1
            self.past[number], self.before[number] = wanted, self.now
        self.now = number
        assert self.past[number] == wanted
        self.past = {made.number: self.past[made.number] for made in generations(self.root)}
        assert len(self.past) <= KEPT

    @precondition(lambda self: self.before.get(self.now) in self.past)
    @rule()
    def go_back(self) -> None:
        self.now = self.before[self.now]
        assert rollback(self.root).number == self.now

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def go_to(self, data: st.DataObject) -> None:
        self.now = data.draw(st.sampled_from(sorted(self.past)))
        assert rollback(self.root, self.now).number == self.now

    @precondition(lambda self: self.asked())
    @rule(data=st.data())
    def spoil(self, data: st.DataObject) -> None:
        """Somebody edits a file, and the whole is written anew before anything else happens."""
        path = data.draw(st.sampled_from(sorted(self.asked())))
        file = self.root / str(self.now) / path
        file.unlink()
        file.write_text("spoilt")
        assert [found.path for found in drift(self.root)] == [path]
        spoilt = self.now
        self.write(dict(self.asked()))
        assert self.now != spoilt
        shutil.rmtree(self.root / str(spoilt))
        del self.past[spoilt]

    @invariant()
    def disk_is_as_it_should_be(self) -> None:
        if not self.now:
            return
        assert files(self.root) == {path: text.encode() for path, text in self.asked().items()}
        assert names(self.root) == sorted([*map(str, self.past), "current"])
        for number, wanted in self.past.items():
            assert contents(self.root / str(number)) == {path: text.encode() for path, text in wanted.items()}
        standing = current(self.root)
        assert standing is not None
        assert unchanged(self.root, standing.inputs) == standing
        assert drift(self.root, verify=True) == ()


@pytest.fixture(autouse=True)
def without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What reached the disk is another test's question."""
    monkeypatch.setattr("clusterdef.tree.sync.settle", lambda fd: None)
    monkeypatch.setattr("os.fsync", lambda fd: None)
    yield


@pytest.mark.usefixtures("without_waiting_for_the_disk")
class TestTree(Tree.TestCase):  # type: ignore[misc, valid-type]
    """The machine as a test."""

    settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
