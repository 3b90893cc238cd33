"""Kinds of strings that a schema may ask for by `format`, each a test that says yes or no.

Also the two conversions that go with them: sizes to bytes, MAC addresses to one spelling.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from clusterdef.service_names import SERVICE_NAMES

_SIZE = re.compile(r"([1-9][0-9]*(?:\.[0-9]+)?)([KMGT])")
_MAC = re.compile(
    r"[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\1[0-9a-fA-F]{2}){4}(?:(?:\1[0-9a-fA-F]{2}){2}|(?:\1[0-9a-fA-F]{2}){14})?"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_PATH = re.compile(r"/[A-Za-z0-9._/+:@-]*")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/%+,=?&$-]*)?")
_SECRET = re.compile(r"[a-z][a-z0-9._-]{0,126}")
_CLASS = re.compile(r"[a-z][a-z0-9_]*(?:::[a-z][a-z0-9_]*)*")
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def size_in_bytes(text: str) -> int:
    """`60G` -> 64424509440. Powers of 1024; ValueError when it is no size."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise ValueError(f"not a size: {text}")
    return int(float(found[1]) * _UNITS[found[2]])


def as_size(number: int) -> str:
    """The shortest size that is exactly `number` bytes, or one with a decimal: 64424509440 -> `60G`."""
    for unit in ("T", "G", "M", "K"):
        if number >= _UNITS[unit]:
            exact = number / _UNITS[unit]
            return f"{exact:.0f}{unit}" if exact == int(exact) else f"{exact:.1f}{unit}"
    return f"{number}"


def plain_mac(text: str) -> str:
    """One spelling of a MAC address: lower case, colons."""
    return text.lower().replace("-", ":")


def _address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return "/" in text


def _host(text: str) -> bool:
    return _address(text) or (len(text) <= 253 and bool(_HOST.fullmatch(text)) and not _all_numeric(text))


def _all_numeric(text: str) -> bool:
    """`10.0.0.256` is a mistyped address, not a name (RFC 3696, section 2: a top-level label is not all digits)."""
    return text.rsplit(".", 1)[-1].isdigit()


def _port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def _ports(text: str) -> bool:
    first, _, last = text.partition("-")
    if not _port(first):
        return text in SERVICE_NAMES
    return text == first or (_port(last) and int(first) <= int(last))


@lru_cache(maxsize=1024)
def _size(text: str) -> bool:
    """Asked for each disk of each node, of which very many are equal."""
    return bool(_SIZE.fullmatch(text))


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "address": _address,
    "network": _network,
    "host": _host,
    "mac": lambda text: bool(_MAC.fullmatch(text)),
    "size": _size,
    "path": lambda text: bool(_PATH.fullmatch(text)) and ".." not in text.split("/"),
    "url": lambda text: bool(_URL.fullmatch(text)),
    "secret": lambda text: bool(_SECRET.fullmatch(text)),
    "user": lambda text: bool(_USER.fullmatch(text)),
    "domain": lambda text: len(text) <= 230 and bool(_HOST.fullmatch(text)),
    "port": _port,
    "ports": _ports,
    "class": lambda text: bool(_CLASS.fullmatch(text)),
}
"""Format name -> does this string have it?"""

MEANING: Mapping[str, tuple[str, str]] = {
    "address": ("an IPv4 or IPv6 address", "10.10.0.5"),
    "network": ("a network: an address with its prefix length and no host bits", "10.10.0.0/16"),
    "host": ("a host name or an address", "ntp.example.edu"),
    "mac": ("a MAC address: six pairs of hexadecimal digits", "52:54:00:12:34:56"),
    "size": ("a size: a number and K, M, G or T", "60G"),
    "path": ("an absolute path", "/scratch"),
    "url": ("a URL", "https://mirror.example.org/el9/"),
    "secret": ("the name of a secret, never the secret itself", "service.password"),
    "user": ("a user name", "condor"),
    "domain": ("a DNS domain", "physics.example.edu"),
    "port": ("a port number", "3128"),
    "ports": ("a port, a range of them (the smaller one first), or the name of a service", "ssh"),
    "class": ("a Puppet class, or with its first word alone all of them that begin with it", "motd"),
}
"""Format name -> what it is in words, and an example."""
