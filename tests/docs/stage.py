"""A place where the commands of a page are run: a copy of the example site, and a bash for each command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.blocks import Block
from tests.house.package import ROOT, tracked

WILD = "…"
READER = "/home/anna"
"""Where the reader of a page is thought to work: it stands in the page for the folder in which a test runs."""
VARYING = (
    (re.compile(r"\b[0-9]+\.[0-9] s\b"), "#.# s"),
    (re.compile(r"\b20[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9](:[0-5][0-9])?"), "DATE"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "DIGEST"),
    # How many files there are changes with every output that is added, and says nothing about the page.
    (re.compile(r"\b[0-9]+(?= (files|new|changed|gone|as before|more)\b)"), "#"),
    (re.compile(r"^( +whole site +\w+ ).*", re.MULTILINE), r"\1…"),
    (re.compile(r"[ ]+"), " "),
)
"""What differs from run to run or with every output, and what is put there for comparison."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A command, and what the page says it prints."""

    command: str
    output: tuple[str, ...]


def shown(block: Block) -> Iterator[Shown]:
    """The commands of a console block."""
    command = ""
    output: list[str] = []
    for line in block.text.split("\n"):
        if line.startswith("$ "):
            if command:
                yield Shown(command, tuple(output))
            command, output = line[2:], []
        else:
            assert command, f"line {block.line}: a console block begins with a command"
            output.append(line)
    yield Shown(command, tuple(output))


class Stage:
    """The folder where a page's commands run; `cd` and `export` hold for what follows."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.here = folder
        self.exported: dict[str, str] = {}
        for name in tracked("site-example", "schemas"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)

    def write(self, block: Block) -> None:
        """Write the file of a block, folders and all."""
        file = self.here / block.marks["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text + "\n", "utf-8")

    def change(self, block: Block) -> None:
        """Make the change of a diff block; what it replaces must stand there exactly once."""
        file = self.here / block.marks["file"]
        text = file.read_text("utf-8")
        for part in block.text.split("\n@@\n"):
            lines = part.split("\n")
            old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
            new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
            assert text.count(old) == 1, f"line {block.line}: this does not stand once in {file.name}:\n{old}"
            text = text.replace(old, new)
        file.write_text(text, "utf-8")

    def run(self, command: str) -> tuple[int, list[str]]:
        """Exit code of a command, and the lines that it prints, both streams as a terminal shows them."""
        word, _, rest = command.partition(" ")
        if word == "cd":
            self.here = (self.here / rest).resolve()
            return 0, []
        if word == "export":
            name, _, value = rest.partition("=")
            self.exported[name] = value
            return 0, []
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.here,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        text = done.stdout.rstrip("\n").replace(str(self.home), READER)
        return done.returncode, text.split("\n") if text.strip() else []

    def _environment(self) -> dict[str, str]:
        person = {"GIT_AUTHOR_NAME": "A Manager", "GIT_AUTHOR_EMAIL": "manager@example.edu"}
        person |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in person.items()}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {
            **os.environ,
            **self.exported,
            **person,
            "PATH": path,
            "HOME": str(self.home),
            "COLUMNS": "100",
            "LANG": "C.UTF-8",
        }


def plain(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, instead in VARYING:
        line = pattern.sub(instead, line)
    return line.rstrip()


def alike(expected: list[str], found: list[str]) -> bool:
    """True when the lines are those expected; a line `…` stands for any lines, `…` inside a line for any text."""
    if not expected:
        return not found
    if expected[0].strip() == WILD:
        return any(alike(expected[1:], found[skip:]) for skip in range(len(found) + 1))
    return bool(found) and _line_alike(expected[0], found[0]) and alike(expected[1:], found[1:])


def _line_alike(expected: str, found: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in plain(expected).split(WILD))
    return re.fullmatch(pattern, plain(found)) is not None
