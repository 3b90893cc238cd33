"""One trial: the ground with a text at every place, what is said against it, and what comes of the rest.

Nothing here asserts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path

from clusterdef import catalog
from clusterdef import site as loaded
from clusterdef.artifact import Artifact
from clusterdef.catalog import package_folder
from clusterdef.generate import artifacts
from clusterdef.problem import Problem, Refused, Severity
from clusterdef.render import Render, Variables, rooms
from clusterdef.source import Document, load_json, load_yaml
from clusterdef.verbs.check import check
from tests.hostile.compared import differences, put, words_in
from tests.hostile.field import NAME
from tests.hostile.ground import FILES, HOME, INVENTORY, SITE, Place, places, written
from tests.hostile.reader import OF_OUTPUT, READERS
from tests.hostile.shell_reader import Tree
from tests.properties.made import folder

Values = dict[Place, str]


@dataclass(slots=True)
class Outcome:
    """What came of a trial: texts that were refused, the files with the others, what is wrong with these by output."""

    refused: dict[Place, Problem] = field(default_factory=dict)
    files: dict[str, Artifact] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)


def tried(values: Mapping[Place, str]) -> Outcome:
    """Write the texts, let those be refused that are, and read the files with the others in them."""
    outcome = Outcome()
    standing = {place: place.word for place in places()} | dict(values)
    while True:
        with folder() as here:
            file = written(standing, here)
            try:
                files, problems = _made(file)
            except Refused as refused:
                files, problems = {}, list(refused.problems)
            blamed = {place: problem for problem in problems for place in _at(problem, standing, here)}
        new = {place: one for place, one in blamed.items() if place not in outcome.refused and place in values}
        outcome.refused.update(new)
        standing |= {place: place.word for place in new}
        if not problems:
            outcome.files = files
            outcome.wrong += _compared(files, standing)
            return outcome
        if not new:
            outcome.wrong += [(problem.subject, f"said at no place of ours: {problem}") for problem in problems]
            return outcome


@cache
def _shipped(file: Path, name: str | None = None) -> Document:
    """A shipped definition, read once: a thousand trials read the same."""
    return load_json(file, name)


@contextmanager
def _read_once(here: Path) -> Iterator[None]:
    """Within it, what is not of this site is read once in all."""

    def read(file: Path, name: str | None = None) -> Document:
        return load_json(file, name) if file.is_relative_to(here) else _shipped(file, name)

    setattr(catalog, "load_json", read)  # noqa: B010  (it is not the catalog's own)
    try:
        yield
    finally:
        setattr(catalog, "load_json", load_json)  # noqa: B010


def _made(file: Path) -> tuple[dict[str, Artifact], list[Problem]]:
    with _read_once(file.parent):
        site = check(file)
    errors = [problem for problem in site.problems if problem.severity is Severity.ERROR]
    if errors or site.cluster is None:
        return {}, errors
    files = artifacts(site.cluster, site.generators, _render())
    return {file.path: file for file in files}, []


class _Compiled(Render):
    """Everything is compiled once: the ground brings no templates of its own."""

    @cache  # noqa: B019  (there is one of it)
    def path(self, source: str) -> Callable[[Variables], str]:
        return super().path(source)

    @cache  # noqa: B019
    def condition(self, source: str) -> Callable[[Variables], bool]:
        return super().condition(source)


@cache
def _render() -> Render:
    site = loaded.load(HOME / SITE)
    return _Compiled(rooms(site.generators, None, [package_folder("clusterdef.kickstart")]))


def _at(problem: Problem, standing: Mapping[Place, str], here: Path) -> Iterator[Place]:
    """The places that a problem points at, by file and line: where it is, or what it is made from."""
    marks = {(mark.file, mark.line) for mark in (problem.mark, *(also.mark for also in problem.also)) if mark}
    for name in {file for file, _ in marks} & set(FILES.values()):
        document = _document(here / name)
        for place, text in standing.items():
            lines = _lines(place, text, document)
            if place.refers and "${" in text and document:
                # A reference is told at the parameter that it stands in.
                lines |= {document.mark(*way[:2]).line for way in place.ways}
            if place.file == name and any((name, line) in marks for line in lines):
                yield place


def _document(file: Path) -> Document | None:
    """A file with its marks; None for the inventory, and for what cannot be read at all."""
    try:
        return {".yaml": load_yaml, ".json": load_json}[file.suffix](file) if file.suffix != ".csv" else None
    except Refused:
        return None


def _lines(place: Place, text: str, document: Document | None) -> set[int]:
    """In which lines of its file a text stands."""
    if document is None:
        return {int(way[0]) + 1 for way in place.ways} if place.file == INVENTORY else set()
    if place.ways[0][-1] == NAME:
        names = [(*way[:-2], place.whole(text)) for way in place.ways]
        return {mark.line for name in names for mark in (document.key_mark(*name), document.mark(*name))}
    return {document.mark(*way).line for way in place.ways}


@cache
def harmless() -> tuple[Mapping[str, Artifact], Mapping[str, Tree]]:
    """The files with harmless words everywhere, and what their readers make of them."""
    with folder() as here:
        files, problems = _made(written({place: place.word for place in places()}, here))
    if problems:
        raise LookupError(f"the ground is not sound: {problems}")
    return files, {path: reading(file) for path, file in files.items()}


@cache
def languages() -> Mapping[str, str]:
    """The language of each output: the second ending of its template."""
    site = loaded.load(HOME / SITE)
    return {
        output.name: output.template.removesuffix(".j2").rpartition(".")[2]
        for generator in site.generators
        for output in generator.outputs
    }


def reading(file: Artifact, text: str | None = None) -> Tree:
    """What its reader makes of a file, or of other text in it; raises LookupError when its language has no reader."""
    text = file.content.decode() if text is None else text
    if file.maker in OF_OUTPUT:
        return OF_OUTPUT[file.maker](text)
    language = languages()[file.maker]
    if language not in READERS:
        raise LookupError(f"{file.maker} is written in {language}: add a reader of it to tests/hostile/reader.py")
    return READERS[language](text)


def _compared(files: Mapping[str, Artifact], standing: Mapping[Place, str]) -> Iterator[tuple[str, str]]:
    """Everything in the files that is not as the harmless ones with these texts in them."""
    texts = {place.word: place.said(text) for place, text in standing.items()}
    others = {place.word: place.reported(text) for place, text in standing.items()}
    plain, trees = harmless()
    if missing := plain.keys() ^ files.keys():
        yield "", f"other files: {sorted(missing)}"
    for path, file in files.items():
        if path not in plain or file.content == plain[path].content:
            continue
        try:
            tree = put(reading(file), {})
        except Exception as error:
            yield file.maker, f"{path}: its reader says {type(error).__name__}: {error}"
            continue
        found = dict(differences(put(trees[path], texts), tree))
        if found:
            reported = dict(differences(put(trees[path], others), tree))
            found = {way: what for way, what in found.items() if way in reported}
        yield from ((file.maker, f"{path}{way}: {what}") for way, what in islice(found.items(), 3))


def appearing() -> set[str]:
    """The words that come out in some file."""
    return set().union(*map(words_in, harmless()[1].values()))
