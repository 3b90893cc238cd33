"""Languages of name and address servers: zone files, named.conf, and Kea's JSON."""

from __future__ import annotations

import re
from typing import Any

from clusterdef.languages.data import as_json
from clusterdef.languages.language import CannotSay, alphabet

named_word = alphabet("a named.conf", "A-Za-z0-9._:/-", "letters, digits and . _ : / -")
"""A bare word of named.conf, or what stands between its quotes."""


def zone_word(value: str) -> str:
    """A name or an address in a zone file; a label has at most 63 characters, a name 255 (RFC 1035, 2.3.4)."""
    text = _zone_word(value)
    labels = text.removesuffix(".").split(".")
    if ":" not in text and (len(text) > 253 or not all(0 < len(label) < 64 for label in labels)):
        raise CannotSay(value, "a zone", "a name has at most 253 characters, and 1 to 63 between its dots")
    return text


_zone_word = alphabet("a zone", "A-Za-z0-9._:-", "letters, digits and . _ : -")


def kea_text(value: Any) -> str:
    """A value as Kea reads it: JSON, but its strings are bytes, and no escapes beyond U+00FF are known to it."""
    _only_plain(value)
    return as_json(value)


def _only_plain(value: Any) -> None:
    if isinstance(value, str) and not re.fullmatch("[ -~]*", value):
        raise CannotSay(value, "a kea.conf", "its strings hold printable ASCII only")
    for inner in value if isinstance(value, list | tuple) else ():
        _only_plain(inner)


def kea_data(values: Any) -> str:
    """Values of a DHCP option as one string: commas stand between them, so none may be in one."""
    return as_json(", ".join(_option_word(str(value)) for value in values))


_option_word = alphabet("an option in kea.conf", r"A-Za-z0-9._:/@+\[\]-", "letters, digits and . _ : / @ + - [ ]")
