"""What we say about a single YAML value or sign that cannot be read: tabs, quotes, escapes, names."""

from __future__ import annotations

from clusterdef.problem import Also, Problem
from clusterdef.source.broken import Broken, short


def tab(broken: Broken) -> Problem:
    """A tab where the indentation is counted."""
    width = len(broken.tail) - len(broken.tail.lstrip("\t"))
    if broken.head.strip(" \t"):
        return broken.problem(
            "yaml-tab", "tab used as a blank; use spaces", "write a space instead of the tab", mark=broken.mark(width)
        )
    return broken.problem(
        "yaml-tab",
        "tab used for indentation; use spaces",
        "replace each tab at the beginning of a line by two spaces",
        mark=broken.mark(width),
    )


def odd_start(broken: Broken) -> Problem:
    """A value that begins with a sign that YAML keeps for itself."""
    if broken.char == "\t":
        return tab(broken)
    typed = short(broken.word)
    return broken.problem(
        "yaml-reserved",
        f"a value cannot begin with {broken.char}",
        f"put it in quotes: '{typed}'" if "'" not in typed else "put it in quotes",
    )


def unclosed_quote(broken: Broken) -> Problem:
    """A quote that reaches to the end of the file, or of the document."""
    start = broken.offset if broken.context is None else broken.context
    quote = broken.text[start]
    _, after = broken.lines.around(start)
    end = broken.mark(3)
    return broken.problem(
        "yaml-unclosed-quote",
        f"the quote {quote} that opens here is not closed",
        f"write {quote} at the end of the value",
        mark=broken.lines.mark(start, after),
        also=Also(end, "the file ends here" if broken.at_end else "still inside the quote here"),
    )


def closed_elsewhere(broken: Broken) -> Problem:
    """Text right behind a closing quote: the quote was closed too early, or opened in an earlier line."""
    start, end = broken.scalar
    quote = broken.text[start]
    if broken.lines.number(start) < broken.lines.number(end):
        _, after = broken.lines.around(start)
        return broken.problem(
            "yaml-unclosed-quote",
            f"the quote {quote} that opens here is closed only in line {broken.lines.number(end)}",
            f"write {quote} at the end of the value",
            mark=broken.lines.mark(start, after),
            also=Also(broken.lines.mark(end - 1, end), "closed by this quote"),
        )
    inside = "''" if quote == "'" else r"\""
    return broken.problem(
        "yaml-after-quote",
        f"text after the closing quote {quote}",
        "put the whole value inside the quotes",
        f"a {quote} inside {quote}…{quote} is written {inside}",
        also=Also(broken.lines.mark(start, end), "closed here"),
    )


def escape(broken: Broken) -> Problem:
    """A backslash in double quotes with something behind it that is no escape."""
    start = broken.text.rfind("\\", 0, broken.offset + 1)
    return broken.problem(
        "yaml-escape",
        f"{short(broken.text[start : start + 2])} is no escape that YAML knows",
        "single quotes keep backslashes as they are: 'C:\\path'",
        "in double quotes, write a backslash itself as \\\\",
        mark=broken.lines.mark(start, start + 2),
    )


def block_text(broken: Broken) -> Problem:
    """Something behind `|` or `>` in the same line."""
    start = broken.offset if broken.context is None else broken.context
    sign = broken.text[start]
    return broken.problem(
        "yaml-block-text",
        f"nothing but a comment may follow {sign} in its line",
        "begin the text in the next line, indented deeper",
        f"to mean a text that begins with {sign}, put it in quotes",
    )


def odd_name(broken: Broken) -> Problem:
    """`*` or `&` without a name behind it."""
    start = broken.offset if broken.context is None else broken.context
    sign = broken.text[start]
    what = "alias" if sign == "*" else "anchor"
    typed = broken.text[start : broken.lines.around(start)[1]].split(",")[0].rstrip("]} \t")
    return broken.problem(
        "yaml-odd-name",
        f"{sign} begins the name of an {what}, and none follows",
        f'to mean text that begins with {sign}, put it in quotes: "{short(typed)}"'
        if '"' not in typed
        else f"to mean text that begins with {sign}, put it in quotes",
        mark=broken.lines.mark(start, start + len(typed)),
    )


def odd_tag(broken: Broken) -> Problem:
    """A tag that cannot be read; those that can are refused as well."""
    start = broken.offset if broken.context is None else broken.context
    typed = broken.text[start : start + 200].split(None, 1)[0] if broken.text[start:].strip() else ""
    return broken.problem(
        "yaml-tag",
        f"the tag {short(typed)} is not read",
        "leave the tag out",
        "to mean text that begins with !, put it in quotes",
        mark=broken.lines.mark(start, start + len(typed)),
    )


def directive(broken: Broken) -> Problem:
    """A line that begins with %."""
    start = broken.offset if broken.context is None or broken.char == "%" else broken.context
    typed = broken.line(start).strip()
    if not typed.startswith("%"):
        return broken.problem(
            "yaml-directive",
            "--- is missing between the directive and the definition",
            "write a line --- before this one",
        )
    return broken.problem(
        "yaml-directive",
        f"the directive {short(typed)} is not read",
        "delete the line; only a single %YAML 1.2 (or 1.1) before the definition is known",
        "a key that begins with % needs quotes",
        mark=broken.lines.mark(start, start + len(typed)),
    )
