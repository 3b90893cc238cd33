"""The table of formats: what each step changes, and the walk from the format a file has to the newest one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clusterdef.inputs import FORMAT, format_of, newer_format
from clusterdef.migrate.page import CannotEdit, Page
from clusterdef.problem import Problem, Refused
from clusterdef.source import Limits
from clusterdef.source.content import text_of

KEY = "clusterdef"
BOM = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class Step:
    """From the format `old` to the next one: what it does in words, and how. The walk writes the number itself."""

    old: int
    says: str
    edit: Callable[[Page], Page]


STEPS: Sequence[Step] = (Step(0, "the first line says in which format the file is written", lambda page: page),)
"""One step for each format that there ever was, the oldest first."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """A file as it was and as it would be; `says` has a line for each step."""

    before: int
    after: int
    old: bytes
    new: bytes
    says: tuple[str, ...]


def migrated(content: bytes, name: str, steps: Sequence[Step] = STEPS, newest: int = FORMAT) -> Migrated:
    """The content of a site's file in the newest format.

    Raises Refused when it cannot be read, is no site, is newer than this clusterdef, or only a person can edit it.
    """
    page = Page.of(text_of(content, name, Limits()), name)
    before = _format(page, newest)
    due = [step for step in steps if before <= step.old < newest]
    for step in due:
        page = _stepped(page, step)
    new = page.text.encode()
    return Migrated(
        before, newest, content, BOM + new if content.startswith(BOM) else new, tuple(step.says for step in due)
    )


def _format(page: Page, newest: int) -> int:
    found = format_of(page.document)
    if not page.has(KEY) and found:
        advice = ("a site has cluster, networks and nodes; look whether this is the file you meant",)
        raise Refused(Problem("format", f"{page.name} is no site", page.document.mark(), advice=advice))
    said = page.value(KEY) if page.has(KEY) else 0
    if type(said) is not int or (said < 1 and page.has(KEY)):
        advice = (f"formats are numbered from 1; the newest is {newest}",)
        mark = page.document.mark(KEY)
        raise Refused(Problem("format", f"{KEY} does not name a format", mark, advice=advice, path=KEY))
    if said > newest:
        raise Refused(newer_format(page.document, said))
    return said


def _stepped(page: Page, step: Step) -> Page:
    try:
        edited = step.edit(page)
    except CannotEdit as trouble:
        message = f"format {step.old + 1} cannot be written here: {step.says}"
        advice = (str(trouble), "then run clusterdef migrate again")
        raise Refused(Problem("format", message, trouble.mark, advice=advice)) from trouble
    typed = str(step.old + 1)
    return edited.with_value((KEY,), typed) if edited.has(KEY) else edited.with_first(KEY, typed)
