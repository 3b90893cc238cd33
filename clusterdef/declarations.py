"""What a module declares of its parameters, held against itself: sound schemas, fitting defaults, ports that exist.

Whether what it names elsewhere exists is another question; see `resolve/definitions.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from clusterdef.complaint import NOUN, expected, must_be, quoted
from clusterdef.odd_text import odd_texts
from clusterdef.problem import Problem, did_you_mean, listing
from clusterdef.schema import Path_, faults, unread, walk
from clusterdef.source import Document

OURS = ("class", "default", "description", "example", "internal", "merge", "name", "optional", "secret")
"""Keys of a declaration that are no JSON Schema."""
PARAMETER = "parameter:"


def declaration_problems(document: Document) -> list[Problem]:
    """What is wrong with the parameters and ports of a module whose shape is right."""
    parameters: Mapping[str, Any] = document.data.get("parameters", {})
    found = [problem for name, schema in parameters.items() for problem in _of_parameter(document, name, schema)]
    return [*found, *_ports(document, parameters)]


def _of_parameter(document: Document, name: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    unsound = list(_unsound(document, ("parameters", name), name, schema))
    yield from unsound
    if not unsound:
        for key in ("default", "example"):
            yield from _misfit(document, name, key, schema)
        for odd in odd_texts(schema.get("default")):
            mark = document.mark("parameters", name, "default", *odd.way)
            yield Problem("odd-character", f"parameter {name}: its default {odd.holds}", mark, advice=(odd.advice,))


def _unsound(document: Document, path: Path_, name: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    plain = {key: value for key, value in schema.items() if key not in OURS}
    places = [tuple(error.absolute_path) for error in _meta().iter_errors(plain)]
    foreign = None if places else unread(plain)
    for where in places if foreign is None else [foreign]:
        key = next((str(step) for step in reversed(where) if isinstance(step, str)), name)
        value = walk(plain, where)
        what = f"parameter {name}: {key} cannot be {quoted(value)} in a JSON Schema"
        yield Problem("wrong-schema", what, document.mark(*path, *where), advice=(_why(key, value),))


@cache
def _meta() -> Any:
    """What a JSON Schema itself must be; read when a site brings modules of its own."""
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(Draft202012Validator.META_SCHEMA, format_checker=FormatChecker(("regex",)))


def _why(key: str, value: Any) -> str:
    if key == "pattern" and isinstance(value, str):
        try:
            re.compile(value)
        except re.error as error:
            return f"it is no regular expression: {error}"
        return "other programs read regular expressions otherwise: { } [ ] that are meant need a backslash"
    if key == "type":
        return f"types are {', '.join(NOUN)}"
    return "parameters are declared as JSON Schema 2020-12"


def _misfit(document: Document, name: str, key: str, schema: Mapping[str, Any]) -> Iterator[Problem]:
    """A default with references is looked at when they are put in."""
    value = schema.get(key)
    if key not in schema or "${" in str(value) or (key == "default" and value is None):
        return
    for fault in faults(schema, value)[:1]:
        message = f"parameter {name}: its {key} {quoted(fault.value)} does not fit{must_be(fault)}"
        mark = document.mark("parameters", name, key, *fault.path)
        plain = {word: rule for word, rule in fault.schema.items() if word != "example"}
        yield Problem("wrong-default", message, mark, advice=expected(plain, name))


def _ports(document: Document, parameters: Mapping[str, Any]) -> Iterator[Problem]:
    """Ports, and who may reach them, by the name of a parameter that is not declared."""
    for path, value in _port_values(document.data):
        name = value.removeprefix(PARAMETER) if isinstance(value, str) and value.startswith(PARAMETER) else None
        if name is not None and name not in parameters:
            label = did_you_mean(name, parameters)
            advice = f"it has {listing(parameters, 20)}" if parameters else "it declares none"
            message = f"this module has no parameter {name}"
            yield Problem("unknown-parameter", message, document.mark(*path), label, advice=(advice,))


def _port_values(data: Mapping[str, Any]) -> Iterator[tuple[Path_, Any]]:
    for service, terms in data.get("provides", {}).items():
        yield ("provides", service, "port"), terms.get("port")
    for number, row in enumerate(data.get("ports", ())):
        yield from ((("ports", number, key), row.get(key)) for key in ("tcp", "udp", "from"))
