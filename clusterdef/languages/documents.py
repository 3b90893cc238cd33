"""What people read: HTML pages, and tables in Markdown and CSV. A value is one line of text in each of them."""

from __future__ import annotations

import re
from typing import Any

from clusterdef.languages.language import ADDRESSES, CannotSay, one_line
from clusterdef.odd_text import SLOT

_ORDINARY = re.compile("(?:[A-Za-z0-9.:/-](?:[A-Za-z0-9 .:/-]*[A-Za-z0-9.:/-])?)?").fullmatch
"""Text that is written alike in a page, in Markdown and in a text file: most of it."""

_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
_NO_CHARACTER = re.compile(
    "[\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
    + "]"
)


def html_text(value: str) -> str:
    """`value` in an element or in a quoted attribute; raises CannotSay for what is no character of HTML."""
    if _ORDINARY(value):
        return value
    found = _NO_CHARACTER.search(one_line(value, "html"))
    if found:
        raise CannotSay(value, "html", f"U+{ord(found[0]):04X} is no character")
    return value.translate(_HTML)


def html_comment(value: Any) -> str:
    """Text inside `<!-- -->`, with a space on either side."""
    text = one_line(str(value), "html")
    if "--" in text or text.endswith("-") or _NO_CHARACTER.search(text):
        raise CannotSay(value, "html", "a comment cannot hold two hyphens")
    return text


def html_link(value: Any) -> str:
    """Where a link leads: a file of the tree, relative to the page, or a place in one. It never leads elsewhere."""
    text = str(value)
    if not re.fullmatch(
        r"(\.\./)?([A-Za-z0-9_][A-Za-z0-9._-]*/)*([A-Za-z0-9_][A-Za-z0-9._-]*)?(#[A-Za-z0-9._-]+)?", text
    ):
        raise CannotSay(value, "html", "a link leads to a file beside the page")
    return text


_MARKDOWN = re.compile(r"[\\`*_\[\]<>&|~#]")
_EDGE = re.compile(r"^\s+|\s+$")


def markdown_text(value: str) -> str:
    """`value` in a paragraph or a cell of a table, but not at the beginning of a line."""
    if _ORDINARY(value):
        return value
    text = _MARKDOWN.sub(r"\\\g<0>", one_line(value, "markdown"))
    return _EDGE.sub(lambda found: "".join(f"&#{ord(char)};" for char in found[0]), text)


def markdown_cells(values: Any) -> str:
    """A line of a table."""
    return f"| {' | '.join([markdown_text(_plain(value, 'markdown')) for value in values])} |"


_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?|-+")


def csv_field(value: str) -> str:
    """One field as RFC 4180 writes it. What a spreadsheet would take for a formula is not said."""
    if _ORDINARY(value) and not value.startswith("-"):
        return value
    text = one_line(value, "csv")
    formula = text.startswith(("=", "+", "-", "@", "\t")) and not text.startswith(SLOT)
    if formula and not _NUMBER.fullmatch(text):
        raise CannotSay(value, "csv", "a spreadsheet would take it for a formula")
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",]|^\s|\s$', text) else text


def csv_record(values: Any) -> str:
    """A line of fields, with commas between."""
    return ",".join([csv_field(_plain(value, "csv")) for value in values])


def _plain(value: Any, language: str) -> str:
    """The text of one cell; nothing for None."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (int, *ADDRESSES)):
        return str(value)
    raise CannotSay(value, language, f"it is {type(value).__name__}, not text")
