"""Readers of what people read: strict HTML, Markdown tables, CSV. Nothing here asserts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
from markdown_it import MarkdownIt
from markdown_it.token import Token


def page(text: str) -> Element:
    """A whole HTML page; html5lib raises ParseError for the least mistake."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(text)
    return found


def said(element: Element) -> str:
    """All text of an element, as a person sees it."""
    return "".join(element.itertext())


def table_rows(text: str) -> list[list[str]]:
    """The cells of every table of a Markdown text, headings included, as they are shown."""
    rows: list[list[str]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for before, token in pairwise(tokens):
        if before.type == "tr_open":
            rows.append([])
        if before.type in ("td_open", "th_open"):
            rows[-1].append("".join(_shown(token)))
    return rows


def headings(text: str) -> list[str]:
    """The headings of a Markdown text, as they are shown."""
    tokens = MarkdownIt("commonmark").parse(text)
    return ["".join(_shown(token)) for before, token in pairwise(tokens) if before.type == "heading_open"]


def _shown(token: Token) -> Iterator[str]:
    """Plain text of a cell; markup in it shows as a word that no value has."""
    for child in token.children or ():
        yield child.content if child.type in ("text", "text_special") else f"<{child.type}>"


def records(text: str) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(text.splitlines(), strict=True))
