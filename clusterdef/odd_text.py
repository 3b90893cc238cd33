"""Text that cannot reach who reads a value: characters on which the readers of data do not agree, names that are too
long for them, and what looks like the slot of a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SLOT = "@@cd:"
"""How the slot of a secret begins in published files; it is filled when they are handed out."""

LONGEST_KEY = 1000
"""Characters of a name in a map, as JSON has it: readers of YAML look no further than 1024 for its colon."""

ODD = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U00010000-\U0010ffff]|{re.escape(SLOT)}"
)
"""Control characters but for tabs and ends of lines, half characters, those that Unicode has not (23.7), and what JSON
writes as a surrogate pair (RFC 8259, section 7): Puppet's readers of YAML refuse each of them, or some do.
"""


@dataclass(frozen=True, slots=True)
class Odd:
    """One such piece (a character, a slot, or a whole name), and the way to the text that holds it within the value."""

    piece: str
    way: tuple[str | int, ...] = ()

    @property
    def holds(self) -> str:
        """What a message says of the value."""
        if self.piece == SLOT:
            return f"holds {SLOT}, the mark of a place for a secret"
        if len(self.piece) > 1:
            return f"holds a name of {_length(self.piece)} characters in JSON; {LONGEST_KEY} at most reach Puppet"
        return f"holds the character U+{ord(self.piece):04X}, which does not reach Puppet unharmed"

    @property
    def advice(self) -> str:
        """What to do."""
        if self.piece == SLOT:
            return "leave it out: a secret would be put there"
        if len(self.piece) > 1:
            return "shorten it; letters beyond ASCII count six times"
        return "leave it out: its data take no control characters, and none beyond U+FFFF"


def _length(key: str) -> int:
    return len(json.dumps(key))


def odd_text(value: Any) -> Odd | None:
    """The first such piece in a text, or in the texts of a list or map, names included; None where there is none."""
    return next(odd_texts(value), None)


def odd_texts(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[Odd]:
    """The first such piece of every text in a value that stands at `way`."""
    if isinstance(value, str):
        found = ODD.search(value)
        if found:
            yield Odd(found[0], way)
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from odd_texts(key, (*way, key))
            if isinstance(key, str) and _length(key) > LONGEST_KEY:
                yield Odd(key, (*way, key))
            yield from odd_texts(item, (*way, key))
