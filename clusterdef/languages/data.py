"""Languages that say every value, not only text: JSON, the JSON that YAML readers take, and the Puppet language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from clusterdef.languages.language import ADDRESSES, CannotSay
from clusterdef.odd_text import LONGEST_KEY


def as_json(value: Any) -> str:
    """`value` as one line of pure ASCII JSON, keys in their order; raises CannotSay for what JSON has no form for."""
    try:
        return _JSON.encode(value)
    except (TypeError, ValueError) as error:
        raise CannotSay(value, "json", str(error)) from error


def _json_address(value: Any) -> Any:
    if isinstance(value, ADDRESSES):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not data")


_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_json_address)
"""One for all: to make one takes as long as to use it."""

_ODD_FOR_YAML = re.compile(r"\\u(?:00[01][0-9a-f]|007f|d[89a-f][0-9a-f]{2})").search
_NO_DOT = re.compile(r"[0-9]e[-+]").search


def as_enc(value: Any) -> str:
    """`value` as JSON that every YAML reader takes as well, and takes for the same.

    libyaml refuses surrogate pairs, SnakeYAML U+007F, both a long key; and 1e-05 without a dot is text for them.
    """
    text = as_json(value).replace("\x7f", "\\u007f")
    # A backslash that is itself escaped may stand before the letter u; look again without those.
    if _ODD_FOR_YAML(text) and _ODD_FOR_YAML(text.replace("\\\\", "")):
        raise CannotSay(value, "enc", "YAML readers differ on control characters and characters beyond U+FFFF")
    if _long_strings(text) and _longest_key(value) > LONGEST_KEY:
        raise CannotSay(value, "enc", f"a key has more than {LONGEST_KEY} characters, which YAML readers refuse")
    return _dotted(value) if _NO_DOT(text) else text


def _long_strings(text: str) -> bool:
    """True where JSON may hold a string that is too long for a key; a quick look that tells most apart."""
    return len(text) > LONGEST_KEY and ("\\" in text or max(map(len, text.split('"'))) > LONGEST_KEY)


def _longest_key(value: Any) -> int:
    if isinstance(value, Mapping):
        return max((max(len(as_json(key)), _longest_key(item)) for key, item in value.items()), default=0)
    return max(map(_longest_key, value), default=0) if isinstance(value, list | tuple) else 0


def _dotted(value: Any) -> str:
    """The same JSON with a dot in every number that has an exponent: 1.0e-05."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{as_json(str(key))}:{_dotted(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_dotted, value))}]"
    text = as_json(value).replace("\x7f", "\\u007f")
    return re.sub(r"^(-?[0-9]+)e", r"\1.0e", text) if isinstance(value, float) else text


def as_puppet(value: Any) -> str:
    """`value` as a literal of the Puppet language; mappings and lists on one line."""
    if isinstance(value, str):
        return _puppet_string(value)
    if type(value) is int:
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_puppet, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join([f"{as_puppet(key)} => {as_puppet(item)}" for key, item in value.items()]) + "}"
    if value is None:
        return "undef"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return _puppet_number(value)
    if isinstance(value, ADDRESSES):
        return _puppet_string(str(value))
    raise CannotSay(value, "a manifest", f"{type(value).__name__} is not data")


def _puppet_number(value: float | Decimal) -> str:
    # Puppet knows 3e16 and 3e-16, and reads 3e+16 as a mistake.
    text = str(value).replace("+", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        raise CannotSay(value, "a manifest", "it is not a number that can be written down")
    return text


_PUPPET_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]").search


@lru_cache(maxsize=1 << 14)
def _puppet_string(value: str) -> str:
    if _PUPPET_ODD(value):
        raise CannotSay(value, "a manifest", "it holds control characters")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
