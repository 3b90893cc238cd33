"""A JSON Schema in words: what may stand there. Where the value stands, and what it means, is the page's business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.formats import MEANING
from clusterdef.schema import published
from docs.makers.markdown import code, heading, listing, page, table, value

Json = Any

WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "null": "`null`",
}
COMPOUND = {"settings", "disk", "vm", "parameters"}
"""Shared definitions that are maps with keys of their own; they stand on the page of settings."""


def simple() -> Mapping[str, Json]:
    """The shared words with a page line of their own: names, addresses, sizes."""
    return {name: rule for name, rule in published("common")["$defs"].items() if name not in COMPOUND}


def words(schema: Mapping[str, Json], here: str = "") -> str:
    """What may stand there, in a few words; `here` is the way from the page to the folder of types.md."""
    if "named" in schema:
        return _link(schema["named"], here)
    if "enum" in schema:
        return " or ".join(value(one) for one in schema["enum"])
    if "const" in schema:
        return value(schema["const"])
    return ", or ".join(_one(kind, schema, here) for kind in _kinds(schema)) or "anything"


def _kinds(schema: Mapping[str, Json]) -> tuple[str, ...]:
    kinds = schema.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)


def _one(kind: str, schema: Mapping[str, Json], here: str) -> str:
    if kind == "array":
        return f"a list of {_several(schema.get('items', {}), here)}"
    if kind == "object":
        return _map(schema, here)
    if kind == "string" and "format" in schema:
        return _link(schema["format"], here)
    return WORDS[kind] + (_bounds(schema) if kind in ("integer", "number") else "")


def _several(schema: Mapping[str, Json], here: str) -> str:
    """The items of a list or a map, as a plural where there is one."""
    if not schema:
        return "anything"
    return "maps" if _kinds(schema) == ("object",) else words(schema, here)


def _map(schema: Mapping[str, Json], here: str) -> str:
    values = schema.get("additionalProperties")
    names = schema.get("propertyNames", {})
    by = f" by {_link(names['named'], here)}" if "named" in names else ""
    if schema.get("properties") or not isinstance(values, dict) or not values:
        return f"a map{by}"
    return f"a map{by} of {_several(values, here)}"


def _bounds(schema: Mapping[str, Json]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if most is not None:
        return f" from {least} to {most}" if least is not None else f" up to {most}"
    return f" from {least}" if least is not None else ""


def _link(name: str, here: str) -> str:
    return f"[{name}]({here}types.md#{name.lower()})"


def types_page() -> dict[str, str]:
    """The page of names, addresses, sizes and the like."""
    names = sorted({*simple(), *MEANING}, key=str.lower)
    parts = [_type(name) for name in names]
    intro = "What a name, an address or a size looks like. Other pages link here for the form of a value."
    return {"types.md": page("Types of values", "schemas/common.schema.json and clusterdef/formats.py", intro, *parts)}


def _type(name: str) -> str:
    rule = simple().get(name, {})
    meaning, example = MEANING.get(name, ("", ""))
    text = rule.get("description") or meaning
    examples = rule.get("examples") or ([example] if example else [])
    lines = [heading(2, name), f"{text[0].upper()}{text[1:]}."]
    if examples:
        lines.append(f"For example {listing(examples)}.")
    facts = [(word, code(rule[key])) for key, word in (("pattern", "matches"), ("maxLength", "at most")) if key in rule]
    return "\n\n".join([*lines, table(("rule", "value"), facts)]).rstrip()
