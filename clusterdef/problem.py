"""What is wrong, as data: a Problem knows its place, its cause and its cure.

Three views of one list live here too (text for people, one line each for editors, JSON for
programs). Nothing here prints.
"""

from __future__ import annotations

import difflib
import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache


class Severity(IntEnum):
    """How bad it is. Only errors stop a generate."""

    NOTE = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        """The lower-case word a person reads."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file that somebody wrote.

    `line` and `column` count from 1; `width` is how many characters to underline on that line;
    `text` is the line itself, so a Problem can be shown after the file is closed.
    """

    file: str
    line: int
    column: int
    width: int = 1
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Also:
    """The other end of a problem: a second place, and what was found there."""

    mark: Mark
    label: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `code` is stable and has a page line in the manual; `message` is one lower-case sentence without
    a full stop; `label` stands behind the caret; `advice` says what to do, a line each; `subject`
    names the thing when there is no mark; `path` is where the value stands in the document.
    """

    code: str
    message: str
    mark: Mark | None = None
    label: str = ""
    also: tuple[Also, ...] = ()
    advice: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    subject: str = ""
    path: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, or the subject when the problem has no place in a file."""
        return str(self.mark) if self.mark else self.subject


class Refused(Exception):
    """Problems that leave nothing to go on with; the command line shows them and exits."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to `word`, or None when nothing is close. `worker7` is closest to `worker07`."""
    return _nearest(word, tuple(known))


@lru_cache(maxsize=1024)
def _nearest(word: str, words: tuple[str, ...]) -> str | None:
    """Remembered: one mistake is often made in thousands of entries, and comparing takes a while."""
    same = next((one for one in words if _unpadded(one) == _unpadded(word)), None)
    found = [same] if same else difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return found[0] if found else None


def _unpadded(word: str) -> str:
    """The word with its numbers written without leading zeros."""
    return re.sub(r"0*([0-9]+)", r"\1", word)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean NEAREST?`, or an empty string."""
    found = nearest(word, known)
    return f"did you mean {found}?" if found else ""


def listing(words: Iterable[str], limit: int = 8) -> str:
    """`a, b, c`; the tail of a long list is counted instead of shown."""
    every = list(words)
    shown = ", ".join(every[:limit])
    return f"{shown} and {len(every) - limit} more" if len(every) > limit else shown


def in_file_order(problems: Iterable[Problem], files: Sequence[str] = ()) -> list[Problem]:
    """Sorted as a reader meets them: `files` first in their order, then others by name, then placeless ones.

    A line that holds a secret in the clear is shown by none of them.
    """
    rank = {name: number for number, name in enumerate(files)}

    def key(problem: Problem) -> tuple[object, ...]:
        mark = problem.mark
        if mark is None:
            return (1, 0, "", 0, 0, problem.subject, problem.code, problem.message)
        order = rank.get(mark.file, len(rank))
        return (0, order, mark.file, mark.line, mark.column, problem.code, problem.message)

    return sorted(_without_secrets(dict.fromkeys(problems)), key=key)


SECRET = "secret-in-clear"
"""The code of problems whose line is not to be seen."""


def _without_secrets(problems: Iterable[Problem]) -> list[Problem]:
    every = list(problems)
    lines = {(one.mark.file, one.mark.line) for one in every if one.code == SECRET and one.mark}
    return [_covered(problem, lines) for problem in every] if lines else every


def _covered(problem: Problem, lines: set[tuple[str, int]]) -> Problem:
    def cover(mark: Mark) -> Mark:
        return replace(mark, text="") if (mark.file, mark.line) in lines else mark

    also = tuple(replace(other, mark=cover(other.mark)) for other in problem.also)
    return replace(problem, mark=cover(problem.mark) if problem.mark else None, also=also)


def has_errors(problems: Iterable[Problem]) -> bool:
    """True when at least one problem is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def counts(problems: Sequence[Problem]) -> str:
    """`3 errors, 1 note`, or `no problems`."""
    words = []
    for severity in sorted(Severity, reverse=True):
        number = sum(problem.severity is severity for problem in problems)
        if number:
            words.append(f"{number} {severity.word}{'s' if number > 1 else ''}")
    return ", ".join(words) or "no problems"


def as_line(problem: Problem) -> str:
    """One line an editor can jump from: `file:line:column: severity: message [code]`."""
    tail = f" ({problem.label})" if problem.label else ""
    return visible(f"{problem.place}: {problem.severity.word}: {problem.message}{tail} [{problem.code}]")


def as_json(problems: Sequence[Problem]) -> str:
    """A JSON array with one object a problem; the keys are those of Problem and Mark."""
    return json.dumps([_object(problem) for problem in problems], indent=2)


def _object(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity.word,
        "message": problem.message,
        "label": problem.label,
        "advice": list(problem.advice),
        "subject": problem.subject,
        "path": problem.path,
        "place": _place(problem.mark),
        "also": [{"place": _place(also.mark), "label": also.label} for also in problem.also],
    }


def _place(mark: Mark | None) -> dict[str, object] | None:
    if mark is None:
        return None
    return {"file": mark.file, "line": mark.line, "column": mark.column, "width": mark.width}


SHOWN = 100
"""Characters of a long source line that are shown around a caret."""


def as_text(problem: Problem) -> str:
    """The paragraph a person reads: place, message, the line with a caret, what to do."""
    head = f"{problem.place}  {problem.severity.word}  {problem.message}"
    marks = [mark for mark in (problem.mark, *(also.mark for also in problem.also)) if mark and mark.text]
    gutter = max((len(str(mark.line)) for mark in marks), default=1) + 3
    lines = [head]
    if problem.mark and problem.mark.text:
        lines += _excerpt(problem.mark, problem.label, gutter)
    elif problem.label:
        lines.append(f"{'':{gutter}}   {problem.label}")
    for also in problem.also:
        if problem.mark and also.mark.file != problem.mark.file:
            lines.append(f"{'':{gutter}} : {also.mark}")
        lines += _excerpt(also.mark, also.label, gutter)
    lines += [f"{'':{gutter}}   {line}" for advice in problem.advice for line in _folded(advice)]
    return "\n".join(visible(line.rstrip()) for line in lines)


def _folded(advice: str) -> list[str]:
    """A long line as several; one with a gap holds what is to be pasted, and stays as it is."""
    if len(advice) <= SHOWN or "   " in advice:
        return [advice]
    return textwrap.wrap(advice, SHOWN, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _excerpt(mark: Mark, label: str, gutter: int) -> list[str]:
    shown, start = _window(mark)
    width = max(1, min(mark.width, len(shown) - start)) if start < len(shown) else 1
    return [
        f"{mark.line:>{gutter}} | {shown}",
        f"{'':{gutter}} | {'':{start}}{'^' * width} {label}",
    ]


def _window(mark: Mark) -> tuple[str, int]:
    """The part of a line that fits, control characters made visible, and the caret's offset in it."""
    text, start = mark.text, mark.column - 1
    if len(text) <= SHOWN:
        return visible(text), start
    left = max(0, min(start - SHOWN // 3, len(text) - SHOWN))
    head = "…" if left else ""
    tail = "…" if left + SHOWN < len(text) else ""
    return head + visible(text[left : left + SHOWN]) + tail, start - left + len(head)


def visible(text: str) -> str:
    """The text as it can be shown: a blank for a tab, � for what a terminal would act upon or hide."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else " " if char == "\t" else "�" for char in text)
