"""Texts that nobody thought of: pieces of hostile ones put together, and characters from everywhere."""

from __future__ import annotations

from random import Random

from tests.hostile.alphabet import SIGNS
from tests.hostile.ground import Place
from tests.hostile.text import MORE, taken
from tests.outputs.hostile import HOSTILE

PIECES = (*filter(None, HOSTILE), *MORE, *sorted(SIGNS), "a", "0", "x y")
PLANES = ((0x20, 0x7E), (0x20, 0x7E), (0xA0, 0x2FF), (0x300, 0x36F), (0x590, 0x6FF), (0x2000, 0x206F), (0x3000, 0xFFFF))
BEYOND = ((0x10000, 0x1FFFF), (0x20000, 0x10FFFF))
TRIES = 6


def invented(place: Place, random: Random) -> str:
    """A text that has the right shape for the place: a new one where one is found soon, else one of the lists."""
    for _ in range(TRIES):
        text = _text(random)
        if place.takes(text):
            return text
    return random.choice(taken(place))


def _text(random: Random) -> str:
    kind = random.randrange(4)
    if kind == 0:
        return "".join(random.choices(PIECES, k=random.randint(1, 5)))[:900]
    if kind == 1:
        return "".join(random.choices(sorted(SIGNS) + list("ab01 "), k=random.randint(1, 12)))
    if kind == 2:
        return "".join(_character(random) for _ in range(random.randint(1, 20)))
    return random.choice(PIECES) * random.randint(1, 40)


def _character(random: Random) -> str:
    first, last = random.choice(PLANES + BEYOND)
    return chr(random.randint(first, last))
