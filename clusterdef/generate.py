"""Which files a cluster gets: every row of every generator, for every subject it is for. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from clusterdef import pieces
from clusterdef.artifact import Artifact
from clusterdef.generator import Context, Generator, Output
from clusterdef.languages import CannotSay
from clusterdef.model import Card, Cluster
from clusterdef.problem import Also, Problem, Refused, listing
from clusterdef.render import Failed, Render, Variables
from clusterdef.serial import Serials

Progress = Callable[[int, int], None]
"""`progress(done, of)`: called now and then, with numbers of subjects."""

Subjects = Sequence[tuple[str, Any]]
"""What an output is made for, by name."""

PIECE = 50
"""Subjects that are done at once."""

FIRST = Serials()
"""The numbers of files that nobody made before."""

MANY = 2000
"""Subjects from which on a second process is worth its start."""


def artifacts(
    cluster: Cluster,
    generators: Iterable[Generator],
    render: Render,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
    serials: Serials = FIRST,
) -> Iterator[Artifact]:
    """The cluster's files, one at a time, roughly in the order of the generators and their rows.

    `serials` are the numbers of files that have one. With `only`, files that are for each node are made for the nodes
    named there alone; the others are made as usual. What goes wrong is collected; when everything has been tried,
    Refused says all of it: whoever takes files must take them to the end before believing them. A large cluster's
    files are made by two processes.
    """
    run = _Run(cluster, render, serials)
    rows = [
        (generator, output, run.subjects(generator, output, only))
        for generator in generators
        for output in generator.outputs
    ]
    work = [piece for row in rows for piece in _pieces(*row)]
    total = sum(len(piece.subjects) for piece in work)
    done = 0
    together = total >= MANY and pieces.processors() > 1
    if progress:
        progress(0, total)
    for number, made in pieces.done(len(work), lambda number: run.made(work[number]), together):
        yield from run.accepted(number, work[number], made)
        done += len(work[number].subjects)
        if progress:
            progress(done, total)
    if run.wrong:
        raise Refused(*run.problems())


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the work: one output for some of its subjects."""

    generator: Generator
    output: Output
    subjects: Subjects


def _pieces(generator: Generator, output: Output, subjects: Subjects) -> Iterator[_Piece]:
    for start in range(0, len(subjects), PIECE):
        yield _Piece(generator, output, subjects[start : start + PIECE])


Made = tuple[str, Artifact | Problem]
"""A subject's name with its file, or with what went wrong."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One output, ready to be made."""

    output: Output
    when: Callable[[Variables], bool] | None
    path: Callable[[Variables], str]
    template: Callable[[Variables], str]
    context: Context | None


@dataclass(slots=True)
class _Run:
    """What happened so far: which paths are taken, by which piece and subject, and what went wrong in which piece."""

    cluster: Cluster
    render: Render
    serials: Serials
    rows: dict[int, _Row] = field(default_factory=dict)
    taken: dict[str, tuple[int, str, _Piece]] = field(default_factory=dict)
    wrong: list[tuple[int, str, Problem]] = field(default_factory=list)

    def subjects(self, generator: Generator, output: Output, only: Collection[str] | None) -> Subjects:
        """Name and object of everything that the output is for; the site has no name of its own."""
        if output.for_each == "site":
            return (("", self.cluster),)
        if output.for_each == "network":
            return tuple(self.cluster.networks.items())
        if output.for_each == "role":
            return tuple(self.cluster.roles.items())
        if output.for_each == "part":
            return tuple(generator.parts(self.cluster)) if generator.parts else ()
        nodes = tuple(item for item in self.cluster.nodes.items() if only is None or item[0] in only)
        if output.for_each == "card":
            return tuple((name, Card(node, mac)) for name, node in nodes if node.boot for mac in node.boot.macs)
        return nodes

    def made(self, piece: _Piece) -> list[Made]:
        """What comes of a piece."""
        try:
            row = self._row(piece.generator, piece.output)
        except Failed as failed:
            return [("", _problem(piece, failed))]
        every = ((name, self._artifact(piece, row, name, subject)) for name, subject in piece.subjects)
        return [(name, made) for name, made in every if made]

    def accepted(self, number: int, piece: _Piece, made: Iterable[Made]) -> Iterator[Artifact]:
        """The files of a piece whose paths are free; what went wrong is noted."""
        for name, item in made:
            if isinstance(item, Problem):
                self.wrong.append((number, name, item))
                continue
            mine = (number, name, piece)
            first = self.taken.setdefault(item.path, mine)
            if first is mine:
                yield item
            else:
                self._contested(item.path, *sorted((first, mine), key=itemgetter(0)))

    def _contested(self, path: str, first: tuple[int, str, _Piece], second: tuple[int, str, _Piece]) -> None:
        """The later of two pieces goes wrong, whichever was done first."""
        number, name, piece = second
        failed = Failed(f"{path} is already made by {first[2].output.name}")
        self.wrong.append((number, name, _problem(piece, failed)))

    def _row(self, generator: Generator, output: Output) -> _Row:
        if id(output) not in self.rows:
            self.rows[id(output)] = self._ready(generator, output)
        return self.rows[id(output)]

    def _ready(self, generator: Generator, output: Output) -> _Row:
        return _Row(
            output,
            self.render.condition(output.when) if output.when else None,
            self.render.path(output.path),
            self.render.template(f"{generator.name}/{output.template}"),
            generator.contexts.get(output.name),
        )

    def _artifact(self, piece: _Piece, row: _Row, name: str, subject: Any) -> Artifact | Problem | None:
        """The subject's file, None where it gets none."""
        try:
            return self._filled(row, name, subject)
        except (Failed, CannotSay) as failed:
            return _problem(piece, failed)

    def _filled(self, row: _Row, name: str, subject: Any) -> Artifact | None:
        output = row.output
        variables: dict[str, Any] = {"cluster": self.cluster, **_told(output, subject)}
        if row.when and not row.when(variables):
            return None
        path = row.path(variables)
        if not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise Failed(f"'{path}' is not a path inside the generation")
        if row.context:
            variables.update(row.context(subject.node if isinstance(subject, Card) else subject, self.cluster))
        content, serial = self._content(row, path, variables)
        subject_node = name if output.for_each in ("node", "card") else ""
        return Artifact(path, content, output.name, subject_node, output.mode, output.owner, output.group, serial)

    def _content(self, row: _Row, path: str, variables: Variables) -> tuple[bytes, int]:
        if not row.output.serial:
            return row.template(variables).encode(), 0
        return self.serials.filled(path, lambda number: row.template({**variables, "serial": number}).encode())

    def problems(self) -> Iterator[Problem]:
        """What went wrong, once each, with the subjects it went wrong for."""
        found: dict[tuple[object, ...], tuple[Problem, list[str]]] = {}
        for _, name, problem in sorted(self.wrong, key=itemgetter(0)):
            # The same line of a template fails for a thousand nodes with a thousand names in its message.
            place: tuple[object, ...] = (problem.code, problem.subject, problem.mark or problem.message)
            found.setdefault(place, (problem, []))[1].append(name)
        for problem, subjects in found.values():
            names = listing(dict.fromkeys(filter(None, subjects)), 3)
            yield replace(problem, message=f"{names}: {problem.message}") if names else problem


def _told(output: Output, subject: Any) -> Mapping[str, Any]:
    """What a template knows its subject by."""
    if isinstance(subject, Card):
        return {"node": subject.node, "mac": subject.mac}
    return {} if output.for_each == "site" else {output.for_each: subject}


def _problem(piece: _Piece, failed: Failed | CannotSay) -> Problem:
    """The trouble without its subject, so that a thousand nodes with the same one are told once."""
    generator, output = piece.generator, piece.output
    what = output.name if output.name == generator.name else f"{generator.name} {output.name}"
    advice = f"generator {generator.name} ({generator.shelf}), template {output.template}"
    if isinstance(failed, Failed):
        also = tuple(Also(mark, "included here") for mark in failed.through)
        return Problem("template", f"{what}: {failed.message}", failed.mark, also=also, advice=(advice,), subject=what)
    return Problem("cannot-say", f"{what}: {failed}", advice=(advice,), subject=what)
