"""What a person sees: colours on a terminal, problems as paragraphs, a bar when something takes long."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from clusterdef.problem import Problem, Severity, as_json, as_line, as_text

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
PATIENCE = 1.0
"""Seconds before a bar appears."""
REDRAW = 0.1
"""Seconds between two pictures of a bar."""


def colourful(stream: object = None) -> bool:
    """True when colours may be used: a terminal, and nobody asked for none (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and bool(getattr(stream or sys.stdout, "isatty", bool)())


def say(text: str = "", err: bool = False) -> None:
    """One line (or several) for the person."""
    stream = sys.stderr if err else sys.stdout
    click.echo(text, err=err, color=colourful(stream))


def tint(text: str, colour: str, bold: bool = False) -> str:
    """`text` in a colour; where colours are off they are taken out again when it is printed."""
    return click.style(text, fg=colour, bold=bold)


def show_problems(problems: Sequence[Problem], form: str = "text", err: bool = False) -> None:
    """Print problems as `text`, `line` or `json`."""
    if form == "json":
        say(as_json(problems), err)
    elif form == "line":
        for problem in problems:
            say(as_line(problem), err)
    else:
        for problem in problems:
            say(paint(problem) + "\n", err)


def paint(problem: Problem) -> str:
    """The problem's paragraph with its severity and carets in colour."""
    colour = COLOURS[problem.severity]
    lines = as_text(problem).split("\n")
    word = f"  {problem.severity.word}  "
    lines[0] = lines[0].replace(word, f"  {tint(problem.severity.word, colour, bold=True)}  ", 1)
    return "\n".join(_caret(line, colour) for line in lines)


def _caret(line: str, colour: str) -> str:
    head, bar, tail = line.partition(" | ")
    if bar and not head.strip() and tail.lstrip().startswith("^"):
        return f"{head}{bar}{tint(tail, colour)}"
    return line


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, once something takes longer than a second; nothing anywhere else."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    started = drawn = time.monotonic()

    def draw(done: int, of: int) -> None:
        nonlocal drawn
        now = time.monotonic()
        if now - started < PATIENCE or now - drawn < REDRAW:
            return
        drawn = now
        filled = min(30, 30 * done // of) if of else 0
        text = f"{label} [{'#' * filled}{'.' * (30 - filled)}] {done}" + (f" of {of}" if of else "")
        sys.stderr.write(f"\r{text}\033[K")
        sys.stderr.flush()

    try:
        yield draw
    finally:
        if drawn != started:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
