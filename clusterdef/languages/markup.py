"""XML: text, attributes and comments."""

from __future__ import annotations

import re
from typing import Any

from clusterdef.languages.language import CannotSay, one_line

_XML_ODD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search
_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def xml_text(value: str) -> str:
    """`value` as XML 1.0 writes it, in an element or an attribute; raises CannotSay for what XML has no form for."""
    found = _XML_ODD(value)
    if found:
        raise CannotSay(value, "xml", f"XML has no form for U+{ord(found[0]):04X}")
    return value.translate(_XML)


def xml_comment(value: Any) -> str:
    """Text inside `<!-- -->`."""
    text = one_line(str(value), "xml")
    if "--" in text or text.endswith("-") or _XML_ODD(text):
        raise CannotSay(value, "xml", "a comment cannot hold two hyphens")
    return text
