"""A CSV file (RFC 4180, one line a row) as rows of named cells that know their places.

Which columns there may be is not decided here. A cell does not hold a line break: a quote that was
forgotten would otherwise swallow the rest of the file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from clusterdef.problem import Also, Mark, Problem, Refused, in_file_order
from clusterdef.source import refusal
from clusterdef.source.content import read, text_of
from clusterdef.source.limits import Limits
from clusterdef.source.lines import LONGEST, Lines

DEFAULT = Limits()
BREAK = re.compile(r"\r\n|\r|\n")
QUOTED = re.compile(r'"(?:[^"]++|"")*+"')
CELL = re.compile(r'[ \t]*+"((?:[^"]++|"")*+)"[ \t]*+(?=,|$)|([^",]*+)(?=,|$)')


class Row(NamedTuple):
    """One row: the line it stands in, counted from 1, and each column's cell without the blanks around it.

    A tuple, because 20,000 of them are made before anything else can begin.
    """

    number: int
    values: dict[str, str]


class Table:
    """The rows of a CSV file in file order; places are looked for when asked for."""

    __slots__ = ("_header", "_lines", "file", "header", "rows")

    def __init__(self, file: str, header: Row, rows: tuple[Row, ...], lines: list[str]) -> None:
        """`header` holds each column's name under itself; `lines` is the whole file."""
        self.file = file
        self.header = tuple(header.values)
        self.rows = rows
        self._header = header
        self._lines = lines

    def mark(self, row: Row, column: str) -> Mark:
        """Where the cell was written; the end of the line when it was left out, the line for an unknown column."""
        if column not in self.header:
            return _whole(self.file, row.number, self._lines[row.number - 1])
        return _cell_mark(self.file, row.number, self._lines[row.number - 1], self.header.index(column))

    def header_mark(self, column: str) -> Mark:
        """Where the column was named; the header's line for an unknown column."""
        return self.mark(self._header, column)


def load_csv(path: Path, name: str | None = None, limits: Limits = DEFAULT) -> Table:
    """Read a CSV file; `name` is what the user calls it.

    Comma separated, the first line that is no comment names the columns; lines that begin with #
    and rows of nothing are skipped. Raises Refused with every line that cannot be read.
    """
    shown = str(path) if name is None else name
    return parse_csv(read(path, shown, limits), shown, limits)


def parse_csv(content: bytes, name: str, limits: Limits = DEFAULT) -> Table:
    """Like `load_csv`, from bytes that were read already."""
    text = text_of(content, name, limits)
    if text.count("\n") + text.count("\r") > limits.values:
        raise Refused(_too_long(name, limits.values))
    lines = BREAK.split(text) if "\r" in text else text.split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and line.lstrip()[0] != "#"]
    if not numbered:
        raise Refused(refusal.empty(Lines(name, text)))
    header = _header(name, *numbered[0])
    rows, problems = _rows(name, header, numbered[1:], limits)
    if problems:
        raise Refused(*in_file_order(problems))
    return Table(name, Row(numbered[0][0], {column: column for column in header}), rows, lines)


def _header(file: str, number: int, line: str) -> list[str]:
    cells = _cells(line)
    if cells is None:
        raise Refused(_quote(file, number, line))
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    other = _separator(line)
    if len(cells) == 1 and other:
        raise Refused(_separated(file, number, line, other))
    problems = [_unnamed(_cell_mark(file, number, line, place)) for place, cell in enumerate(cells) if not cell]
    for place, cell in enumerate(cells):
        first = cells.index(cell)
        if cell and first < place:
            marks = (_cell_mark(file, number, line, place), _cell_mark(file, number, line, first))
            problems.append(_twice(cell, *marks))
    if problems:
        raise Refused(*in_file_order(problems))
    return cells


def _rows(
    file: str, header: list[str], numbered: list[tuple[int, str]], limits: Limits
) -> tuple[tuple[Row, ...], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    width = len(header)
    missing = [""] * width
    for number, line in numbered:
        cells = _cells(line)
        if cells is None:
            problems.append(_quote(file, number, line))
            cells = []
        elif len(cells) > width and any(cells[width:]):
            problems.append(_too_many(_cell_mark(file, number, line, width), width, header))
        elif not any(cells):
            continue
        elif len(cells) < width:
            cells += missing[len(cells) :]
        if len(problems) >= limits.problems:
            raise Refused(*problems, refusal.too_many_problems(file, limits.problems))
        rows.append(Row(number, dict(zip(header, cells, strict=False))))
    return tuple(rows), problems


def _cells(line: str) -> list[str] | None:
    """The cells without blanks around them; None when the quotes of the line do not fit, or nobody wrote it."""
    if len(line) > LONGEST:
        return None
    if '"' not in line:
        return [cell.strip() for cell in line.split(",")]
    spans = _spans(line)
    if spans is None:
        return None
    return [_content(line[start:end]) for start, end in spans]


def _content(typed: str) -> str:
    typed = typed.strip()
    return typed[1:-1].replace('""', '"').strip() if typed.startswith('"') else typed


def _spans(line: str) -> list[tuple[int, int]] | None:
    """From where to where each cell is written, quotes and blanks included."""
    spans: list[tuple[int, int]] = []
    start = 0
    while True:
        found = CELL.match(line, start)
        if found is None:
            return None
        spans.append(found.span())
        if found.end() == len(line):
            return spans
        start = found.end() + 1


def _cell_mark(file: str, number: int, line: str, place: int) -> Mark:
    spans = _spans(line) or []
    start, end = spans[place] if place < len(spans) else (len(line.rstrip()), len(line.rstrip()))
    typed = line[start:end]
    column = start + len(typed) - len(typed.lstrip())
    return Mark(file, number, column + 1, max(1, len(typed.strip())), _shown(line))


def _whole(file: str, number: int, line: str) -> Mark:
    return Mark(file, number, 1, max(1, len(line.rstrip())), _shown(line))


def _shown(line: str) -> str:
    return line if len(line) <= LONGEST else ""


def _too_long(file: str, allowed: int) -> Problem:
    return Problem(
        code="csv-too-long",
        message=f"{file} has more than {allowed} lines",
        subject=file,
        advice=("check that this is the file you meant",),
    )


def _separator(line: str) -> str:
    return "semicolons" if ";" in line else "tabs" if "\t" in line.strip() else ""


def _separated(file: str, number: int, line: str, other: str) -> Problem:
    return Problem(
        code="csv-separator",
        message=f"the columns are separated by {other}, not by commas",
        mark=_whole(file, number, line),
        advice=("save the table as CSV with commas (in a spreadsheet: field delimiter ,)",),
    )


def _quote(file: str, number: int, line: str) -> Problem:
    start = 0
    if len(line) > LONGEST:
        return Problem(
            code="csv-too-long",
            message=f"this line has more than {LONGEST} characters",
            mark=_whole(file, number, line),
            advice=("write a row a line",),
        )
    while found := CELL.match(line, start):
        start = found.end() + 1
    quote = line.index('"', start)
    message, advice = _why(line[start:quote], QUOTED.match(line, quote) is not None)
    return Problem(
        code="csv-quote",
        message=message,
        mark=Mark(file, number, quote + 1, max(1, len(line.rstrip()) - quote), _shown(line)),
        advice=(advice, 'a quote inside a cell is written twice, and the cell stands in quotes: "12"" disk"'),
    )


def _why(before: str, closed: bool) -> tuple[str, str]:
    if before.strip():
        return "a quote inside a cell that does not begin with one", "put the whole cell in quotes"
    if closed:
        return "text after the closing quote of a cell", "nothing but a comma follows a closing quote"
    return "the quote of this cell is not closed in its line", 'write " at the end of the cell'


def _unnamed(mark: Mark) -> Problem:
    return Problem(
        code="csv-column-name",
        message="a column has no name",
        mark=mark,
        advice=("name the column in the first line, or delete it",),
    )


def _twice(column: str, mark: Mark, first: Mark) -> Problem:
    return Problem(
        code="csv-column-twice",
        message=f"the column {column} is there twice",
        mark=mark,
        also=(Also(first, "first here"),),
        advice=("delete one of the two, or give it another name",),
    )


def _too_many(mark: Mark, width: int, header: list[str]) -> Problem:
    return Problem(
        code="csv-cells",
        message=f"this row has more cells than the table has columns ({width})",
        mark=mark,
        label="one too many",
        advice=(f"the columns are {', '.join(header)}", "a comma inside a cell needs quotes around the cell"),
    )
