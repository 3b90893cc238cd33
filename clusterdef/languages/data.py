"""Languages that say every value, not only text: JSON, the JSON that YAML readers take, and the Puppet language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from clusterdef.languages.language import ADDRESSES, CannotSay


def as_json(value: Any) -> str:
    """`value` as one line of pure ASCII JSON, keys in their order; raises CannotSay for what JSON has no form for."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_json_address)
    except (TypeError, ValueError) as error:
        raise CannotSay(value, "json", str(error)) from error


def _json_address(value: Any) -> Any:
    if isinstance(value, ADDRESSES):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not data")


_ODD_FOR_YAML = re.compile(r"\\u(?:00[01][0-9a-f]|007f|d[89a-f][0-9a-f]{2})").search


def as_enc(value: Any) -> str:
    """`value` as JSON that every YAML reader takes as well: libyaml refuses surrogate pairs, SnakeYAML U+007F."""
    text = as_json(value).replace("\x7f", "\\u007f")
    # A backslash that is itself escaped may stand before the letter u; look again without those.
    if _ODD_FOR_YAML(text) and _ODD_FOR_YAML(text.replace("\\\\", "")):
        raise CannotSay(value, "enc", "YAML readers differ on control characters and characters beyond U+FFFF")
    return text


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
    text = str(value)
    if not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        raise CannotSay(value, "a manifest", "it is not a number that can be written down")
    return text


_PUPPET_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]").search


@lru_cache(maxsize=1 << 14)
def _puppet_string(value: str) -> str:
    if _PUPPET_ODD(value):
        raise CannotSay(value, "a manifest", "it holds control characters")
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
