"""Every example of the manual runs, and prints what the page says."""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from clusterdef.problem import Severity, as_text
from clusterdef.source import load_yaml
from clusterdef.verbs.check import check
from tests.docs.blocks import Block, blocks, pages
from tests.docs.stage import Stage, alike, shown
from tests.house.package import ROOT

PAGES = {str(page): list(blocks((ROOT / page).read_text("utf-8"))) for page in pages()}
RUN = [page for page, found in PAGES.items() if any("file" in one.marks or one.language == "console" for one in found)]
FRAGMENTS = [
    pytest.param(page, block, id=f"{page}:{block.line}")
    for page, found in PAGES.items()
    for block in found
    if "fragment" in block.marks
]


@pytest.mark.parametrize("page", RUN)
def test_page_runs_from_top_to_bottom(page: str, tmp_path: Path, accept: bool) -> None:
    stage = Stage(tmp_path)
    told: dict[int, str] = {}
    for block in PAGES[page]:
        if block.language == "console":
            told[block.line] = _act(stage, page, block, accept)
        elif block.language == "diff" and "file" in block.marks:
            stage.change(block)
        elif "file" in block.marks:
            stage.write(block)
    if accept:
        _rewrite(ROOT / page, told)


def _act(stage: Stage, page: str, block: Block, accept: bool) -> str:
    """Run a console block; its text as it is now."""
    every = list(shown(block))
    lines: list[str] = []
    for one in every:
        code, found = stage.run(one.command)
        wanted = int(block.marks.get("exit", 0)) if one is every[-1] else 0
        fits = alike(list(one.output), found)
        lines += [f"$ {one.command}", *(one.output if fits else found)]
        place = f"{page}:{block.line}: {one.command}"
        assert code == wanted, "\n".join([f"{place}: exit code {code}", *found])
        change = difflib.unified_diff(list(one.output), found, "the page", "now", lineterm="")
        assert fits or accept, "\n".join([place, *change])
    return "\n".join(lines)


def _rewrite(file: Path, told: Mapping[int, str]) -> None:
    """Put what commands print now into the page."""
    text = file.read_text("utf-8")
    for block in reversed(list(blocks(text))):
        if block.line in told:
            lines = text.split("\n")
            end = block.line - 1 + block.text.count("\n") + 1
            lines[block.line - 1 : end] = told[block.line].split("\n")
            text = "\n".join(lines)
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(("page", "block"), FRAGMENTS)
def test_part_of_a_site_fits_the_example(page: str, block: Block, tmp_path: Path) -> None:
    home = shutil.copytree(ROOT / "site-example", tmp_path / "site", ignore=shutil.ignore_patterns("generated"))
    (tmp_path / "part.yaml").write_text(block.text, "utf-8")
    whole = load_yaml(home / "site.yaml").data
    (home / "site.yaml").write_text(json.dumps(over(whole, load_yaml(tmp_path / "part.yaml").data)), "utf-8")
    wrong = [problem for problem in check(home / "site.yaml").problems if problem.severity is Severity.ERROR]
    assert wrong == [], "\n".join(as_text(problem) for problem in wrong)


def over(weak: Any, strong: Any) -> Any:
    """Maps merge key by key; anything else is replaced."""
    if isinstance(weak, dict) and isinstance(strong, dict):
        return {key: over(weak.get(key), strong[key]) if key in strong else weak[key] for key in {**weak, **strong}}
    return strong


@pytest.mark.parametrize("page", [str(page) for page in pages(reference=False)])
def test_what_could_be_an_example_is_one(page: str) -> None:
    """YAML and JSON in the manual is checked: a block of it says what it is, or it is no such block."""
    unmarked = [block.line for block in PAGES[page] if block.language in ("yaml", "json") and not block.marks]
    assert unmarked == []
