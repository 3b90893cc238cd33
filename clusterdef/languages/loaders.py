"""What boot loaders read: menus of GRUB and scripts of iPXE."""

from __future__ import annotations

import re
from typing import Any

from clusterdef.languages.language import CannotSay, alphabet, one_line

_GRUB_BARE = re.compile(r"[A-Za-z0-9._:/@+,=()\[\]-]+").fullmatch
_GRUB_KERNEL = re.compile(r"[!#-&(-\[\]-~]+").fullmatch
"""What may be a word of a command: ASCII that is seen, without quotes and backslashes. GRUB would write those with
backslashes of its own when it hands the words to a kernel.
"""


def grub_word(value: str) -> str:
    """A word of a command, in single quotes where it needs any."""
    if _GRUB_BARE(value):
        return value
    if not _GRUB_KERNEL(value):
        raise CannotSay(value, "a grub.cfg", "a word is ASCII without spaces, quotes and backslashes")
    return f"'{value}'"


def grub_text(value: Any) -> str:
    """What a menu shows, in single quotes; its fonts have ASCII for certain."""
    text = one_line(str(value), "a grub.cfg")
    if not text.isascii():
        raise CannotSay(value, "a grub.cfg", "a menu shows ASCII text")
    return "'" + text.replace("'", "'\\''") + "'"


_ipxe_word = alphabet(
    "an ipxe script", r"A-Za-z0-9._:/@+,=?~%;\[\]-", "letters, digits and . _ : / @ + , = ? ~ % ; - [ ]"
)


def ipxe_word(value: str) -> str:
    """A word of a command; a semicolon alone would end it."""
    if value == ";":
        raise CannotSay(value, "an ipxe script", "it means the end of a command")
    return _ipxe_word(value)


_IPXE_ODD = re.compile(r"[\t\"'\\]|\$\{").search


def ipxe_text(value: Any) -> str:
    """What a menu shows, to the end of the line: iPXE puts words together with one space between, takes quotes and
    backslashes away, and has no way to say `${`.
    """
    text = one_line(str(value), "an ipxe script")
    words = text.split(" ")
    if not text.isascii() or _IPXE_ODD(text) or {"", "||", "&&", ";"} & set(words):
        raise CannotSay(value, "an ipxe script", "a menu shows ASCII text without quotes, backslashes and ${")
    if text.startswith("-"):
        raise CannotSay(value, "an ipxe script", "it would be an option")
    return text
