"""Languages without quotes: what can stand there is a closed alphabet, and nothing else is said."""

from __future__ import annotations

import re
from typing import Any

from clusterdef.languages.language import CannotSay, alphabet, one_line


def path_segment(value: str) -> str:
    """One name of a path: no separator, not hidden, at most 200 characters."""
    if not re.fullmatch(r"[A-Za-z0-9_+@][A-Za-z0-9._+@-]{0,199}", value):
        raise CannotSay(value, "a path", "only letters, digits and . _ + @ - can stand there, and no . or - in front")
    return value


dnsmasq_word = alphabet("a dnsmasq.conf", r"A-Za-z0-9._:/@+\[\]-", "letters, digits and . _ : / @ + - [ ]")


def commas(values: Any) -> str:
    """Words with commas between, as dnsmasq.conf has them."""
    return ",".join(dnsmasq_word(str(value)) for value in values)


def syslinux_text(value: Any) -> str:
    """Text of a menu to the end of its line; `^` would mark a key."""
    text = one_line(str(value), "syslinux")
    if "^" in text or text != text.strip() or not text.isascii():
        raise CannotSay(value, "syslinux", "a menu shows ASCII text without ^ and without spaces around it")
    return text


preseed_word = alphabet(
    "a preseed", r"A-Za-z0-9._:/@+%,=?&~\[\]{}$!-", "letters, digits and . _ : / @ + % , = ? & ~ - $ ! [ ] { }"
)


def preseed_text(value: Any) -> str:
    """The rest of a line; its reader drops spaces around it and takes a backslash at the end for a line to come."""
    text = one_line(str(value), "a preseed")
    if text != text.strip() or text.endswith("\\") or not text.isascii():
        raise CannotSay(value, "a preseed", "it takes ASCII text without spaces around it or a backslash at its end")
    return text


def preseed_comment(value: Any) -> str:
    """What stands behind a comment sign; a backslash at its end would make the next line part of it."""
    text = one_line(str(value), "a preseed")
    if text.endswith("\\"):
        raise CannotSay(value, "a preseed", "a backslash at the end of a line swallows the next one")
    return text


def known_names(values: Any) -> str:
    """The names and addresses of one machine in a known_hosts, where `*`, `?` and `!` would make patterns."""
    return ",".join(_known_name(str(value)) for value in values)


def _known_name(value: str) -> str:
    if len(value) > 255:
        raise CannotSay(value, "a known_hosts", "ssh looks for no name of more than 255 characters")
    return _known_word(value)


_known_word = alphabet("a known_hosts", "A-Za-z0-9._:-", "letters, digits and . _ : -")


def key_line(value: Any) -> str:
    """A whole line of an authorized_keys; one that begins with `#` would be a comment, and open nobody's account."""
    text = one_line(str(value), "an authorized_keys")
    if not text or text != text.strip() or text.startswith("#"):
        raise CannotSay(value, "an authorized_keys", "it is no public key")
    return text
