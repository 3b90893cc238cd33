"""Catalog: which roles, modules, services, layouts and generators there are, on which shelf, in which file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clusterdef.catalog import Catalog, Definition
from clusterdef.verbs.explain import written


@dataclass(frozen=True, slots=True)
class Item:
    """One thing there is."""

    kind: str
    name: str
    shelf: str
    file: str
    description: str
    over: str = ""


def items(catalog: Catalog) -> Iterator[Item]:
    """All definitions, kind by kind, by name."""
    for definition in sorted(catalog.every(), key=lambda one: (KINDS.index(one.kind), one.name)):
        over = definition.over.shelf if definition.over else ""
        yield Item(
            definition.kind,
            definition.name,
            definition.shelf,
            definition.document.file,
            definition.data["description"],
            over,
        )


KINDS = ("role", "module", "layout", "generator")


def services(catalog: Catalog) -> Iterator[tuple[str, list[str], list[str], str]]:
    """Every service: its name, the modules that provide it, those that require it, and what it is."""
    names = {
        name
        for module in catalog.modules.values()
        for key in ("provides", "requires")
        for name in module.data.get(key, {})
    }
    for name in sorted(names):
        offers = [module for module, one in sorted(catalog.modules.items()) if name in one.data.get("provides", {})]
        wants = [module for module, one in sorted(catalog.modules.items()) if name in one.data.get("requires", {})]
        said = (catalog.modules[module].data["provides"][name].get("description", "") for module in offers)
        yield name, offers, wants, next((text for text in said if text), "")


def details(definition: Definition) -> Iterator[str]:
    """One definition in lines to read: what it brings, needs, offers; a module's parameters."""
    data = definition.data
    yield f"{definition.kind} {definition.name}  ({definition.shelf}, {definition.document.file})"
    yield data["description"]
    for key in ("include", "modules", "classes", "health", "conflicts"):
        if data.get(key):
            yield f"  {key}: {', '.join(_named(item) for item in data[key])}"
    for key in ("provides", "requires"):
        if data.get(key):
            yield f"  {key}: {', '.join(f'{name}{_terms(terms)}' for name, terms in data[key].items())}"
    for port in data.get("ports", ()):
        numbers = ", ".join(f"{protocol} {written(port[protocol])}" for protocol in ("tcp", "udp") if protocol in port)
        yield f"  port {port['name']}: {numbers} from {port['from']}"
    yield from _parameters(definition)


def _named(item: object) -> str:
    if isinstance(item, dict):
        choices = "; ".join(f"{answer}: {', '.join(names) or 'nothing'}" for answer, names in item["from"].items())
        return f"by {item['choose']} ({choices})"
    return str(item)


def _terms(terms: dict[str, object]) -> str:
    words = [str(terms[key]) for key in ("phase", "port") if key in terms] + (
        ["optional"] if terms.get("optional") else []
    )
    return f" ({', '.join(words)})" if words else ""


def _parameters(definition: Definition) -> Iterator[str]:
    values = definition.data.get("parameters", {})
    if definition.kind == "role":
        yield from (f"  {key} = {written(value)}" for key, value in values.items())
        return
    for name, schema in values.items():
        default = (
            f" = {written(schema['default'])}"
            if "default" in schema
            else " (optional)"
            if schema.get("optional")
            else " (must be given)"
        )
        kind = schema.get("format") or written(schema["type"])
        yield f"  {definition.name}.{name}: {kind}{default}"
        yield f"      {schema['description']}"
