"""Text that cannot reach who reads a value: characters on which the readers of data do not agree, and what looks like
the slot of a secret.
"""

from __future__ import annotations

import re
from typing import Any

SLOT = "@@cd:"
"""How the slot of a secret begins in published files; it is filled when they are handed out."""

ODD = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U00010000-\U0010ffff]|{re.escape(SLOT)}"
)
"""Control characters but for tabs and ends of lines, half characters, those that Unicode has not (23.7), and what JSON
writes as a surrogate pair (RFC 8259, section 7): Puppet's readers of YAML refuse each of them, or some do.
"""


def odd_text(value: Any) -> str:
    """The first such piece in a text, or in a list or map of texts; nothing where there is none."""
    if isinstance(value, str):
        found = ODD.search(value)
        return found[0] if found else ""
    if isinstance(value, dict):
        return odd_text([*value, *value.values()])
    return next(filter(None, map(odd_text, value)), "") if isinstance(value, list) else ""


def holds(odd: str) -> tuple[str, str]:
    """What a message says of it: that it is there, and what to do."""
    if odd == SLOT:
        return f"holds {SLOT}, the mark of a place for a secret", "leave it out: a secret would be put there"
    message = f"holds the character U+{ord(odd):04X}, which does not reach Puppet unharmed"
    return message, "leave it out: its data take no control characters, and none beyond U+FFFF"
