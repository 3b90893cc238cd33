"""Characters that cannot reach Puppet in a value: the readers of its data do not agree on them."""

from __future__ import annotations

import re
from typing import Any

ODD = re.compile("[\x00-\x07\x0b\x0e-\x1f\x7f\U00010000-\U0010ffff]")
"""Control characters without a short escape in JSON, and what JSON writes as a surrogate pair (RFC 8259, section 7)."""


def odd_character(value: Any) -> str:
    """The first such character in a text, or in a list or map of texts; nothing where there is none."""
    if isinstance(value, str):
        found = ODD.search(value)
        return found[0] if found else ""
    if isinstance(value, dict):
        return odd_character([*value, *value.values()])
    return next(filter(None, map(odd_character, value)), "") if isinstance(value, list) else ""
