"""Markdown as the reference pages use it: tables, code spans, links. What a page says is decided elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence


def page(title: str, source: str, *parts: str) -> str:
    """A whole page: its title, a word on where it comes from, and its parts with a blank line between."""
    note = f"<!-- made from {source} by `make docs`; a change made here is lost -->"
    return "\n\n".join([f"# {title}", note, *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def heading(level: int, text: str) -> str:
    """A heading; level 1 is the page's own."""
    return f"{'#' * level} {text}"


def code(text: object) -> str:
    """`text` as code, also when it has backquotes of its own."""
    inner = str(text)
    fence = "``" if "`" in inner else "`"
    return f"{fence} {inner} {fence}" if "`" in inner else f"`{inner}`"


def value(data: object) -> str:
    """A value as it is written in YAML's flow form, as code."""
    return code(data if isinstance(data, str) and data else json.dumps(data, ensure_ascii=False))


def listing(values: Iterable[object]) -> str:
    """Values as code, with commas."""
    return ", ".join(code(one) for one in values)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; nothing when it has no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(header), _row(["---"] * len(header)), *lines]) if lines else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def bullets(lines: Iterable[str]) -> str:
    """A list; nothing when it is empty."""
    return "\n".join(f"- {line}" for line in lines)


def fenced(text: str, language: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def anchor(title: str) -> str:
    """How a link names a heading: lower case, hyphens for spaces, only letters, digits, hyphen and underscore."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def sentence(text: str) -> str:
    """A description as a sentence: a capital at its beginning, a full stop at its end."""
    if not text:
        return ""
    begins = text[0].upper() + text[1:]
    return begins if begins[-1] in ".?!:" else f"{begins}."
