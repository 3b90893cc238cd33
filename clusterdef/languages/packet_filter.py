"""Rules of nftables: words and sets of them, and the three places that take text."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from clusterdef.languages.language import CannotSay, alphabet, one_line

NAME = "an nft file"
LONGEST_COMMENT = 128
LONGEST_PREFIX = 126
"""In bytes, NF_LOG_PREFIXLEN without its end and without what older kernels put behind it."""

nft_word = alphabet(NAME, "A-Za-z0-9._:/-", "letters, digits and . _ : / -")


def nft_any_of(values: Any) -> str:
    """One of several words; a single one stands alone, and so does the address that is all of its network."""
    return _any_of([nft_word(_short(value)) for value in values], values)


def nft_devices(values: Any) -> str:
    """One of several network devices by name; a `*` at the end would be a pattern."""
    return _any_of([_device(str(value)) for value in values], values)


def _short(value: Any) -> str:
    alone = isinstance(value, IPv4Network | IPv6Network) and value.prefixlen == value.max_prefixlen
    return str(value.network_address) if alone else str(value)


def _any_of(words: list[str], values: Any) -> str:
    if not words:
        raise CannotSay(values, NAME, "a set of nothing matches nothing")
    return words[0] if len(words) == 1 else f"{{ {', '.join(words)} }}"


def _device(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,15}", value):
        raise CannotSay(value, NAME, "a device has 1 to 15 letters, digits and . _ @ -")
    return f'"{value}"'


def nft_text(value: Any) -> str:
    """What a rule is for; its reader knows no escapes and has room for 128 bytes."""
    return _quoted(str(value), LONGEST_COMMENT)


def nft_prefix(value: Any) -> str:
    """What stands before a packet in the log; `$` would be a variable there."""
    text = str(value)
    if "$" in text:
        raise CannotSay(value, NAME, "it has a dollar sign, which would begin a variable")
    return _quoted(text, LONGEST_PREFIX)


def _quoted(text: str, longest: int) -> str:
    if '"' in one_line(text, NAME):
        raise CannotSay(text, NAME, "it has a double quote, and there is no way to write one")
    if len(text.encode()) > longest:
        raise CannotSay(text, NAME, f"it is longer than {longest} bytes")
    return f'"{text}"'
