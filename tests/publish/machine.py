"""A machine in memory, behind the same port as the real ones, that can be told to refuse. Nothing here asserts."""

from __future__ import annotations

import tarfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

from clusterdef.ports.machine import RECORD, Answer, Kept, Live
from clusterdef.problem import Problem, Refused
from clusterdef.tree import manifest
from clusterdef.tree.manifest import digest


class Memory:
    """`refuses` are calls that fail; `loses` is a file that never arrives; `log` is what was called."""

    def __init__(self, name: str, refuses: Collection[str] = (), loses: str = "") -> None:
        self.name = name
        self.refuses = set(refuses)
        self.loses = loses
        self.live = Live()
        self.candidate: dict[str, Kept] | None = None
        self.due: tuple[str, ...] = ()
        self.log: list[str] = []
        self.told: list[tuple[str, ...]] = []
        self.known = {"root"}

    @contextmanager
    def held(self, holder: str) -> Iterator[None]:
        self._do("held")
        yield

    def look(self) -> Live:
        return self.live

    def lacks(self, owners: Collection[str], groups: Collection[str]) -> Sequence[str]:
        return [f"group {name}" for name in groups if name not in self.known]

    def carry(self, live: Live, away: Collection[str], archive: IO[bytes]) -> Mapping[str, Kept]:
        self._do("carry")
        kept = {path: one for path, one in live.files.items() if path not in set(away)}
        with tarfile.open(fileobj=archive) as tar:
            for row in tar:
                file = tar.extractfile(row)
                if file and row.name not in (RECORD, manifest.NAME, self.loses):
                    kept[row.name] = Kept(digest(file.read()), row.mode, row.uname, row.gname)
        self.candidate = kept
        return kept

    def check(self, commands: Sequence[Sequence[str]]) -> Sequence[Answer]:
        return [self._answer("check") for _ in commands]

    def ask(self, command: Sequence[str]) -> Answer:
        self.told.append(tuple(command))
        return self._answer("ask")

    def switch(self, due: Collection[str]) -> None:
        self._do("switch")
        self.due = tuple(sorted(due))
        assert self.candidate is not None
        self.live = Live(self.live.number + 1, self.live.record, self.candidate, self.live.makers, self.candidate)
        self.candidate = None

    def reload(self, command: Sequence[str]) -> Answer:
        self.told.append(tuple(command))
        return self._answer("reload")

    def back(self, live: Live, changed: Collection[str]) -> bool:
        self._do("back")
        moved = self.live is not live
        self.live = live
        return moved

    def settle(self, line: str) -> None:
        self._do("settle")
        self.due = ()

    def forget(self) -> None:
        self._do("forget")
        self.due = ()

    def discard(self) -> None:
        self._do("discard")
        self.candidate = None

    def _answer(self, call: str) -> Answer:
        self.log.append(call)
        if f"no {call}" in self.refuses:
            return Answer(127, absent=True)
        return Answer(int(call in self.refuses), f"{self.name} does not like it")

    def _do(self, call: str) -> None:
        self.log.append(call)
        if call in self.refuses:
            raise Refused(Problem("publish-machine", f"{self.name}: {call} did not work", subject=self.name))
