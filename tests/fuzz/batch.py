"""One piece of the work: a trial of the ground with a text at every place, or some broken files. The number of the
piece and the seed decide everything.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from random import Random

from tests.bounded import bounded
from tests.fuzz.broken import broken, complaints
from tests.fuzz.invented import invented
from tests.fuzz.smaller import smallest
from tests.hostile.ground import Place, places
from tests.hostile.trial import tried

FILES = 12
"""Broken files of one piece."""
EVERY = 8
"""Of so many pieces one is about broken files."""
PATIENCE = 120
"""Seconds after which a piece is given up; it takes one or two."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a piece: cases, how many of them were refused, and failures, each told in whole."""

    number: int
    cases: int
    refused: int
    failures: tuple[str, ...]


def cases_of(number: int) -> int:
    """How many cases a piece has."""
    return FILES if number % EVERY == 0 else len(places())


def done(seed: int, number: int) -> Result:
    """Do a piece. Whatever is raised is a failure."""
    random = Random(f"{seed}/{number}")
    with bounded(PATIENCE):
        return _files(number, random) if number % EVERY == 0 else _texts(number, random)


def _texts(number: int, random: Random) -> Result:
    values = {place: invented(place, random) for place in places()}
    try:
        outcome = tried(values)
    except Exception:
        return Result(number, len(values), 0, (_told(values, traceback.format_exc()),))
    failures = (_told(values, what) for _, what in outcome.wrong[:1])
    return Result(number, len(values), len(outcome.refused), tuple(failures))


def _told(values: dict[Place, str], what: str) -> str:
    """The failure with the smallest site that shows it."""
    return f"{what}\n{smallest(values)}"


def _files(number: int, random: Random) -> Result:
    failures = []
    for _ in range(FILES):
        name, content = broken(random)
        try:
            wrong = list(complaints(name, content))
        except Exception:
            wrong = [traceback.format_exc()]
        failures += [f"{name} of tests/hostile/ground as\n{content!r}\n{what}" for what in wrong[:1]]
    return Result(number, FILES, 0, tuple(failures))
