"""The difference of two files as lines to read; whoever colours and prints them is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clusterdef.tree import alignment

END = "\n\\ no newline at end of file"
CONTEXT = 3
"""Equal lines shown around a change."""

Change = tuple[int, int, int, int]
"""Lines `[0]` to `[1]` of the old text became lines `[2]` to `[3]` of the new one."""


def unified(old: bytes | None, new: bytes | None, path: str) -> Iterator[str]:
    """Unified diff lines without line ends; None is a file that is not there. Control characters are escaped."""
    before, after = _text(old), _text(new)
    if before is None or after is None:
        yield "binary file changed"
        return
    hunks = _unified(_lines(before), _lines(after))
    for number, line in enumerate(hunks):
        if not number:
            yield "--- /dev/null" if old is None else f"--- a/{path}"
            yield "+++ /dev/null" if new is None else f"+++ b/{path}"
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


def _unified(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for hunk in _hunks(_changes(old, new)):
        yield from _shown(hunk, old, new)


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    before = (0, 0)
    for i, j in [*alignment.pairs(old, new), (len(old), len(new))]:
        if (i, j) != before:
            yield before[0], i, before[1], j
        before = (i + 1, j + 1)


def _hunks(changes: Iterator[Change]) -> Iterator[list[Change]]:
    """Changes that stand so near to each other that they are shown together."""
    hunk: list[Change] = []
    for change in changes:
        if hunk and change[0] - hunk[-1][1] > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _shown(hunk: Sequence[Change], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    lead = min(CONTEXT, hunk[0][0])
    tail = min(CONTEXT, len(old) - hunk[-1][1])
    i, j = hunk[0][0] - lead, hunk[0][2] - lead
    yield f"@@ -{_range(i, hunk[-1][1] + tail)} +{_range(j, hunk[-1][3] + tail)} @@"
    for i_start, i_end, j_start, j_end in hunk:
        yield from (f" {line}" for line in old[i:i_start])
        yield from (f"-{line}" for line in old[i_start:i_end])
        yield from (f"+{line}" for line in new[j_start:j_end])
        i = i_end
    yield from (f" {line}" for line in old[i : i + tail])


def _range(start: int, end: int) -> str:
    """Start and length as diff(1) counts: from 1, a length of 1 left out, an empty range at the line before it."""
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + bool(length)},{length}"


def visible(line: str) -> str:
    """`line` with what a terminal would obey, not show, written as an escape; tabs stay."""
    if line.isprintable():
        return line
    return "".join(char if char.isprintable() or char == "\t" else ascii(char)[1:-1] for char in line)
