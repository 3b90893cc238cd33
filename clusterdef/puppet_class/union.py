"""Several JSON Schemas as one that lets through what each of them does; a Puppet Variant needs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

Schema = dict[str, Any]
WORDS = {
    "string": ("format", "pattern", "minLength", "maxLength"),
    "integer": ("minimum", "maximum"),
    "number": ("minimum", "maximum"),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": ("properties", "required", "additionalProperties", "propertyNames", "minProperties", "maxProperties"),
}
"""Type -> the keywords that speak of it alone. `enum` speaks of all types."""
LEAST = ("minimum", "minLength", "minItems", "minProperties")
GREATEST = ("maximum", "maxLength", "maxItems", "maxProperties")


def types(schema: Schema) -> tuple[str, ...]:
    """The types a schema names; none when it lets anything through."""
    found = schema.get("type", ())
    return (found,) if isinstance(found, str) else tuple(found)


def of(schemas: Sequence[Schema]) -> Schema:
    """One schema for all; empty where one of them is."""
    if not schemas or not all(schemas):
        return {}
    some = [schema for schema in schemas if types(schema) != ("null",)]
    if some and len(some) < len(schemas):
        return _or_nothing(of(some))
    names = list(dict.fromkeys(name for schema in schemas for name in types(schema)))
    if "number" in names and "integer" in names:
        names.remove("integer")
    if names == ["string"] and all("enum" in schema for schema in schemas):
        return {"type": "string", "enum": list(dict.fromkeys(word for schema in schemas for word in schema["enum"]))}
    merged: Schema = {"type": names[0] if len(names) == 1 else names}
    for name in names:
        merged |= _common(name, [only(schema, name) for schema in schemas if _speaks(schema, name)])
    return merged


def _or_nothing(schema: Schema) -> Schema:
    if not schema:
        return {}
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": list(dict.fromkeys((*types(schema), "null"))), **enum}


def only(schema: Schema, name: str) -> Schema:
    """What a schema says of one of its types; the words of an enumeration as a pattern, which binds strings only."""
    kept = {word: schema[word] for word in WORDS.get(name, ()) if word in schema}
    if name == "string" and "enum" in schema:
        kept["pattern"] = f"^({'|'.join(_escaped(str(word)) for word in schema['enum'] if word is not None)})$"
    return kept


def _escaped(word: str) -> str:
    return re.sub(r"([\^$\\.*+?()\[\]{}|])", r"\\\1", word)


def _speaks(schema: Schema, name: str) -> bool:
    return name in types(schema) or (name == "number" and "integer" in types(schema))


def _common(name: str, kept: Sequence[Schema]) -> Schema:
    """The limits that hold whichever of the schemas a value of this type keeps to."""
    if all(one == kept[0] for one in kept):
        return dict(kept[0])
    found: Schema = {}
    for word in WORDS.get(name, ()):
        if all(word in one for one in kept):
            found |= _both(word, [one[word] for one in kept], kept)
    return found


def _both(word: str, values: list[Any], kept: Iterable[Schema]) -> Schema:
    if word in LEAST:
        return {word: min(values)}
    if word in GREATEST:
        return {word: max(values)}
    if word == "items":
        items = of(values)
        return {word: items} if items else {}
    if word == "pattern" and all(set(one) == {"pattern"} for one in kept):
        return {word: "|".join(f"(?:{value})" for value in dict.fromkeys(values))}
    if all(value == values[0] for value in values):
        return {word: values[0]}
    return {}
