"""Faults of shape as Problems: the sentence, the place to point at, what to write instead.

A row of the table for each keyword of JSON Schema that our schemas use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clusterdef.formats import MEANING
from clusterdef.problem import Problem, did_you_mean, listing
from clusterdef.schema import Fault, Path_, faults
from clusterdef.source import Document

NOUN = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map of keys and values",
    "null": "nothing",
}
"""JSON type -> the word for a person."""


def shape_problems(document: Document, schema: Mapping[str, Any]) -> list[Problem]:
    """What in a document does not fit its schema. Numbers where text is wanted become the text as it was typed."""
    return shape(document, schema)[0]


def shape(document: Document, schema: Mapping[str, Any]) -> tuple[list[Problem], list[Path_]]:
    """The problems as `shape_problems` has them, and the paths of values that cannot be used.

    A key that nobody knows does not make the map it stands in useless.
    """
    found = faults(schema, document.data)
    if _take_as_typed(document, found):
        found = faults(schema, document.data)
    return [problem for fault in found for problem in problems_of(document, fault)], [
        path for fault in found for path in _useless(fault)
    ]


def _useless(fault: Fault) -> Iterator[Path_]:
    if fault.keyword == "propertyNames":
        yield from ((*fault.path, name) for name in fault.value)
    elif fault.keyword != "additionalProperties":
        yield fault.path


def _take_as_typed(document: Document, found: list[Fault]) -> bool:
    """`release: 9.10` is "9.10": where a string is allowed and no number is, the scalar is its own text."""
    taken = False
    for fault in found:
        if fault.keyword != "type" or not wants_text(fault) or not fault.path:
            continue
        container = document.data
        for step in fault.path[:-1]:
            container = container[step]
        container[fault.path[-1]] = document.text_in(container, fault.path[-1])
        taken = True
    return taken


def wants_text(fault: Fault) -> bool:
    """True when a number or a truth value stands where the schema knows only text (or a list, or a map)."""
    types = _types(fault.schema)
    return isinstance(fault.value, bool | int | float) and "string" in types


def problems_of(document: Document, fault: Fault, root: Path_ = ()) -> Iterator[Problem]:
    """The Problems that one fault makes; `root` is where the checked value stands in the document."""
    yield from COMPLAINTS.get(fault.keyword, _other)(document, fault, (*root, *fault.path))


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    types = schema.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _dotted(path: Path_) -> str:
    return ".".join(str(step) for step in path)


def _name(path: Path_) -> str:
    """How to call the value at `path`: its key, or the list's key for an item."""
    return next((str(step) for step in reversed(path) if isinstance(step, str)), "the file")


def expected(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """What a schema wants, in a line: its description, else its format or type, and an example."""
    meaning, example = MEANING.get(schema.get("format", ""), ("", ""))
    types = " or ".join(NOUN[name] for name in _types(schema))
    said = schema.get("description") or meaning or types
    examples = [_shown(value) for value in schema.get("examples", [example] if example else [])]
    tail = f"; for example {' or '.join(examples)}" if examples else ""
    return (f"expected {said}{tail}",) if said else ()


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return str(value)


def quoted(value: object) -> str:
    """A user's value in a sentence, shortened where it is long."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = "".join(char if char.isprintable() else "�" for char in text)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"


def _what(value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, f"{quoted(value)}"),
        (dict, "a map"),
        (list, "a list"),
        (str, f"the text {quoted(value)}"),
        (int, f"the number {value}"),
        (float, f"the number {value}"),
    )
    return next((word for kind, word in kinds if isinstance(value, kind)), "nothing")


def _problem(
    document: Document,
    path: Path_,
    code: str,
    message: str,
    label: str = "",
    advice: tuple[str, ...] = (),
    at_key: bool = False,
) -> Problem:
    mark = document.key_mark(*path) if at_key else document.mark(*path)
    return Problem(code, message, mark, label, advice=advice, path=_dotted(path))


def _type(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    wanted = " or ".join(NOUN[name] for name in _types(fault.schema))
    message = f"{_name(path)} must be {wanted}, not {_what(fault.value)}"
    yield _problem(document, path, "wrong-type", message, _spelling(fault), expected(fault.schema))


def _spelling(fault: Fault) -> str:
    """`yes`, `on`, `True`: truth values as other YAML readers have them."""
    word = str(fault.value).lower()
    if "boolean" in _types(fault.schema) and word in ("yes", "on", "true", "no", "off", "false"):
        return f"write {'true' if word in ('yes', 'on', 'true') else 'false'}"
    return ""


def _enum(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    allowed = [str(value) for value in fault.schema["enum"]]
    message = f"{_name(path)} cannot be {quoted(fault.value)}"
    advice = (f"one of: {', '.join(allowed)}",)
    yield _problem(document, path, "not-a-choice", message, did_you_mean(str(fault.value), allowed), advice)


def _const(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    message = f"{_name(path)} must be {fault.schema['const']}, not {quoted(fault.value)}"
    yield _problem(document, path, "not-a-choice", message, advice=expected(fault.schema))


def _text(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    message = f"{_name(path)} cannot be {quoted(fault.value)}"
    yield _problem(document, path, "wrong-text", message, advice=expected(fault.schema))


def _unknown_key(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    known = list(fault.schema.get("properties", ()))
    for key in fault.value:
        if key not in known:
            label = did_you_mean(key, known)
            advice = (f"known here: {listing(known, 40)}",) if known else ()
            yield _problem(
                document, (*path, key), "unknown-key", f"unknown key {quoted(key)}", label, advice, at_key=True
            )


def _required(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    for key in fault.schema["required"]:
        if key not in fault.value:
            advice = expected(fault.schema.get("properties", {}).get(key, {}))
            whose = f"{_name(path)} has no {key}" if path else f"{key} is missing"
            yield _problem(document, path, "missing-key", whose, advice=advice, at_key=True)


def _names(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    for name in fault.value:
        message = f"{quoted(name)} cannot be a name here"
        yield _problem(document, (*path, name), "wrong-name", message, advice=expected(fault.schema), at_key=True)


def _bound(words: str) -> Callable[[Document, Fault, Path_], Iterator[Problem]]:
    def complain(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
        limit = fault.schema[fault.keyword]
        message = f"{_name(path)} {words.format(limit)}"
        yield _problem(document, path, "out-of-bounds", message, advice=expected(fault.schema))

    return complain


def _one_of(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    """Our schemas use `oneOf` only for keys of which exactly one may stand."""
    choices = [" + ".join(choice["required"]) for choice in fault.schema["oneOf"]]
    given = sum(all(key in fault.value for key in choice["required"]) for choice in fault.schema["oneOf"])
    wanted = f"only one of {' and '.join(choices)}" if given else f"one of {' or '.join(choices)}"
    message = f"{_name(path)} needs {wanted}"
    yield _problem(document, path, "one-of", message, at_key=True)


def _never(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    yield _problem(document, path, "unknown-key", f"nothing can stand under {_name(path)} here", at_key=True)


def _other(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    message = f"{_name(path)}: {quoted(fault.value)} does not fit ({fault.keyword})"
    yield _problem(document, path, "wrong-value", message, advice=expected(fault.schema))


COMPLAINTS: Mapping[str, Callable[[Document, Fault, Path_], Iterator[Problem]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "pattern": _text,
    "format": _text,
    "not": _text,
    "additionalProperties": _unknown_key,
    "required": _required,
    "propertyNames": _names,
    "minimum": _bound("must be {} or more"),
    "maximum": _bound("must be {} or less"),
    "minLength": _bound("must have {} characters or more"),
    "maxLength": _bound("must have {} characters or fewer"),
    "minItems": _bound("must have {} items or more"),
    "maxItems": _bound("must have {} items or fewer"),
    "minProperties": _bound("must have {} entries or more"),
    "uniqueItems": _bound("has the same item twice"),
    "oneOf": _one_of,
    "false schema": _never,
}
"""Keyword -> who words it."""
