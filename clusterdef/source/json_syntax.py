"""What we say about JSON that is not well formed: what stands there, what belongs there, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clusterdef.problem import Also, Mark, Problem, visible
from clusterdef.source.lines import Lines

BLANK = " \t\r\n"
ODD = re.compile(r"[^\s,:\[\]{}\"']+")
SOUND = re.compile(r'(?:[^\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+')
PAIRS = {"{": "}", "[": "]"}
SPELLED = {
    "True": "true",
    "TRUE": "true",
    "False": "false",
    "FALSE": "false",
    "None": "null",
    "NULL": "null",
    "Null": "null",
    "nil": "null",
    "undefined": "null",
}
NUMBER_RULE = "digits without a leading zero or plus, digits on both sides of a point: 8, -1, 0.5"


def syntax(lines: Lines, offset: int, wanted: str, opened: Sequence[int]) -> Problem:
    """The error at the first thing behind `offset`, where `wanted` should be; `opened` are brackets still open."""
    text = lines.text
    here = offset + len(text[offset:]) - len(text[offset:].lstrip(BLANK))
    if here == len(text):
        return _ends(lines, wanted, opened)
    return (
        _comment(lines, here)
        or _trailing_comma(lines, here, wanted)
        or _bracket(lines, here, opened)
        or _quotes(lines, here, wanted)
        or _missing(lines, here, wanted)
        or _word(lines, here, wanted)
    )


def escape(lines: Lines, start: int) -> Problem:
    """A backslash with something behind it that is no escape, in the string that begins at `start`."""
    sound = SOUND.match(lines.text, start)
    offset = sound.end() if sound else start
    return _problem(
        "json-escape",
        "this backslash begins no escape that JSON knows",
        lines.mark(offset, offset + 2),
        r"write a backslash itself as \\; the others are \" \/ \b \f \n \r \t and \u with four hexadecimal digits",
    )


def half_character(mark: Mark) -> Problem:
    r"""Half of a surrogate pair, which no UTF-8 file can hold."""
    return _problem(
        "json-escape",
        r"a \u escape here is half of a character",
        mark,
        r"write the character itself, or both halves: \ud83d\ude00",
    )


def large_number(typed: str, mark: Mark) -> Problem:
    """A number that other programs would read as another one."""
    shown = typed if len(typed) <= 24 else f"{typed[:20]}…"
    return _problem(
        "json-number",
        f"the number {shown} is too large to be read exactly",
        mark,
        "to mean text, put it in double quotes; whole numbers have at most 18 digits",
    )


def _problem(
    code: str, message: str, mark: Mark, *advice: str, also: tuple[Also, ...] = (), label: str = ""
) -> Problem:
    return Problem(code=code, message=message, mark=mark, advice=advice, also=also, label=label)


def _ends(lines: Lines, wanted: str, opened: Sequence[int]) -> Problem:
    last = len(lines.text.rstrip(BLANK))
    mark = lines.mark(max(0, last - 1), last)
    if not opened:
        return _problem("json-syntax", f"the file ends where {wanted} belongs", mark, f"write {wanted}")
    sign = lines.text[opened[-1]]
    return _problem(
        "json-unclosed",
        f"the file ends before the {sign} that was opened in line {lines.number(opened[-1])} is closed",
        mark,
        f"write {PAIRS[sign]} where it belongs",
        also=(Also(lines.mark(opened[-1], opened[-1] + 1), "opened here"),),
    )


def _comment(lines: Lines, here: int) -> Problem | None:
    text = lines.text
    if text[here] != "#" and text[here : here + 2] not in ("//", "/*"):
        return None
    mark = lines.mark(here, here + len(text))
    return _problem("json-comment", "JSON has no comments", mark, 'say it in a "description", or leave it out')


def _trailing_comma(lines: Lines, here: int, wanted: str) -> Problem | None:
    text = lines.text
    comma = len(text[:here].rstrip(BLANK)) - 1
    if text[here] not in "}]," or comma < 0 or text[comma] != ",":
        return None
    mark = lines.mark(comma, comma + 1)
    if text[here] == ",":
        return _problem("json-comma", "two commas with nothing between them", mark, "delete one of them")
    return _problem(
        "json-comma", f"a comma before {text[here]}", mark, "delete it: in JSON nothing follows the last comma"
    )


def _bracket(lines: Lines, here: int, opened: Sequence[int]) -> Problem | None:
    sign = lines.text[here]
    if sign not in "}]":
        return None
    mark = lines.mark(here, here + 1)
    if not opened:
        return _problem("json-bracket", f"this {sign} closes nothing", mark, "delete it, or write its opening bracket")
    opening = lines.text[opened[-1]]
    if PAIRS[opening] == sign:
        return None
    return _problem(
        "json-bracket",
        f"this {sign} cannot close the {opening} in line {lines.number(opened[-1])}",
        mark,
        f"write {PAIRS[opening]} before it, or look for a bracket too many",
        also=(Also(lines.mark(opened[-1], opened[-1] + 1), "opened here"),),
    )


def _quotes(lines: Lines, here: int, wanted: str) -> Problem | None:
    text = lines.text
    if text[here] == "'":
        mark = lines.mark(here, here + 1)
        return _problem("json-quotes", "single quotes mean nothing in JSON", mark, 'use double quotes: "text"')
    if text[here] == '"' and not _is_string(text, here):
        _, after = lines.around(here)
        return _problem(
            "json-unclosed",
            "this quote is not closed in its line",
            lines.mark(here, after),
            r'write the closing " ; a line break inside a text is written \n',
        )
    word = ODD.match(text, here)
    if wanted.startswith("a key") and word:
        mark = lines.mark(here, word.end())
        return _problem("json-quotes", f"the key {_short(word[0])} has no quotes", mark, f'write "{_short(word[0])}"')
    return None


def _is_string(text: str, here: int) -> bool:
    return re.compile(r'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"').match(text, here) is not None


def _missing(lines: Lines, here: int, wanted: str) -> Problem | None:
    """A comma or a colon that is not there: what stands before it is where to write it."""
    text = lines.text
    end = len(text[:here].rstrip(BLANK))
    before = lines.mark(end - 1, end) if end else lines.mark(here, here + 1)
    if wanted == "a colon":
        return _problem(
            "json-colon", "a colon is missing between the key and its value", before, "write : behind the key"
        )
    if wanted.startswith("a comma") and text[here] not in ":,":
        return _problem("json-comma", "a comma is missing", before, "write a comma here", label="behind this")
    if wanted == "the end of the file":
        mark = lines.mark(here, here + len(text))
        return _problem("json-syntax", "there is more after the end of the definition", mark, "a file holds one value")
    return None


def _word(lines: Lines, here: int, wanted: str) -> Problem:
    """A value that JSON does not know, or a sign where none may stand."""
    found = ODD.match(lines.text, here)
    typed = found[0] if found else lines.text[here]
    mark = lines.mark(here, here + len(typed))
    if typed in SPELLED:
        return _problem("json-word", f"JSON does not know {typed}", mark, f"write {SPELLED[typed]}")
    if re.fullmatch(r"[+-]?(NaN|Infinity|inf|nan)", typed):
        return _problem("json-number", f"{typed} is not a number in JSON", mark, "write a number, or leave the key out")
    if found and re.match(r"[-+.]?[0-9]|0x", typed):
        return _problem(
            "json-number",
            f"{_short(typed)} is not how JSON writes a number",
            mark,
            NUMBER_RULE,
            "to mean text, use double quotes",
        )
    if found:
        return _problem("json-quotes", f"the text {_short(typed)} has no quotes", mark, f'write "{_short(typed)}"')
    if typed.isspace():
        message = f"U+{ord(typed):04X} is no blank in JSON"
        return _problem("json-syntax", message, mark, "delete it, or write an ordinary blank there")
    return _problem("json-syntax", f"{typed} where {wanted} belongs", mark, f"write {wanted} before it")


def _short(word: str) -> str:
    return visible(word if len(word) <= 40 else f"{word[:39]}…")
