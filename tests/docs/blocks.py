"""The code blocks of a page, with what their marks say. Nothing here runs or asserts.

```` ```console ````           commands (`$ `) and what they print; `exit=N` is the last one's exit code
```` ```yaml file=PATH ````    a file that the reader writes (any language)
```` ```diff file=PATH ````    a change that the reader makes to a file
```` ```yaml fragment ````     a part of a site.yaml that goes over the example site
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.package import ROOT

FENCE = re.compile(r"^```([a-z0-9+-]+)?((?: +[^\s`]+)*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """One block: the line its text begins in, its language, and its marks (`file=x` -> {"file": "x"})."""

    line: int
    language: str
    marks: dict[str, str]
    text: str


def pages(*, reference: bool = True) -> list[Path]:
    """The pages that people read, relative to the root: README, CONTRIBUTING and all below docs."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    every = sorted(file.relative_to(ROOT) for file in found)
    return [page for page in every if reference or "reference" not in page.parts]


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page in order."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        number += 1
        if fence:
            end = lines.index("```", number)
            yield Block(number + 1, fence[1] or "", _marks(fence[2]), "\n".join(lines[number:end]))
            number = end + 1


def _marks(text: str) -> dict[str, str]:
    return {name: value for name, _, value in (word.partition("=") for word in text.split())}


def prose(text: str) -> str:
    """A page without its blocks and code spans, lines kept."""
    inside = False
    kept = []
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
        kept.append("" if inside or line.startswith("```") else re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    return "\n".join(kept)
