"""Which files a cluster gets: every row of every generator, for every subject it is for. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from clusterdef.artifact import Artifact
from clusterdef.generator import Context, Generator, Output
from clusterdef.languages import CannotSay
from clusterdef.model import Cluster
from clusterdef.problem import Also, Problem, Refused, listing
from clusterdef.render import Failed, Render, Variables

Progress = Callable[[int, int], None]
"""`progress(done, of)`: called now and then, with numbers of subjects."""

Subjects = Sequence[tuple[str, Any]]
"""What an output is made for, by name."""

STRIDE = 100
"""Subjects between two calls of progress."""


def artifacts(
    cluster: Cluster,
    generators: Iterable[Generator],
    render: Render,
    only: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Iterator[Artifact]:
    """The cluster's files, one at a time, in the order of the generators and their rows.

    With `only`, files that are for each node are made for the nodes named there alone; the others are made as usual.
    What goes wrong is collected; when everything has been tried, Refused says all of it: whoever takes files must
    take them to the end before believing them.
    """
    run = _Run(cluster, render)
    work = [(generator, output, run.subjects(output, only)) for generator in generators for output in generator.outputs]
    total = sum(len(subjects) for _, _, subjects in work)
    done = 0
    for generator, output, subjects in work:
        for number, artifact in enumerate(run.row(generator, output, subjects)):
            if artifact:
                yield artifact
            if progress and number % STRIDE == 0:
                progress(done + number, total)
        done += len(subjects)
    if progress:
        progress(total, total)
    if run.wrong:
        raise Refused(*run.problems())


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
    """What happened so far: which paths are taken, and what went wrong for whom."""

    cluster: Cluster
    render: Render
    taken: dict[str, str] = field(default_factory=dict)
    wrong: dict[tuple[object, ...], tuple[Problem, list[str]]] = field(default_factory=dict)

    def subjects(self, output: Output, only: Collection[str] | None) -> Subjects:
        """Name and object of everything that the output is for; the site has no name of its own."""
        if output.for_each == "site":
            return (("", self.cluster),)
        if output.for_each == "network":
            return tuple(self.cluster.networks.items())
        if output.for_each == "role":
            return tuple(self.cluster.roles.items())
        return tuple(item for item in self.cluster.nodes.items() if only is None or item[0] in only)

    def row(self, generator: Generator, output: Output, subjects: Subjects) -> Iterator[Artifact | None]:
        """The output's file for each subject, None for one that gets none."""
        try:
            row = self._ready(generator, output)
        except Failed as failed:
            self._note(generator, output, "", failed)
            return
        for name, subject in subjects:
            try:
                yield self._artifact(row, name, subject)
            except (Failed, CannotSay) as failed:
                self._note(generator, output, name, failed)

    def _ready(self, generator: Generator, output: Output) -> _Row:
        return _Row(
            output,
            self.render.condition(output.when) if output.when else None,
            self.render.path(output.path),
            self.render.template(f"{generator.name}/{output.template}"),
            generator.contexts.get(output.name),
        )

    def _artifact(self, row: _Row, name: str, subject: Any) -> Artifact | None:
        output = row.output
        variables: dict[str, Any] = {"cluster": self.cluster}
        if output.for_each != "site":
            variables[output.for_each] = subject
        if row.when and not row.when(variables):
            return None
        path = self._free(row.path(variables), output)
        if row.context:
            variables.update(row.context(subject, self.cluster))
        content = row.template(variables).encode()
        subject_node = name if output.for_each == "node" else ""
        return Artifact(path, content, output.name, subject_node, output.mode, output.owner, output.group)

    def _free(self, path: str, output: Output) -> str:
        """`path`, which is now taken; raises Failed where it leads outside or somebody has it already."""
        if not {"", ".", ".."}.isdisjoint(path.split("/")):
            raise Failed(f"'{path}' is not a path inside the generation")
        if path in self.taken:
            raise Failed(f"{path} is already made by {self.taken[path]}")
        self.taken[path] = output.name
        return path

    def _note(self, generator: Generator, output: Output, subject: str, failed: Failed | CannotSay) -> None:
        problem = _problem(generator, output, failed)
        # The same line of a template fails for a thousand nodes with a thousand names in its message.
        place: tuple[object, ...] = (problem.code, problem.subject, problem.mark or problem.message)
        self.wrong.setdefault(place, (problem, []))[1].append(subject)

    def problems(self) -> Iterator[Problem]:
        """What went wrong, once each, with the subjects it went wrong for."""
        for problem, subjects in self.wrong.values():
            names = listing(filter(None, subjects), 3)
            yield replace(problem, message=f"{names}: {problem.message}") if names else problem


def _problem(generator: Generator, output: Output, failed: Failed | CannotSay) -> Problem:
    """The trouble without its subject, so that a thousand nodes with the same one are told once."""
    what = output.name if output.name == generator.name else f"{generator.name} {output.name}"
    advice = f"generator {generator.name} ({generator.shelf}), template {output.template}"
    if isinstance(failed, Failed):
        also = tuple(Also(mark, "included here") for mark in failed.through)
        return Problem("template", f"{what}: {failed.message}", failed.mark, also=also, advice=(advice,), subject=what)
    return Problem("cannot-say", f"{what}: {failed}", advice=(advice,), subject=what)
