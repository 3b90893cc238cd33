"""Texts that only secrets have, so that one written in the clear is noticed and never shown again."""

from __future__ import annotations

import re
from typing import Any

_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|^\$(1|2[aby]|5|6|y)\$"  # crypt(5)
    r"|^\{(SSHA|CRYPT|MD5|SHA)\}"  # RFC 2307, userPassword
    r"|://[^/@\s]*:[^/@\s]*@"  # RFC 3986, 3.2.1: a password in a URL
    r"|^pass(word|wd|phrase)?=[^%$]",  # mount.cifs(8) and the like: an option
    re.IGNORECASE,
)

_HINTS = (
    *("PRIVATE KEY", "{SSHA}", "{CRYPT}", "{MD5}", "{SHA}"),
    *("$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$"),
    *("pass=", "password=", "passwd=", "passphrase="),
)


def may_hold_secret(text: str) -> bool:
    """False when nothing in a whole file looks like a secret: one quick look instead of one at each value."""
    return any(hint in text for hint in _HINTS)


def looks_secret(value: Any) -> bool:
    """True when a text, or one inside a list or a map, is a private key, a password hash or a URL with a password."""
    if isinstance(value, str):
        return _SECRET.search(value) is not None
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(looks_secret(item) for item in inner)
