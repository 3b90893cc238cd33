"""What we say about YAML in brackets: `[…]` and `{…}` that were not closed, or lack a comma."""

from __future__ import annotations

from clusterdef.problem import Also, Problem
from clusterdef.source.broken import Broken, indentation, short
from clusterdef.source.yaml_scalar import closed_elsewhere

PAIRS = {"{": "}", "[": "]"}


def not_closed(broken: Broken) -> Problem:
    """The parser wanted a comma or the closing bracket."""
    start = broken.offset if broken.context is None else broken.context
    sign = broken.text[start]
    if broken.at_end or broken.text.startswith("---", broken.offset):
        return _unclosed(broken, start)
    if broken.char in "]}":
        return _wrong_bracket(broken, start)
    if broken.char in "[{" and broken.behind not in ",[{":
        return broken.problem(
            "yaml-bracket-in-text",
            f"inside {sign}…{PAIRS[sign]}, a text that holds {broken.char} needs quotes",
            'put it in quotes: "worker[01-32]"',
            also=Also(broken.lines.mark(start, start + 1), "opened here"),
        )
    if _left_of(broken, start):
        return _unclosed(broken, start)
    if broken.char != ":" and _quote_too_early(broken):
        return closed_elsewhere(broken)
    return _comma(broken, start)


def nothing_here(broken: Broken) -> Problem:
    """The parser wanted a value and met a sign."""
    if broken.at_end and broken.opened:
        return _unclosed(broken, broken.opened[-1])
    if broken.char == ":":
        return broken.problem("yaml-no-key", "there is no key before the colon", "write the key", mark=broken.mark(1))
    if broken.char == ",":
        return broken.problem(
            "yaml-comma",
            "a comma with nothing before it",
            "delete the comma, or write what belongs before it",
            "to mean text that begins with a comma, put it in quotes",
            mark=broken.mark(1),
        )
    if broken.char in "]}":
        start = broken.opened[-1] if broken.opened else None
        if start is not None and broken.text[start] in PAIRS:
            return _wrong_bracket(broken, start)
        return closes_nothing(broken)
    return broken.problem(
        "yaml-reserved", f"a value cannot be {short(broken.word)} alone", "put it in quotes", mark=broken.mark(1)
    )


def tight_colon(broken: Broken) -> Problem:
    """A colon in brackets with a bracket right behind it."""
    return broken.problem(
        "yaml-no-blank",
        "a blank is missing behind the colon",
        "write a blank behind it",
        "put the text in quotes when the colon belongs to it",
        mark=broken.mark(1),
    )


def closes_nothing(broken: Broken) -> Problem:
    """A closing bracket that nothing opened."""
    return broken.problem(
        "yaml-bracket",
        f"this {broken.char} closes nothing",
        "delete it, or write the bracket that opens",
        f"to mean text that begins with {broken.char}, put it in quotes",
        mark=broken.mark(1),
    )


def after_bracket(broken: Broken) -> Problem:
    """Text right behind a closing bracket."""
    return broken.problem(
        "yaml-after-bracket",
        f"text after the closing {broken.behind}",
        "delete it, or put the whole value in quotes when it is meant as text",
    )


def _unclosed(broken: Broken, start: int) -> Problem:
    sign = broken.text[start]
    if sign not in PAIRS:
        return broken.problem("yaml-syntax", "the file ends where a value belongs", "write the value")
    return broken.problem(
        "yaml-unclosed-bracket",
        f"the {sign} opened in line {broken.lines.number(start)} is not closed",
        f"write {PAIRS[sign]} where it ends",
        also=Also(broken.lines.mark(start, start + 1), "opened here"),
    )


def _wrong_bracket(broken: Broken, start: int) -> Problem:
    sign = broken.text[start]
    return broken.problem(
        "yaml-bracket",
        f"this {broken.char} cannot close the {sign} in line {broken.lines.number(start)}",
        f"write {PAIRS[sign]} instead of it, or before it",
        mark=broken.mark(1),
        also=Also(broken.lines.mark(start, start + 1), "opened here"),
    )


def _left_of(broken: Broken, start: int) -> bool:
    """True when the place stands in a later line that is not indented deeper than the one that opened the bracket."""
    if broken.lines.around(broken.offset) == broken.lines.around(start):
        return False
    return indentation(broken.line(broken.offset)) <= indentation(broken.line(start))


def _quote_too_early(broken: Broken) -> bool:
    """True when the text goes on directly behind a closing quote, or when that quote was opened lines above."""
    start, end = broken.scalar
    return end == broken.offset or (
        end == len(broken.text[: broken.offset].rstrip()) and broken.lines.number(start) < broken.lines.number(end)
    )


def _comma(broken: Broken, start: int) -> Problem:
    """Before a colon stands the key that the comma belongs before; the parser took it for part of the value."""
    sign = broken.text[start]
    first = broken.offset
    if broken.char == ":":
        first -= len(broken.head) - max(broken.head.rstrip().rfind(blank) for blank in " {[,") - 1
    return broken.problem(
        "yaml-comma",
        f"a comma is missing, or the {PAIRS[sign]} that closes the {sign} in line {broken.lines.number(start)}",
        "write the comma",
        "a text that holds a colon and a blank, or quotes, needs quotes",
        mark=broken.lines.mark(first, max(broken.offset, first + len(broken.word))),
        label="before this",
    )
