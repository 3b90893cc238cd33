"""What one run remembers for the next: what each output looked at, so that files can stay that would be the same again.

Whether a file is still as it was written, and how it stays, is the tree's. Any doubt makes a file anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clusterdef.imprint import Imprints
from clusterdef.view import Read, few

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was remembered: `stamp` is the digest of everything that makes files of a cluster, `reads` is what each
    output looked at, `answers` the digest of what it saw there, `nodes` a digest of each node."""

    stamp: str = ""
    reads: dict[str, frozenset[Read]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """The text of it, the same for the same content."""
        rows = {name: [self.answers[name], *sorted(reads)] for name, reads in self.reads.items()}
        said = {"format": FORMAT, "stamp": self.stamp, "outputs": rows, "nodes": self.nodes}
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def remembered(content: bytes) -> Remembered:
    """What was encoded; nothing where it is another format, or none at all."""
    try:
        said: Any = json.loads(content)
        if said["format"] != FORMAT:
            return Remembered()
        rows = said["outputs"].items()
        reads = {name: frozenset((what, whom) for what, whom in looked) for name, (_, *looked) in rows}
        return Remembered(said["stamp"], reads, {name: row[0] for name, row in rows}, said["nodes"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return Remembered()


Maker = tuple[str, str]
"""The output that made a file, and the node that it is for; empty where it is for none."""


@dataclass(slots=True)
class Found:
    """Of one piece of work: what outputs looked at, and the digest of what some of them saw."""

    reads: dict[str, frozenset[Read]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


class Memo:
    """One run's memory: what the former one left is asked while files are made, and what this one saw is noted.

    `imprints` are those of the cluster, `stamp` is the digest of everything that makes files of one. An output is known
    by its name.
    """

    def __init__(self, imprints: Imprints, stamp: str) -> None:
        self._imprints = imprints
        self._stamp = stamp
        self._before = Remembered()
        self._lost: Mapping[str, Collection[str]] = {}
        self._maker: Callable[[str], Maker | None] = lambda path: None
        self._kept: dict[str, frozenset[str]] = {}
        self._now = Remembered(stamp)

    def recall(self, content: bytes, lost: Mapping[str, Collection[str]], maker: Callable[[str], Maker | None]) -> None:
        """What the former run remembered; whose files of each output cannot stay, because somebody touched them; and
        who made the file at a path."""
        before = remembered(content)
        if before.stamp == self._stamp:
            self._before, self._lost, self._maker = before, lost, maker

    def look(self, names: Iterable[str]) -> None:
        """See everything there is about these nodes."""
        self._now.nodes.update((name, self._imprints.node(name)) for name in names)

    def same(self) -> frozenset[str]:
        """Those of the nodes that are what they were."""
        before = self._before.nodes
        return frozenset(name for name, digest in self._now.nodes.items() if before.get(name) == digest)

    def stays(self, output: str, subjects: frozenset[str]) -> frozenset[str]:
        """Of these subjects, which are what they were, those whose file of an output would be so as well; it stays."""
        before = self._before.answers.get(output)
        if before is None or before != self.answer(self._before.reads[output]):
            return frozenset()
        self._kept[output] = subjects.difference(self._lost.get(output, ()))
        return self._kept[output]

    def answer(self, reads: Iterable[Read]) -> str:
        """A digest of what is seen by who looks there."""
        return self._imprints.of(reads)

    def kept(self, output: str, subject: str) -> bool:
        """True for files that stay."""
        return subject in self._kept.get(output, ())

    def keeper(self, path: str) -> str:
        """The output whose file stays at that path; empty where none does."""
        maker = self._maker(path)
        return maker[0] if maker and self.kept(*maker) else ""

    def note(self, found: Found) -> None:
        """What came to light while files were made."""
        for output, looked in found.reads.items():
            self._now.reads[output] = few([*looked, *self._now.reads.get(output, ())])
        self._now.answers.update(found.answers)

    def encoded(self) -> bytes:
        """What the next run shall recall."""
        for output in (name for name, kept in self._kept.items() if kept):
            known = self._before.reads[output]
            if self._now.reads.get(output, known) <= known:
                self._now.reads[output], self._now.answers[output] = known, self._before.answers[output]
            else:
                self._now.reads[output] = few([*known, *self._now.reads[output]])
        for output, reads in self._now.reads.items():
            if output not in self._now.answers:
                self._now.answers[output] = self.answer(reads)
        return self._now.encoded()
