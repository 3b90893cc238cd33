"""Which files a cluster gets: every row of every generator, for every subject it is for. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from clusterdef import pieces
from clusterdef.artifact import Artifact
from clusterdef.generator import Context, Generator, Output
from clusterdef.languages import CannotSay
from clusterdef.memo import Found, Memo
from clusterdef.model import Cluster
from clusterdef.problem import Also, Problem, Refused, listing
from clusterdef.render import Failed, Render, Variables
from clusterdef.serial import Serials
from clusterdef.view import Read, Sight

Progress = Callable[[int, int], None]
"""`progress(done, of)`: called now and then, with numbers of subjects."""

Subjects = Sequence[tuple[str, Any]]
"""What an output is made for, by name."""

IMPLIED: Mapping[str, frozenset[Read]] = {
    "network": frozenset({("cluster.networks", "")}),
    "role": frozenset({("cluster.roles", "")}),
}
"""What an output looked at whatever its template says: everything that it is made for. Nodes are told one by one."""

CODE = "code"
"""An output for each file of Puppet code, which it carries as it is."""

SITE = frozenset({""})
"""Whom a file is about that is not for a node."""

PIECE = 10
"""Nodes that are done at once."""

FIRST = Serials()
"""The numbers of files that nobody made before."""

MANY = 2000
"""Files from which on a second process is worth its start."""


def artifacts(
    cluster: Cluster,
    generators: Iterable[Generator],
    render: Render,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    serials: Serials = FIRST,
    memo: Memo | None = None,
    code: Subjects = (),
) -> Iterator[Artifact]:
    """The cluster's files, one at a time, roughly in the order of the generators and their rows.

    `serials` are the numbers of files that have one; `code` are files of Puppet code, for outputs that carry them.
    With `only`, files that are for each node are made for the nodes named there alone; the others are made as usual.
    With `memo`, files that would be what they were are not made: it knows then which stay. What goes wrong is
    collected; when everything has been tried, Refused says all of it: whoever takes files must take them to the end
    before believing them. A large cluster's files are made by two processes.
    """
    rows = _rows(generators)
    run = _Run(cluster, rows, render, serials, memo, code)
    nodes = [item for item in cluster.nodes.items() if only is None or item[0] in only]
    together = len(rows) * len(nodes) >= MANY and pieces.processors() > 1
    if memo:
        memo.look(name for name, _ in nodes)
    for_nodes = [*run.work_for_nodes(nodes)]
    # What is made for the first nodes makes the templates ready: no process should be left alone with that at the end.
    first = for_nodes[:1] if together else []
    work = [*first, *run.work(), *for_nodes[len(first) :]]
    total = sum(_size(piece) for piece in work)
    done = 0
    if progress:
        progress(0, total)
    for number, found in pieces.done(len(work), lambda number: [run.done(work[number])], together):
        yield from run.accepted(number, found[0])
        done += _size(work[number])
        if progress:
            progress(done, total)
    run.compare_with_what_stays()
    if run.wrong:
        raise Refused(*run.problems())


@dataclass(frozen=True, slots=True)
class _Row:
    """One output. `lasting` says that its files may stay: no other output has its name, by which it is remembered, and
    what they are made of can be seen."""

    number: int
    generator: Generator
    output: Output
    lasting: bool

    @property
    def for_nodes(self) -> bool:
        """Whether there are files for each node; the files of all others are made together."""
        return self.output.for_each in ("node", "card")

    def cards(self, node: Any) -> Sequence[str]:
        """The hardware addresses that a node has files for, each its own; an empty one where that is no matter."""
        if self.output.for_each != "card":
            return ("",)
        return node.boot.macs if node.boot else ()


_Piece = Sequence[tuple[_Row, Subjects]]
"""A part of the work: some outputs, each for some of its subjects."""


def _size(piece: _Piece) -> int:
    """Files that it may make."""
    return sum(len(subjects) for _, subjects in piece)


def _rows(generators: Iterable[Generator]) -> list[_Row]:
    every = [(generator, output) for generator in generators for output in generator.outputs]
    names = Counter(output.name for _, output in every)
    return [_Row(number, *one, _lasting(one[1], names)) for number, one in enumerate(every)]


def _lasting(output: Output, names: Mapping[str, int]) -> bool:
    return names[output.name] == 1 and not output.serial and output.for_each not in ("part", CODE)


@dataclass(frozen=True, slots=True)
class _Ready:
    """One output, ready to be made."""

    output: Output
    when: Callable[[Variables], bool] | None
    which: Callable[[Variables, Sequence[object]], list[bool]] | None
    path: Callable[[Variables], str]
    template: Callable[[Variables], str] | None
    context: Context | None


@dataclass(slots=True)
class _Done:
    """What came of a piece: files, or what went wrong, by row and subject; and what a memo wants to know of it."""

    made: list[tuple[int, str, Artifact | Problem]] = field(default_factory=list)
    found: Found = field(default_factory=Found)


Place = tuple[int, int, str]
"""Row, piece and subject, by number and name: the later one goes wrong when two want one path."""


class _Run:
    """What happened so far: which paths are taken, and what went wrong, by whom."""

    def __init__(
        self,
        cluster: Cluster,
        rows: Sequence[_Row],
        render: Render,
        serials: Serials,
        memo: Memo | None,
        code: Subjects,
    ) -> None:
        self.wrong: list[tuple[Place, Problem]] = []
        self._sight = Sight(cluster)
        self._rows = rows
        self._render = render
        self._serials = serials
        self._memo = memo
        self._code = code
        self._ready: dict[int, _Ready] = {}
        self._taken: dict[str, Place] = {}

    def work(self) -> Iterator[_Piece]:
        """What is left to be made of outputs that are not for nodes: each as a whole, as it is of the site."""
        for row in self._rows:
            if not row.for_nodes and not self._stays(row, SITE):
                yield [(row, self._subjects(row))]

    def work_for_nodes(self, nodes: Subjects) -> Iterator[_Piece]:
        """What is left to be made for each node, some nodes at once."""
        same = self._memo.same() if self._memo else frozenset()
        names = frozenset(name for name, _ in nodes)
        left = [(row, names - self._stays(row, same)) for row in self._rows if row.for_nodes]
        anybody = frozenset[str]().union(*(whose for _, whose in left))
        those = [one for one in nodes if one[0] in anybody]
        for start in range(0, len(those), PIECE):
            some = those[start : start + PIECE]
            piece = [(row, [one for one in some if one[0] in whose]) for row, whose in left]
            yield [(row, subjects) for row, subjects in piece if subjects]

    def _stays(self, row: _Row, subjects: frozenset[str]) -> frozenset[str]:
        """Those of the subjects, which are what they were, whose files stay."""
        return self._memo.stays(row.output.name, subjects) if self._memo and row.lasting else frozenset()

    def _subjects(self, row: _Row) -> Subjects:
        if row.output.for_each == "network":
            return list(self._sight.real.networks.items())
        if row.output.for_each == "role":
            return list(self._sight.real.roles.items())
        if row.output.for_each == "part":
            return list(row.generator.parts(self._sight.cluster())) if row.generator.parts else []
        return self._code if row.output.for_each == CODE else [("", None)]

    def done(self, piece: _Piece) -> _Done:
        """What comes of a piece, here or in another process."""
        done = _Done()
        for row, subjects in piece:
            done.made += ((row.number, name, made) for name, made in self._made(row, subjects))
            reads = self._sight.notes.taken() | IMPLIED.get(row.output.for_each, frozenset())
            if self._memo and row.lasting:
                _note(done.found, row, reads, self._memo)
        return done

    def _made(self, row: _Row, subjects: Subjects) -> Iterator[tuple[str, Artifact | Problem]]:
        try:
            ready = self._ready[row.number] = self._ready.get(row.number) or self._readied(row)
        except Failed as failed:
            yield "", _problem(row, failed)
            return
        for (name, subject), answer in zip(subjects, self._answers(ready, subjects), strict=True):
            for mac in row.cards(subject) if answer is not False else ():
                made = self._artifact(row, ready, name, subject, mac, sure=answer is True)
                if made:
                    yield name, made

    def _answers(self, ready: _Ready, subjects: Subjects) -> list[bool | None]:
        """Which of some nodes get a file; None where that is to be found out for each by itself.

        They are asked as they are: what a file takes from the node that it is for is not noted.
        """
        if ready.which:
            with suppress(Failed, CannotSay):
                return [*ready.which({"cluster": self._sight.cluster()}, [node for _, node in subjects])]
        return [None] * len(subjects)

    def _readied(self, row: _Row) -> _Ready:
        output, generator = row.output, row.generator
        return _Ready(
            output,
            self._render.condition(output.when) if output.when else None,
            self._render.conditions(output.when, "node") if output.when and output.for_each == "node" else None,
            self._render.path(output.path),
            self._render.template(f"{generator.name}/{output.template}") if output.template else None,
            generator.contexts.get(output.name),
        )

    def _artifact(
        self, row: _Row, ready: _Ready, name: str, subject: Any, mac: str, sure: bool
    ) -> Artifact | Problem | None:
        """The subject's file, None where it gets none; it gets one when that is `sure`."""
        try:
            return self._filled(ready, row.for_nodes, name, subject, mac, sure)
        except (Failed, CannotSay) as failed:
            return _problem(row, failed)
        except Refused as refused:
            return refused.problems[0]

    def _filled(self, ready: _Ready, for_node: bool, name: str, subject: Any, mac: str, sure: bool) -> Artifact | None:
        output = ready.output
        node = self._sight.nodes.one(name) if for_node else None
        cluster = self._sight.cluster(node)
        subject = node or subject or cluster
        variables: dict[str, Any] = {"cluster": cluster, **_told(output, subject, mac)}
        if ready.when and not sure and not ready.when(variables):
            return None
        path = ready.path(variables) if ready.template else f"{ready.path(variables)}/{subject.path}"
        if not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise Failed(f"'{path}' is not a path inside the generation")
        if ready.context:
            variables.update(ready.context(subject, cluster))
        content, serial = self._content(ready, path, subject, variables)
        whose = name if node else ""
        return Artifact(path, content, output.name, whose, output.mode, output.owner, output.group, serial)

    def _content(self, ready: _Ready, path: str, subject: Any, variables: Variables) -> tuple[bytes, int]:
        template = ready.template
        if template is None:
            return subject.content, 0
        if not ready.output.serial:
            return template(variables).encode(), 0
        return self._serials.filled(path, lambda number: template({**variables, "serial": number}).encode())

    def accepted(self, number: int, done: _Done) -> Iterator[Artifact]:
        """The files of a piece whose paths are free; what went wrong is noted."""
        if self._memo:
            self._memo.note(done.found)
        for row, name, item in done.made:
            if isinstance(item, Problem):
                self.wrong.append(((row, number, name), item))
            elif self._takes(item.path, (row, number, name)):
                yield item

    def _takes(self, path: str, mine: Place) -> bool:
        """True for the first who wants a path; the later of two goes wrong, whichever was done first."""
        first = self._taken.setdefault(path, mine)
        if first is mine:
            return True
        one, other = sorted((first, mine))
        self.wrong.append((other, _taken_by(self._rows[other[0]], path, self._rows[one[0]].output.name)))
        return False

    def compare_with_what_stays(self) -> None:
        """A path that was made is not one of those that stay."""
        for path, place in self._taken.items() if self._memo else ():
            output = self._memo.keeper(path) if self._memo else ""
            if output:
                self.wrong.append((place, _taken_by(self._rows[place[0]], path, output)))

    def problems(self) -> Iterator[Problem]:
        """What went wrong, once each, with the subjects it went wrong for."""
        found: dict[tuple[object, ...], tuple[Problem, list[str]]] = {}
        for (_, _, name), problem in sorted(self.wrong, key=lambda one: one[0][:2]):
            # The same line of a template fails for a thousand nodes with a thousand names in its message.
            place: tuple[object, ...] = (problem.code, problem.subject, problem.mark or problem.message)
            found.setdefault(place, (problem, []))[1].append(name)
        for problem, subjects in found.values():
            names = listing(dict.fromkeys(filter(None, subjects)), 3)
            yield replace(problem, message=f"{names}: {problem.message}") if names else problem


def _told(output: Output, subject: Any, mac: str) -> Mapping[str, Any]:
    """What a template knows its subject by."""
    if mac:
        return {"node": subject, "mac": mac}
    return {} if output.for_each == "site" else {output.for_each: subject}


def _note(found: Found, row: _Row, reads: frozenset[Read], memo: Memo) -> None:
    found.reads[row.output.name] = reads
    if not row.for_nodes:
        found.answers[row.output.name] = memo.answer(reads)


def _taken_by(row: _Row, path: str, output: str) -> Problem:
    return _problem(row, Failed(f"{path} is already made by {output}"))


def _problem(row: _Row, failed: Failed | CannotSay) -> Problem:
    """The trouble without its subject, so that a thousand nodes with the same one are told once."""
    generator, output = row.generator, row.output
    what = output.name if output.name == generator.name else f"{generator.name} {output.name}"
    advice = f"generator {generator.name} ({generator.shelf}), template {output.template}"
    if isinstance(failed, Failed):
        also = tuple(Also(mark, "included here") for mark in failed.through)
        return Problem("template", f"{what}: {failed.message}", failed.mark, also=also, advice=(advice,), subject=what)
    return Problem("cannot-say", f"{what}: {failed}", advice=(advice,), subject=what)
