"""YAML for people to read: blocks, plain words where no reader takes them for anything else, scripts as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clusterdef.languages.language import ADDRESSES, CannotSay, Safe

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@%+=-]*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?")
_WORDS = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"))
"""What some reader, of YAML 1.1 or 1.2, takes for something other than text."""

_LINES = re.compile(r"[!-~](?:[ -~\t]*\n)*[ -~\t]*[!-~]\n").fullmatch
"""Text that may stand as it is, line by line: it begins with a character that is seen and has one end of line last."""

LONGEST_KEY = 1000
"""Characters of a key; readers take no more than 1024 on one line."""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def yaml_text(value: str) -> str:
    """`value` as one scalar on one line of ASCII; raises CannotSay for what readers written in C would cut short."""
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return '"' + "".join([_ESCAPES.get(char) or _character(char, value) for char in value]) + '"'


def _character(char: str, value: str) -> str:
    code = ord(char)
    if code == 0 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
        raise CannotSay(value, "yaml", f"its readers have no U+{code:04X}")
    if 0x20 <= code < 0x7F:
        return char
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def yaml_scalar(value: Any) -> str:
    """A number, true, false, null, an address or text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if isinstance(value, Safe):
        raise CannotSay(value, "yaml", "what is already written has no place inside a value")
    if isinstance(value, (str, *ADDRESSES)):
        return yaml_text(str(value))
    raise CannotSay(value, "yaml", f"{type(value).__name__} is not data")


def yaml_block(indent: int) -> Callable[[Any], str]:
    """Says mappings and lists as blocks, every line behind so many spaces; text of several lines stands as it is."""

    def block(value: Any) -> str:
        return "\n".join([f"{' ' * indent}{line}" if line else "" for line in _lines(value)])

    return block


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _entry(f"{_key(key)}:", item)
    elif isinstance(value, list | tuple) and value:
        for item in value:
            yield from _item(item)
    else:
        yield _empty(value)


def _key(key: Any) -> str:
    """A key on one line; longer ones would need YAML's `?`, which people do not read (YAML 1.2.2, 7.4.2)."""
    text = yaml_scalar(key)
    if len(text) > LONGEST_KEY:
        raise CannotSay(key, "yaml", f"a key has at most {LONGEST_KEY} characters")
    return text


def _entry(head: str, value: Any) -> Iterator[str]:
    """A key with its value: behind it, or below it."""
    if isinstance(value, Mapping | list | tuple) and value:
        yield head
        yield from (f"  {line}" if line else "" for line in _lines(value))
    elif isinstance(value, str) and _stands(value):
        yield f"{head} |"
        yield from (f"  {line}" if line else "" for line in value.split("\n")[:-1])
    else:
        yield f"{head} {_empty(value)}"


def _item(value: Any) -> Iterator[str]:
    """One of a list; what is deeper begins behind the same dash."""
    if isinstance(value, Mapping | list | tuple) and value:
        first, *rest = _lines(value)
        yield f"- {first}"
        yield from (f"  {line}" if line else "" for line in rest)
    else:
        yield from _entry("-", value)


def _stands(value: str) -> bool:
    return not isinstance(value, Safe) and value.count("\n") > 1 and _LINES(value) is not None


def _empty(value: Any) -> str:
    if isinstance(value, Mapping) and not value:
        return "{}"
    if isinstance(value, list | tuple) and not value:
        return "[]"
    return yaml_scalar(value)
