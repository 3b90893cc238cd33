"""Every string of a schema that is not from a closed alphabet: found by walking, so that a new one is among them.

Nothing here asserts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterdef.schema import flat
from tests.hostile.alphabet import SIGNS, signs

EACH = "*"
"""In the place of a name that is the user's own choice."""
ITEM = 0
"""In the place of an item's number: the first stands for all."""
NAME = "the name"
"""The last step of a field that is a key."""

FORMATS_OF_TEXT: frozenset[str] = frozenset()
"""Formats that let signs through; all others are closed (`clusterdef.formats`)."""

MODULES = Path(__file__).parents[2] / "puppet" / "modules"

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A place where free text may stand: in which kind of file, at which steps, with which signs."""

    kind: str
    steps: Steps
    schema: Mapping[str, Any]
    signs: frozenset[str]

    def __str__(self) -> str:
        return f"{self.kind} {'.'.join(map(str, self.steps))}"


def fields(kind: str) -> list[Field]:
    """The open strings of a kind of file: `site`, `role`, `module`, `layout` or `generator`."""
    return list(_walk(kind, flat(kind), ()))


def _walk(kind: str, schema: Mapping[str, Any], steps: Steps) -> Iterator[Field]:
    """Strings here and below; names before what they name."""
    types = schema.get("type", ("string", "array", "object") if not schema.keys() & CLOSED else ())
    types = (types,) if isinstance(types, str) else types
    if "string" in types:
        yield from _open(kind, schema, steps)
    if "array" in types and "items" in schema:
        yield from _walk(kind, schema["items"], (*steps, ITEM))
    if "object" in types:
        yield from _members(kind, schema, steps)


CLOSED = {"enum", "const"}


def _members(kind: str, schema: Mapping[str, Any], steps: Steps) -> Iterator[Field]:
    for name, part in schema.get("properties", {}).items():
        yield from _walk(kind, part, (*steps, name))
    rest = schema.get("additionalProperties", True)
    if rest is not False:
        yield from _open(kind, schema.get("propertyNames", {}), (*steps, EACH, NAME))
        yield from _walk(kind, rest if isinstance(rest, Mapping) else {}, (*steps, EACH)) if rest is not True else ()


def _open(kind: str, schema: Mapping[str, Any], steps: Steps) -> Iterator[Field]:
    """The string itself, where it may hold a sign."""
    if CLOSED & schema.keys():
        return
    if "format" in schema and "pattern" not in schema and schema["format"] not in FORMATS_OF_TEXT:
        return
    found = signs(schema["pattern"]) if "pattern" in schema else SIGNS
    if found:
        yield Field(kind, steps, schema, found)


def in_parameters(own: Mapping[str, Any]) -> list[Field]:
    """The open strings that parameters of modules may hold: of those shipped, and of `own`, a definition."""
    found = []
    for module, data in (*sorted(_shipped()), ("board", own)):
        for name, rule in data.get("parameters", {}).items():
            if not rule.get("internal"):
                found += list(_walk("site", rule, ("parameters", f"{module}.{name}")))
    return found


def _shipped() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for file in MODULES.glob("*/module.json"):
        yield file.parent.name, json.loads(file.read_text("utf-8"))
