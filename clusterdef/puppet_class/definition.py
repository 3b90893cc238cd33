"""From Puppet code to a module definition: what the class tells, in our words, and what a person still has to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clusterdef.problem import Problem, Severity, listing
from clusterdef.puppet_class import union
from clusterdef.puppet_class.code import Code
from clusterdef.puppet_class.header import Given, Parameter
from clusterdef.puppet_class.shape import Shapes
from clusterdef.schema import faults, flat

Json = Any
NAME = re.compile(r"[a-z][a-z0-9_]*")
FORGE = re.compile(r"[a-z0-9]+[-/][a-z0-9_]+")
VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
RELEASE = re.compile(r"[0-9]+(\.[0-9]+)?")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
LONGEST = 400
"""Characters of a description that are taken over."""

SECRET = re.compile(r"(^|_)(password|passwd|passphrase|secret|token|(private|secret)_key)$")
FAMILIES: Mapping[str, str] = {
    "AlmaLinux": "el",
    "CentOS": "el",
    "OracleLinux": "el",
    "RedHat": "el",
    "Rocky": "el",
    "Scientific": "el",
    "Debian": "debian",
    "Ubuntu": "ubuntu",
}
"""Names of operating systems in metadata.json -> our families."""


@dataclass(frozen=True, slots=True)
class Made:
    """The definition, ready to be written; notes say where it is not quite what the class takes.

    `unsaid` are the parameters whose description somebody must write.
    """

    data: Mapping[str, Json]
    notes: tuple[Problem, ...]
    unsaid: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    code: Code
    shapes: Shapes
    parameters: dict[str, Json] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    untyped: list[str] = field(default_factory=list)


def made(code: Code) -> Made:
    """The definition of a module that declares the class."""
    draft = _Draft(code, Shapes(code.aliases))
    for parameter in code.signature.parameters:
        _add(draft, parameter)
    data: dict[str, Json] = {
        "description": _summary(code) or f"to be written: what {code.signature.name} does",
        "classes": [code.signature.name],
        **_source(code.metadata),
        **_os(code.metadata),
        "parameters": draft.parameters,
    }
    notes = [*_untyped(draft), *draft.notes]
    return Made(data, tuple(notes), tuple(draft.unsaid))


def _untyped(draft: _Draft) -> Iterator[Problem]:
    if draft.untyped:
        message = f"the class gives no type to {listing(draft.untyped, 12)}: taken as text"
        advice = ("write the type that each of them has into the definition",)
        yield Problem("puppet-untyped", message, draft.code.signature.mark, advice=advice, severity=Severity.NOTE)


def _add(draft: _Draft, parameter: Parameter) -> None:
    key = parameter.name.strip("_").lower()
    renamed = key != parameter.name
    if not NAME.fullmatch(key) or (renamed and not NAME.fullmatch(parameter.name)) or key in draft.parameters:
        needed = "" if parameter.given else ", and the class needs it"
        draft.notes.append(
            _note(parameter, f"${parameter.name} cannot be named in a module definition{needed}: left out")
        )
        return
    schema = _schema(draft, parameter)
    said = _line(draft.code.signature.comments.parameters.get(parameter.name, ""))
    if not said:
        draft.unsaid.append(key)
    schema |= _default(draft, parameter, schema)
    schema["description"] = said or f"to be written: what {key} does"
    draft.parameters[key] = schema


def _schema(draft: _Draft, parameter: Parameter) -> dict[str, Json]:
    """The parameter's shape in the words that a module definition knows."""
    draft.shapes.notes.clear()
    guess = _guessed(parameter.given)
    found, lost = narrowed(draft.shapes.of(parameter.type) if parameter.type else guess, guess)
    words = [*dict.fromkeys(draft.shapes.notes)]
    if lost and parameter.type:
        words.append(f"{parameter.type} takes more than can be said here: {lost} is what is left")
    elif lost:
        draft.untyped.append(f"${parameter.name}")
    draft.notes += [_note(parameter, f"${parameter.name}: {word}") for word in words]
    if found.get("type") == "string" and "format" not in found and SECRET.search(parameter.name):
        draft.notes.append(_suspect(parameter))
    return found


def narrowed(shape: dict[str, Json], usual: dict[str, Json]) -> tuple[dict[str, Json], str]:
    """The nearest schema with a type that a parameter may have; then, if it lets less through, that type in words.

    Where one of several types must go, the `usual` one stays: that of the default.
    """
    parts = flat("module")["properties"]["parameters"]["additionalProperties"]["properties"]
    names = tuple(name for name in union.types(shape) if name != "null")
    if not names:
        return {"type": "string"}, "string" if not shape else ""
    allowed = [union.types({"type": choice}) for choice in parts["type"]["enum"]]
    fitting = [choice for choice in allowed if set(choice) <= set(names)]
    wanted = (*union.types(usual), names[0])
    chosen = max(fitting, key=lambda choice: (wanted[0] in choice, len(choice), names[0] in choice))
    if None in shape.get("enum", ()):
        shape = {**shape, "enum": [word for word in shape["enum"] if word is not None]}
    lost = set(chosen) != set(names)
    words = [word for name in chosen for word in union.WORDS.get(name, ())]
    kept = {word: value for word, value in shape.items() if word in (*words, "enum") and word in parts}
    if lost and "enum" in kept:
        kept = {**kept, **union.only(shape, "string")}
        del kept["enum"]
    return {"type": chosen[0] if len(chosen) == 1 else list(chosen), **kept}, " or ".join(chosen) if lost else ""


def _guessed(given: Given | None) -> dict[str, Json]:
    """A shape for a parameter without a type, from its default."""
    value = given.value if given and given.is_literal else None
    kinds = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"), (dict, "object"))
    kind = next((name for type_, name in kinds if isinstance(value, type_)), "")
    return {"type": kind} if kind else {}


def _default(draft: _Draft, parameter: Parameter, schema: Mapping[str, Json]) -> dict[str, Json]:
    """Its default where that is a plain value; `optional` where the class knows one that only Puppet can tell."""
    given = parameter.given
    if given is None:
        own = f"{draft.code.signature.name}::{parameter.name}" in draft.code.data
        return {"optional": True} if own else {}
    if not given.is_literal or given.value is None:
        return {"optional": True}
    if schema.get("format") == "secret":
        draft.notes.append(_note(parameter, f"${parameter.name} is a secret: its default is not taken over"))
        return {"optional": True}
    value = _escaped(given.value)
    if faults(schema, value):
        draft.notes.append(_note(parameter, f"${parameter.name}: the class's default {given.text} cannot be said here"))
        return {"optional": True}
    return {"default": value}


def _escaped(value: Json) -> Json:
    """Text as our references leave it alone: `${` would be one, `$${` is the plain text."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return {key: _escaped(item) for key, item in value.items()} if isinstance(value, dict) else value


def _line(text: str) -> str:
    """The first paragraph on one line, cut behind a sentence where it is long, without its full stop."""
    line = CONTROL.sub(" ", text.split("\n")[0]).strip()
    if len(line) > LONGEST:
        cut = line.rfind(". ", 0, LONGEST)
        line = line[:cut] if cut > 0 else line[:LONGEST].rsplit(" ", 1)[0] + " …"
    return line.removesuffix(".")


def _summary(code: Code) -> str:
    """What it is for: the whole module's own words for its main class, else the class's."""
    said = code.signature.comments
    whole = "" if "::" in code.signature.name else str(code.metadata.get("summary", ""))
    return next((line for line in map(_line, (whole, said.summary, said.opening)) if line), "")


def _source(metadata: Mapping[str, Json]) -> dict[str, Json]:
    name, version = str(metadata.get("name", "")).lower(), str(metadata.get("version", ""))
    if FORGE.fullmatch(name) and VERSION.fullmatch(version):
        return {"source": {"forge": name, "version": version}}
    return {}


def _os(metadata: Mapping[str, Json]) -> dict[str, Json]:
    """Families that metadata.json names with their releases; a family without releases says nothing about them."""
    found: dict[str, set[str]] = {}
    for family, release in _supported(metadata):
        found.setdefault(family, set()).add(release)
    ordered = {family: sorted(found[family], key=_ordinal) for family in sorted(found)}
    return {"os": ordered} if ordered else {}


def _supported(metadata: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    systems = metadata.get("operatingsystem_support")
    for system in systems if isinstance(systems, list) else ():
        family = FAMILIES.get(str(system.get("operatingsystem"))) if isinstance(system, dict) else None
        releases = system.get("operatingsystemrelease") if family else None
        for release in releases if isinstance(releases, list) else ():
            if family and isinstance(release, str) and RELEASE.fullmatch(release):
                yield family, release


def _ordinal(release: str) -> tuple[int, ...]:
    return tuple(int(part) for part in release.split("."))


def _note(parameter: Parameter, message: str) -> Problem:
    return Problem("puppet-nearest", message, parameter.mark, severity=Severity.NOTE)


def _suspect(parameter: Parameter) -> Problem:
    note = _note(parameter, f"${parameter.name} looks like a secret")
    return replace(note, advice=('if it is one, give it "format": "secret" and take its default out',))
