"""What somebody probably meant: a text that does not fit, changed as little as makes it fit.

What fits is asked, not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt])(?:i?b)?", re.IGNORECASE)


def mended(text: str, fits: Callable[[str], bool]) -> str | None:
    """The first way of writing `text` that fits; None when none does."""
    return next((other for other in _others(text.strip()) if other != text and fits(other)), None)


def _others(text: str) -> Iterator[str]:
    """Ways of writing the same, the likeliest first."""
    small = text.lower()
    yield from (text, small, small.rstrip("."), small.replace("..", "-"))
    yield from (small.replace("_", "-"), small.replace("-", "."), small.replace("-", "_"))
    yield from _size(text)
    yield from _network(text)
    yield from _address(text)
    yield from _mac(small)
    if re.match("[A-Za-z0-9._]", text):
        yield "/" + text
    if not re.fullmatch(r"[0-9./]+", text):
        yield small.split(".")[0]


def _size(text: str) -> Iterator[str]:
    """`64 GB`."""
    found = _SIZE.fullmatch(text)
    if found:
        yield f"{found[1]}{found[2].upper()}"


def _network(text: str) -> Iterator[str]:
    """`10.10.0.1/16`: an address with the length of its network, as machines have it, is not the network."""
    if "/" in text:
        try:
            yield str(ip_network(text, strict=False))
        except ValueError:
            return


def _address(text: str) -> Iterator[str]:
    """`10.10.1.1/16`: an address as machines have it, with the length of its network. Of an address nothing less is
    meant than all of it."""
    address = text.partition("/")[0]
    if "/" in text:
        try:
            yield str(ip_address(address))
        except ValueError:
            return


def _mac(text: str) -> Iterator[str]:
    """`0200.5e02.0001`, `02005e020001`."""
    digits = re.sub(r"[.:\- ]", "", text)
    if re.fullmatch(r"[0-9a-f]{12}", digits):
        yield ":".join(digits[place : place + 2] for place in range(0, 12, 2))
