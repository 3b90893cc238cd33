"""The difference of two files as lines to read; whoever colours and prints them is elsewhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

END = "\n\\ no newline at end of file"


def unified(old: bytes | None, new: bytes | None, path: str) -> Iterator[str]:
    """Unified diff lines without line ends; None is a file that is not there. Control characters are escaped."""
    before, after = _text(old), _text(new)
    if before is None or after is None:
        yield "binary file changed"
        return
    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    for line in difflib.unified_diff(_lines(before), _lines(after), *names, lineterm=""):
        yield from map(visible, line.split("\n"))


def _text(content: bytes | None) -> str | None:
    if content is None:
        return ""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _lines(text: str) -> list[str]:
    *lines, end = text.split("\n")
    return [*lines, end + END] if end else lines


def visible(line: str) -> str:
    """`line` with what a terminal would obey, not show, written as an escape; tabs stay."""
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() or char == "\t" else ascii(char)[1:-1] for char in line)
