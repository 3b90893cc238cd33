"""Pages made from the published schemas: every key with its type, its default, what it means, and examples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clusterdef.schema import published
from docs.makers.markdown import heading, page, sentence, table, value
from docs.makers.types import COMPOUND, words

Json = Any

FILES = {
    "site": "The guide to this file, with more examples, is [site.yaml](../site-yaml.md).",
    "role": "How to write one is told in [for experts](../for-experts.md).",
    "module": "How to write one is told in [for experts](../for-experts.md).",
    "generator": "How to write one is told in [for experts](../for-experts.md).",
    "layout": "The layouts that are shipped are [listed here](layouts.md).",
}
"""The files that people write, and a word on where to read on."""


@dataclass(frozen=True, slots=True)
class Section:
    """A map that somebody writes: where it stands in the file (in several places, perhaps), and its schema."""

    path: str
    schema: Mapping[str, Json]
    elsewhere: tuple[str, ...] = ()


def pages() -> dict[str, str]:
    """The page of each file, and the page of settings that several of them share."""
    found = {f"{name}.md": _file_page(name, more) for name, more in FILES.items()}
    return found | {"settings.md": _settings_page()}


def _file_page(name: str, more: str) -> str:
    schema = resolved(published(name), name)
    sections = _once(_sections(Section("", schema)))
    return page(
        schema["title"],
        f"schemas/{name}.schema.json",
        schema["description"],
        more,
        *(_section(section) for section in sections),
    )


def _settings_page() -> str:
    schema = resolved(published("common")["$defs"]["settings"], "common")
    sections = _once(_sections(Section("", schema)))
    return page(
        "Settings of a machine",
        "schemas/common.schema.json",
        schema["description"],
        "These keys may stand in a role's `role.json`, and in site.yaml under `roles:`, `groups:`, a node, and an"
        " exception of a node set. Which word wins is told in [layers](../site-yaml.md#layers-who-wins).",
        *(_section(section) for section in sections),
    )


def resolved(schema: Mapping[str, Json], home: str) -> dict[str, Json]:
    """A schema with every reference put in place; what was a shared word keeps its name, as `named`."""
    if "$ref" in schema:
        file, _, pointer = schema["$ref"].partition("#/$defs/")
        where = file.removesuffix(".schema.json") or home
        found = resolved(published(where)["$defs"][pointer], where)
        if where == "common" and pointer not in COMPOUND:
            found["named"] = pointer
        return {**found, **resolved({key: part for key, part in schema.items() if key != "$ref"}, home)}
    found = dict(schema)
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(key), dict):
            found[key] = resolved(schema[key], home)
    if "properties" in schema:
        found["properties"] = {key: resolved(part, home) for key, part in schema["properties"].items()}
    return found


def _sections(section: Section) -> Iterator[Section]:
    """A map and every map inside it, in the order of the schema."""
    yield section
    for key, part in section.schema.get("properties", {}).items():
        yield from _inner(f"{section.path}.{key}".lstrip("."), part)


def _once(sections: Iterable[Section]) -> list[Section]:
    """The sections, those that say the same put together where the first of them stands."""
    found: dict[str, Section] = {}
    for section in sections:
        said = json.dumps([section.schema.get(key) for key in SAID])
        first = found.setdefault(said, section)
        if first is not section:
            found[said] = replace(first, elsewhere=(*first.elsewhere, section.path))
    return list(found.values())


SAID = ("properties", "required", "oneOf", "allOf")
"""What of a schema a section tells."""


def _inner(path: str, schema: Mapping[str, Json]) -> Iterator[Section]:
    if schema.get("properties"):
        yield from _sections(Section(path, schema))
    for key, tail in (("additionalProperties", ".NAME"), ("items", "[]")):
        if isinstance(schema.get(key), dict):
            yield from _inner(f"{path}{tail}", schema[key])


def _section(section: Section) -> str:
    rows = [_row(section, key, part) for key, part in section.schema.get("properties", {}).items()]
    parts = [table(("key", "type", "default", "meaning"), rows), _shared(section), _exactly_one(section)]
    if section.path:
        title = heading(2, ", ".join(f"`{path}`" for path in (section.path, *section.elsewhere)))
        parts = [title, sentence(section.schema.get("description", "")), *parts]
    else:
        parts = [heading(2, "Keys"), *parts]
    return "\n\n".join(part for part in parts if part)


def _row(section: Section, key: str, schema: Mapping[str, Json]) -> tuple[str, str, str, str]:
    required = "**required**" if key in section.schema.get("required", ()) else ""
    default = value(schema["default"]) if "default" in schema else required
    return f"`{key}`", words(schema), default, _meaning(schema)


def _meaning(schema: Mapping[str, Json]) -> str:
    said: str = schema.get("description", "")
    examples = () if "named" in schema else schema.get("examples", ())
    return f"{said}; for example {', '.join(value(one) for one in examples)}" if examples else said


def _shared(section: Section) -> str:
    """A word on the settings that a map takes besides its own keys."""
    refers = any("#/$defs/settings" in part.get("$ref", "") for part in section.schema.get("allOf", ()))
    return "It also takes every key of the [settings of a machine](settings.md)." if refers else ""


def _exactly_one(section: Section) -> str:
    choices = [" and ".join(f"`{key}`" for key in choice["required"]) for choice in section.schema.get("oneOf", ())]
    return f"It needs exactly one of {' or '.join(choices)}." if choices else ""
