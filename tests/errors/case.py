"""One case of this folder: where it is, what `check` says about it, what it should say. Nothing here asserts."""

from __future__ import annotations

import gc
import io
import re
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from clusterdef import schema
from clusterdef.cli.root import main
from clusterdef.problem import Problem, Refused
from clusterdef.verbs import check

HOME = Path(__file__).parent
SITE = "site.yaml"
EXPECTED = "expected.txt"
TIME = re.compile(r" \([0-9.]+ s\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A site with something wrong in it. `about` is a code, or another word for several or none."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.about}/{self.folder.name}"

    @property
    def about(self) -> str:
        """The name of the directory that the case is in."""
        return self.folder.parent.name

    @property
    def expected(self) -> Path:
        """The file with what is printed."""
        return self.folder / EXPECTED


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run of `check` printed, how it ended, and the problems behind it."""

    printed: str
    exit_code: int
    problems: tuple[Problem, ...]


def cases() -> list[Case]:
    """Every case, by name."""
    folders = (folder for folder in HOME.glob("*/*") if folder.is_dir() and folder.parent.name != "__pycache__")
    return [Case(folder) for folder in sorted(folders)]


def seen(case: Case, engine: schema.Engine | None = None, form: str = "text") -> Seen:
    """Run `clusterdef check` in the case's directory; with the engine named, or the one that is usual."""
    usual = schema.fastest()
    found: list[Problem] = []
    printed = io.StringIO()
    with (
        mock.patch.object(schema, "fastest", lambda: engine or usual),
        mock.patch.object(check, "check", _watched(found)),
        chdir(case.folder),
        redirect_stdout(printed),
        redirect_stderr(printed),
    ):
        exit_code = main(["check", f"--format={form}", SITE])
    # The command line turns it off for its short life; here it is one of many.
    gc.enable()
    return Seen(TIME.sub("", printed.getvalue()), exit_code, tuple(found))


def _watched(found: list[Problem]) -> object:
    """`check` as it is, with its problems noted down."""
    real = check.check

    def watched(file: Path, tree: str | None = None) -> object:
        try:
            site = real(file, tree)
        except Refused as refused:
            found.extend(refused.problems)
            raise
        found.extend(site.problems)
        return site

    return watched
