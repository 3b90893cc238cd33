"""The page of problem codes, from the table in docs/problems.txt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from docs.makers.markdown import heading, page, table

FILE = Path(__file__).parents[1] / "problems.txt"

INTRO = """
Every problem has a code that stays the same when its words change. `clusterdef check --format=line` shows it at the
end of the line, `--format=json` under `code`. Errors stop a generate; warnings and notes do not.
"""


@cache
def meanings() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Section -> code -> what is wrong, and what to do."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            rows = found.setdefault(line.removeprefix("## "), {})
        elif line and not line.startswith("#"):
            code, wrong, do = (part.strip() for part in line.split(" | "))
            rows[code] = (wrong, do)
    return found


def explained() -> set[str]:
    """The codes that the table explains."""
    return {code for rows in meanings().values() for code in rows}


def pages() -> dict[str, str]:
    """The page of problems."""
    return {"problems.md": page("Problems", "docs/problems.txt", INTRO, *_sections())}


def _sections() -> Iterator[str]:
    for title, rows in meanings().items():
        yield heading(2, title)
        yield table(("code", "what is wrong", "what to do"), ((f"`{code}`", *words) for code, words in rows.items()))
