"""The files of a few rounds of hostile texts, laid out for programs to read. Nothing here asserts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from clusterdef.artifact import Artifact
from tests.hostile.text import round_of
from tests.hostile.trial import harmless, languages, tried

Program = Callable[[str], str]
ROUNDS = (11, 47)
"""Rounds whose files are read."""
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@cache
def files(number: int) -> Mapping[str, Artifact]:
    """The files of a round; raises LookupError where there are none."""
    outcome = tried(round_of(number))
    if not outcome.files:
        raise LookupError(f"nothing is made in round {number}: {outcome.wrong}")
    return outcome.files


def in_language(number: int, folder: Path, language: str) -> list[Path]:
    """The files of a round in one language, written."""
    return _written(
        {path: file for path, file in files(number).items() if languages()[file.maker] == language},
        folder / str(number),
    )


def of_outputs(number: int, folder: Path, *outputs: str) -> list[Path]:
    """The files of a round that these outputs give, written."""
    return _written({path: file for path, file in files(number).items() if file.maker in outputs}, folder / str(number))


def plain(folder: Path, *outputs: str) -> list[Path]:
    """The same files with harmless words everywhere."""
    return _written({path: file for path, file in harmless()[0].items() if file.maker in outputs}, folder / "plain")


def _written(found: Mapping[str, Artifact], folder: Path) -> list[Path]:
    for path, file in found.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(file.content)
    return [folder / path for path in found]


def run(*words: str | Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """A program's answer, within a minute or two; `more` stands in its environment."""
    environment = {"PATH": PATH, "LC_ALL": "C.UTF-8", **more}
    command = [str(word) for word in words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, env=environment)
