"""Entries of a directory in LDIF (RFC 2849), and the names of entries (RFC 4514)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any

from clusterdef.languages.language import CannotSay, alphabet

LDIF = "ldif"

LONGEST_NAME = 200
"""Bytes of one part of a name; slapd's database has a key of 511 for it, written twice."""

_SAFE = re.compile(r"(?![ :<])[\x20-\x7e]*(?<! )").fullmatch
"""What stands behind a colon as it is: RFC 2849's SAFE-STRING, without control characters and a space at its end."""
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]*").fullmatch
"""The name of an attribute."""
_SPECIAL = re.compile(r'["+,;<>\\=]')
_EDGE = re.compile(r"^[ #]| $")
_UNSEEN = re.compile("[\x00-\x1f\x7f]")

ldif_word = alphabet("ldif", "A-Za-z0-9._/@+=-", "letters, digits and . _ / @ + = -")

_plain_value = alphabet("ldif", "A-Za-z0-9._ -", "letters, digits, spaces and . _ -")


def ldif_attribute(pair: Any) -> str:
    """A line of an entry from its attribute and value; in base64 where the value could be read as anything else."""
    name, value = pair
    return f"{_type(name)}:{_behind_colon(str(value))}"


def ldif_entry(name: Any) -> str:
    """The first line of an entry: `dn:` and its name, of (attribute, value) pairs, the innermost first."""
    return f"dn:{_behind_colon(','.join(f'{_type(kind)}={_rdn(value)}' for kind, value in _pairs(name)))}"


def ldif_name(name: Any) -> str:
    """The name of an entry inside other text, such as a rule of access: only where nothing in it needs protection."""
    return ",".join(f"{_type(kind)}={_plain(value)}" for kind, value in _pairs(name))


def _pairs(name: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    pairs = list(name)
    if not pairs:
        raise CannotSay("", LDIF, "a name has one part at least")
    return pairs


def _type(name: str) -> str:
    if not _TYPE(name):
        raise CannotSay(name, LDIF, "it is not the name of an attribute")
    return name


def _behind_colon(value: str) -> str:
    """The value with the sign in front of it; a line break inside would begin another attribute."""
    content = _encoded(value)
    return f" {value}" if _SAFE(value) else f": {base64.b64encode(content).decode('ascii')}"


def _encoded(value: str) -> bytes:
    if not value:
        raise CannotSay(value, LDIF, "an attribute has no empty value")
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise CannotSay(value, LDIF, "it is not whole text") from error


def _rdn(value: str) -> str:
    """A value in the name of an entry (RFC 4514, 2.4)."""
    _encoded(value)
    escaped = _EDGE.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\g<0>", value))
    said = _UNSEEN.sub(lambda found: f"\\{ord(found[0]):02x}", escaped)
    if len(said.encode()) > LONGEST_NAME:
        raise CannotSay(value, LDIF, f"in the name of an entry it has at most {LONGEST_NAME} bytes")
    return said


def _plain(value: str) -> str:
    if value != value.strip():
        raise CannotSay(value, LDIF, "it has a space at its end")
    return _plain_value(value)
