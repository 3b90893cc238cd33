"""What we say about YAML that lives by its lines: indentation, colons, dashes, the end of the document."""

from __future__ import annotations

import re

from clusterdef.problem import Also, Problem
from clusterdef.source.broken import COLON, Broken, content, has_key, indentation, short
from clusterdef.source.yaml_flow import after_bracket, closes_nothing, nothing_here
from clusterdef.source.yaml_scalar import closed_elsewhere

KEY_LENGTH = 1024
"""Longest key that libyaml looks ahead for."""


VALUE = re.compile(r":[ \t]+[^\s#|>&!]")


def colon(broken: Broken) -> Problem:
    """A colon where no key can end."""
    if len(content(broken.head)) > KEY_LENGTH:
        return broken.problem(
            "yaml-long-key", f"a key may have at most {KEY_LENGTH} characters", "shorten it", mark=broken.mark(1)
        )
    if COLON.search(content(broken.head)) or content(broken.head)[:1] in ("|", ">"):
        return broken.problem(
            "yaml-second-colon",
            "a second colon in one line",
            "put the value in quotes when the colon belongs to it",
            "put the inner key into the next line, indented, when a mapping is meant",
            mark=broken.mark(1),
        )
    above = broken.above()
    if above is not None and not has_key(broken.line(above)):
        return _no_colon_in(broken, above)
    if above is not None and indentation(broken.line(above)) < indentation(broken.head):
        return _deeper(broken, above)
    return broken.problem(
        "yaml-colon", "no key can end here", "put the text in quotes when the colon belongs to it", mark=broken.mark(1)
    )


def no_colon(broken: Broken) -> Problem:
    """A line in a mapping without a colon."""
    start = broken.offset if broken.context is None else broken.context
    return _no_colon_in(broken, start)


def dash(broken: Broken) -> Problem:
    """A list that begins behind something else in its line."""
    return broken.problem(
        "yaml-dash",
        "a list item cannot begin here",
        "put each item into a line of its own below the key, or write the list in brackets: [a, b]",
        "to mean text that begins with a dash, put it in quotes",
        mark=broken.mark(1),
    )


def question_mark(broken: Broken) -> Problem:
    """`?` and a blank in front of a value."""
    return broken.problem(
        "yaml-reserved",
        "a value cannot begin with a question mark and a blank",
        "put it in quotes",
        mark=broken.mark(1),
    )


def no_key(broken: Broken) -> Problem:
    """The parser wanted the next key of a mapping."""
    if broken.behind and broken.scalar[1] == len(broken.text[: broken.offset].rstrip()):
        return closed_elsewhere(broken)
    if broken.char in ("}", "]"):
        return closes_nothing(broken)
    if broken.behind in ("}", "]"):
        return after_bracket(broken)
    if broken.char == ":":
        return nothing_here(broken)
    if broken.char in ("&", "!", "*") and broken.behind:
        return broken.problem(
            "yaml-odd-name", f"a second name or tag: {short(broken.word)}", "keep one of the two", mark=broken.mark()
        )
    if broken.tail.startswith(("- ", "-\t")) or broken.tail == "-":
        if not _fits(broken):
            return _misplaced(broken)
        return broken.problem(
            "yaml-dash",
            "a list item where a key belongs",
            "indent it below the key that the list is for, or write key: value",
            mark=broken.mark(1),
        )
    return _misplaced(broken)


def no_item(broken: Broken) -> Problem:
    """The parser wanted the next `- item` of a list."""
    if broken.behind and broken.scalar[1] == len(broken.text[: broken.offset].rstrip()):
        return closed_elsewhere(broken)
    if broken.char in ("}", "]"):
        return closes_nothing(broken)
    if broken.behind in ("}", "]"):
        return after_bracket(broken)
    if not _fits(broken):
        return _misplaced(broken)
    start = broken.offset if broken.context is None else broken.context
    return broken.problem(
        "yaml-no-dash",
        f"{short(broken.word)} stands in a list, but not behind a dash",
        "write - before it, or indent it like the key that it belongs to",
        also=Also(broken.lines.mark(start, start + 1), "the list begins here"),
    )


def second_document(broken: Broken) -> Problem:
    """`---` after the definition."""
    return broken.problem(
        "yaml-second-document",
        "a second document begins here; a file holds one definition",
        "delete the line ---, or put what follows into a file of its own",
        mark=broken.mark(3),
    )


def after_the_end(broken: Broken) -> Problem:
    """Text after the value of the document is complete; `context` is where that value begins."""
    root = broken.context or 0
    first = broken.text[broken.lines.around(root)[0] : root]
    if not first.strip() and indentation(broken.head + "x") < len(first):
        return broken.problem(
            "yaml-indentation",
            "this line begins further left than the first one",
            "let the keys of the file begin in the same column",
            also=Also(broken.line_mark(root), "the first line"),
        )
    return broken.problem(
        "yaml-after-the-end",
        "there is more after the end of the definition",
        "write the whole definition as one mapping: key: value lines, or one pair of brackets",
        mark=broken.mark(len(broken.tail)),
        also=Also(broken.lines.mark(root, root + len(broken.text)), "the definition that has ended"),
    )


def _no_colon_in(broken: Broken, start: int) -> Problem:
    """The line lacks a colon, or the blank behind it."""
    mark = broken.line_mark(start)
    typed = content(broken.line(start))
    name, sign, value = typed.partition(":")
    if sign and value and " " not in name:
        return broken.problem(
            "yaml-no-blank",
            f"a blank is missing behind the colon of {short(name)}",
            f"write {short(name)}: {short(value)}",
            mark=mark,
        )
    return broken.problem(
        "yaml-no-colon",
        f"a colon is missing behind {short(typed)}",
        "write key: value",
        "a text that goes on in the next line is indented deeper than its key",
        mark=mark,
    )


def _deeper(broken: Broken, above: int) -> Problem:
    return broken.problem(
        "yaml-indentation",
        "this line is indented deeper than the one above, which has a value already",
        "indent it like the line above, or leave the value above out when this line belongs to that key",
        mark=broken.line_mark(broken.offset),
        also=Also(broken.line_mark(above), "has a value already"),
    )


def _columns(broken: Broken) -> list[int]:
    """In which columns lines may begin here: those of the open mappings and lists, and that of the line above."""
    marks = [broken.lines.mark(start) for start in broken.opened if broken.text[start] not in "[{"]
    columns = {mark.column for mark in marks}
    above = broken.above()
    if above is not None:
        columns.add(indentation(broken.line(above)) + 1)
    return sorted(columns)


def _fits(broken: Broken) -> bool:
    return len(broken.head) + 1 in _columns(broken)


def _misplaced(broken: Broken) -> Problem:
    column = len(broken.head) + 1
    columns = " or ".join(str(known) for known in _columns(broken))
    if broken.head.strip():
        return broken.problem(
            "yaml-syntax",
            f"{short(broken.word)} where the next key belongs",
            "put it into a line of its own, or in quotes",
        )
    above = broken.above()
    if above is not None and indentation(broken.line(above)) < len(broken.head) and VALUE.search(broken.line(above)):
        return _deeper(broken, above)
    return broken.problem(
        "yaml-indentation",
        f"this line begins in column {column}, and fits no line above it",
        f"lines that belong together begin in one column: here {columns}",
        mark=broken.line_mark(broken.offset),
    )
