"""Links lead somewhere, and no page tells how the product was made."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from docs.makers.markdown import anchor
from tests.docs.blocks import pages, prose
from tests.house.package import ROOT

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MADE = re.compile(r"\b(sittings?|sessions? of work|chat|prompts?|agents? that wrote|LLM|AI|checklist|TODO|FIXME)\b")


@cache
def anchors(page: Path) -> frozenset[str]:
    """What a link may name on a page."""
    text = prose_with_code((ROOT / page).read_text("utf-8"))
    return frozenset(anchor(title.replace("`", "")) for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE))


def prose_with_code(text: str) -> str:
    """A page without its blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", [str(page) for page in pages()])
def test_links_lead_somewhere(page: str) -> None:
    lost = []
    for target in LINK.findall(prose((ROOT / page).read_text("utf-8"))):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, part = target.partition("#")
        file = (ROOT / page).parent / name if name else ROOT / page
        if not file.resolve().exists() or (part and part not in anchors(file.resolve().relative_to(ROOT))):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", [str(page) for page in pages()])
def test_page_does_not_tell_how_it_was_made(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    found = [line for line in text.split("\n") if MADE.search(line)]
    if page != "docs/coverage.md":
        found += [line for line in text.split("\n") if re.search(r"\b[TLCDN][0-9]{2}\b", line)]
    assert found == []


def test_every_page_is_reached_from_the_index() -> None:
    reached: set[Path] = set()
    waiting = [Path("README.md")]
    while waiting:
        page = waiting.pop()
        if page in reached or not (ROOT / page).exists():
            continue
        reached.add(page)
        targets = [link.partition("#")[0] for link in LINK.findall(prose((ROOT / page).read_text("utf-8")))]
        near = [((ROOT / page).parent / one).resolve() for one in targets if one.endswith(".md")]
        waiting += [file.relative_to(ROOT) for file in near]
    assert set(pages()) - reached - {Path("CHANGELOG.md")} == set()
