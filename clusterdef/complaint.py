"""Faults of shape as Problems: the sentence, the place to point at, what to write instead.

A row of the table for each keyword of JSON Schema that our schemas use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from clusterdef.clear import looks_secret, may_hold_secret
from clusterdef.formats import MEANING
from clusterdef.problem import Mark, Problem, did_you_mean, listing
from clusterdef.schema import FORM, Fault, Path_, faults
from clusterdef.source import Document
from clusterdef.spelling import mended

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
    found = [left for fault in faults(schema, document.data) for left in _taken_as_typed(document, fault)]
    return [problem for fault in found for problem in problems_of(document, fault)], [
        path for fault in found for path in _useless(fault)
    ]


def _useless(fault: Fault) -> Iterator[Path_]:
    if fault.keyword == "propertyNames":
        yield from ((*fault.path, name) for name in fault.value)
    elif fault.keyword != "additionalProperties":
        yield fault.path


def _taken_as_typed(document: Document, fault: Fault) -> list[Fault]:
    """`release: 9.10` is "9.10": where a string is allowed and no number is, the scalar is its own text. What is then
    still wrong with it, or the fault as it was."""
    if fault.keyword != "type" or not wants_text(fault) or not fault.path:
        return [fault]
    container = document.data
    for step in fault.path[:-1]:
        container = container[step]
    text = container[fault.path[-1]] = document.text_in(container, fault.path[-1])
    return [replace(left, path=(*fault.path, *left.path)) for left in faults(fault.schema, text)]


def wants_text(fault: Fault) -> bool:
    """True when a number or a truth value stands where the schema knows only text (or a list, or a map)."""
    types = _types(fault.schema)
    return isinstance(fault.value, bool | int | float) and "string" in types


def problems_of(document: Document, fault: Fault, root: Path_ = ()) -> Iterator[Problem]:
    """The Problems that one fault makes; `root` is where the checked value stands in the document."""
    path = (*root, *fault.path)
    if isinstance(fault.value, str) and looks_secret(fault.value):
        yield in_clear(document.mark(*path), _name(path))
    else:
        yield from COMPLAINTS.get(fault.keyword, _other)(document, fault, path)


def _types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    types = schema.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _dotted(path: Path_) -> str:
    return ".".join(str(step) for step in path)


def _name(path: Path_) -> str:
    """How to call the value at `path`: its key, or the list's key for an item."""
    return next((step or "''" for step in reversed(path) if isinstance(step, str)), "the file")


def expected(schema: Mapping[str, Any], name: str = "") -> tuple[str, ...]:
    """What a schema wants, a line each: the form of the value with an example, and what the value is for."""
    meaning, example = MEANING.get(schema.get("format", ""), ("", ""))
    form, about = schema.get(FORM, meaning), schema.get("description", "")
    if not form and not about:
        form = " or ".join(NOUN[one] for one in _types(schema))
    tail = _examples(schema, example)
    lines = [f"expected {form}{tail}"] if form else []
    if about and about != form:
        lines.append((f"{name}: " if name else "it is ") + about + ("" if form else tail))
    return tuple(lines)


def _examples(schema: Mapping[str, Any], usual: str) -> str:
    every = schema.get("examples") or ([schema["example"]] if "example" in schema else [usual] if usual else [])
    return f"; for example {' or '.join(_shown(value) for value in every)}" if every else ""


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
    name = _name(path)
    message = f"{name} must be {wanted}, not {_what(fault.value)}"
    yield _problem(
        document,
        path,
        "wrong-type",
        message,
        _written(fault, document.file.endswith(".json")),
        expected(fault.schema, name),
    )


def must_be(fault: Fault) -> str:
    """`, and must be a whole number`; nothing when the type is right."""
    if fault.keyword != "type":
        return ""
    return f", and must be {' or '.join(NOUN[name] for name in _types(fault.schema))}"


def _written(fault: Fault, json: bool) -> str:
    """How the same value is written in the type that is wanted, where that is plain to see."""
    types, value = _types(fault.schema), fault.value
    word = str(value).lower()
    required = fault.schema.get("required", ())
    if "boolean" in types and word in TRUTH:
        return f"write {TRUTH[word]}"
    if isinstance(value, str) and {"integer", "number"} & set(types) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return _number(value)
    if isinstance(value, str | int | float) and types == ("array",):
        return f'write ["{value}"]' if json and isinstance(value, str) else f"write [{value}]"
    if isinstance(value, str) and types == ("object",) and len(required) == 1:
        return f"write {{{required[0]}: {value}}}"
    return "write NAME: VALUE for each, no list" if isinstance(value, list) and types == ("object",) else ""


def _number(text: str) -> str:
    """How the digits of a text are written as a number; a number with more than 18 of them is none that is meant."""
    plain = re.sub("^0+(?=[0-9])", "", text)
    if plain != text:
        return f"write {plain}: a number does not begin with 0"
    return f"write {text}, without quotes" if len(text) < LONG else ""


LONG = 19
"""Digits with which a number is taken for text."""

TRUTH = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
"""Truth values as other YAML readers have them -> as they are written here."""


def _enum(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    allowed = [value for value in fault.schema["enum"] if isinstance(value, str)]
    name = _name(path)
    label = did_you_mean(str(fault.value), allowed)
    about = fault.schema.get("description", "")
    told = all(f"`{word}`" in about for word in allowed)
    advice = (*(() if told else (f"one of: {', '.join(allowed)}",)), *((f"{name}: {about}",) if about else ()))
    yield _problem(document, path, "not-a-choice", f"{name} cannot be {quoted(fault.value)}", label, advice)


def _const(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    name = _name(path)
    message = f"{name} must be {fault.schema['const']}, not {quoted(fault.value)}"
    yield _problem(document, path, "not-a-choice", message, advice=expected(fault.schema, name))


def _text(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    name = _name(path)
    if fault.schema.get("format") == "secret":
        message = f"{name} wants the name of a secret, which has a dot in it"
        yield hidden(document.mark(*path), message, fault.schema.get("default", "NAME"))
        return
    message = f"{name} cannot be {quoted(fault.value)}"
    label = _better(fault.value, fault.schema, isinstance(path[-1], int))
    yield _problem(document, path, "wrong-text", message, label, expected(fault.schema, name))


def _better(text: str, schema: Mapping[str, Any], item: bool = False) -> str:
    """How to write it instead, where that can be told; several items of a list are often written as one."""
    words = text.split()
    if item and len(words) > 1 and not any(faults(schema, word) for word in words):
        return f"write {', '.join(words)}"
    better = mended(text, lambda other: not faults(schema, other))
    return f"write {better}" if better else ""


def in_clear(mark: Mark, name: str) -> Problem:
    """A value that looks like a secret, wherever it stands."""
    return hidden(mark, f"{name} holds a private key, a password or its hash")


def clear_problems(document: Document) -> Iterator[Problem]:
    """Every value in a definition that looks like a secret."""
    yield from _clear(document, (), document.data)


def free_text_in_clear(document: Document, told: Collection[Problem]) -> Iterator[Problem]:
    """Texts of a site's file that look like a secret: options of mounts, descriptions. Parameters are looked at with
    their modules, and what has a closed alphabet is `told` with its shape."""
    if may_hold_secret(document.text) and isinstance(document.data, dict):
        rest = {key: value for key, value in document.data.items() if key != "parameters"}
        places = {problem.place for problem in told}
        yield from (one for one in _clear(document, (), rest, ("parameters",)) if one.place not in places)


def _clear(document: Document, path: Path_, value: Any, but: Collection[str] = ()) -> Iterator[Problem]:
    if isinstance(value, str) and looks_secret(value):
        yield in_clear(document.mark(*path), _name(path))
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        if step not in but:
            yield from _clear(document, (*path, step), item, but)


def hidden(mark: Mark, message: str, name: str = "NAME") -> Problem:
    """A secret that stands in the clear: told without the line that holds it. `name` is what to keep it by."""
    advice = (
        f"take it out of the file, and keep it with:   clusterdef secret set {name}",
        "if it was committed, it is no secret any more: make a new one",
    )
    return Problem("secret-in-clear", message, Mark(mark.file, mark.line, mark.column), advice=advice)


def _unknown_key(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    known = list(fault.schema.get("properties", ()))
    for key in fault.value:
        if key not in known:
            label = did_you_mean(key, known)
            advice = (f"known here: {listing(known, 40)}",) if known and not label else ()
            message = f"unknown key {quoted(key)}"
            yield _problem(document, (*path, key), "unknown-key", message, label, advice, at_key=True)


def _required(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    """All that is missing in one place is one problem."""
    properties = fault.schema.get("properties", {})
    missing = [key for key in fault.schema["required"] if key not in fault.value]
    advice = tuple(line for key in missing for line in _purpose(key, properties.get(key, {})))
    message = f"{_name(path)} has no {' and no '.join(missing)}"
    yield _problem(document, path, "missing-key", message, advice=advice, at_key=True)


def _purpose(key: str, schema: Mapping[str, Any]) -> tuple[str, ...]:
    """What a key is for, and an example, in a line."""
    meaning, example = MEANING.get(schema.get("format", ""), ("", ""))
    about = schema.get("description") or meaning
    return (f"{key}: {about}{_examples(schema, example)}",) if about else ()


def _names(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    for name in fault.value:
        message = f"{quoted(name)} cannot be a name here"
        label = _better(name, fault.schema)
        advice = expected({FORM: _any_of(fault.schema), **fault.schema, "description": ""})
        yield _problem(document, (*path, name), "wrong-name", message, label, advice, at_key=True)


def _any_of(rule: Mapping[str, Any]) -> str:
    """What a rule for names says it wants; where it only lists them, the list."""
    return str(rule.get("description") or f"one of {', '.join(rule.get('enum', ('another name',)))}")


def _bound(words: str) -> Callable[[Document, Fault, Path_], Iterator[Problem]]:
    def complain(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
        limit, name = fault.schema[fault.keyword], _name(path)
        said = words.format(limit) if limit != 1 or fault.keyword == "minimum" else "must not be empty"
        yield _problem(document, path, "out-of-bounds", f"{name} {said}", advice=expected(fault.schema, name))

    return complain


def _twice(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    place = next(place for place, item in enumerate(fault.value) if item in fault.value[:place])
    message = f"{_name(path)} has {quoted(fault.value[place])} twice"
    yield _problem(document, (*path, place), "out-of-bounds", message, advice=("take one of them out",))


def _one_of(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    """Our schemas use `oneOf` only for keys of which exactly one may stand."""
    choices = [choice["required"] for choice in fault.schema["oneOf"]]
    given = sum(all(key in fault.value for key in keys) for keys in choices)
    words = [" + ".join(keys) for keys in choices]
    wanted = f"cannot have both {' and '.join(words)}" if given else f"needs {' or '.join(words)}"
    properties = fault.schema["properties"]
    advice = tuple(line for keys in choices for key in keys for line in _purpose(key, properties[key]))
    yield _problem(document, path, "one-of", f"{_name(path)} {wanted}", advice=advice, at_key=True)


def _never(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    yield _problem(document, path, "unknown-key", f"nothing can stand under {_name(path)} here", at_key=True)


def _other(document: Document, fault: Fault, path: Path_) -> Iterator[Problem]:
    message = f"{_name(path)}: {quoted(fault.value)} does not fit ({fault.keyword})"
    yield _problem(document, path, "wrong-value", message, advice=expected(fault.schema, _name(path)))


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
    "uniqueItems": _twice,
    "oneOf": _one_of,
    "false schema": _never,
}
"""Keyword -> who words it."""
