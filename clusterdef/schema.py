"""Shape: which values may stand where. The published schemas, and the two engines that hold data against them.

`jsonschema` is the reference, `jsonschema-rs` the fast gate where it is installed; both give the same
faults, and `complaint.py` makes sentences of them. Defaults are not filled in here. The reference is imported when it
is used: it takes as long as everything else that a small site needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from clusterdef.formats import FORMATS

Json = Any
Path_ = tuple[str | int, ...]
Engine = Callable[[Mapping[str, Json], Json], Iterable["Fault"]]
FORM = "x-form"
"""Where `flat` keeps what kind of value is meant; a description may say what it is for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a value does not fit: where, which keyword of which schema says so, and what stands there.

    For `propertyNames`, `path` is that of the object and `value` is the name that does not fit.
    """

    path: Path_
    keyword: str
    schema: Mapping[str, Json]
    value: Json


def folder() -> Path:
    """The directory of the published schemas."""
    found = import_module("clusterdef.schemas").__file__
    assert found
    return Path(found).parent


@cache
def published(name: str) -> Mapping[str, Json]:
    """The schema file `NAME.schema.json` as it is published."""
    data: Mapping[str, Json] = json.loads((folder() / f"{name}.schema.json").read_text("utf-8"))
    return data


@cache
def flat(name: str) -> Mapping[str, Json]:
    """The schema with every reference put in place, so that a place in it is a path from its root."""
    found: Mapping[str, Json] = _flatten(published(name), name)
    return found


def _flatten(schema: Json, home: str) -> Json:
    if isinstance(schema, list):
        return [_flatten(item, home) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target, where = _target(schema["$ref"], home)
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _named(_flatten(target, where), _flatten(rest, home))
    flattened = {key: _flatten(value, home) for key, value in schema.items() if key != "$defs"}
    return _merged(flattened) if "unevaluatedProperties" in flattened else flattened


def _named(kind: dict[str, Json], own: dict[str, Json]) -> dict[str, Json]:
    """A kind of value under a name of its own, whose description it takes; that of the kind is kept as its form."""
    form = {FORM: kind["description"]} if "description" in kind else {}
    return {**kind, **form, **own}


def _target(reference: str, home: str) -> tuple[Json, str]:
    file, _, pointer = reference.partition("#")
    where = file.removesuffix(".schema.json") or home
    target: Json = published(where)
    for part in pointer.strip("/").split("/"):
        target = target[part]
    return target, where


def _merged(schema: dict[str, Json]) -> dict[str, Json]:
    """`allOf` + `unevaluatedProperties: false` as one plain object: the engines then agree on what is unknown."""
    properties: dict[str, Json] = dict(schema["properties"])
    for part in schema.pop("allOf", ()):
        properties |= {key: rule for key, rule in part["properties"].items() if key not in properties}
    schema["properties"] = properties
    schema["additionalProperties"] = schema.pop("unevaluatedProperties")
    return schema


def defaults(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The `default` of each property that has one."""
    return {key: part["default"] for key, part in schema["properties"].items() if "default" in part}


def faults(schema: Mapping[str, Json], data: Json, engine: Engine | None = None) -> list[Fault]:
    """Everything in `data` that does not fit, one fault for each place and keyword, in document order."""
    found = dict[tuple[Path_, str, str], Fault]()
    for fault in (engine or fastest())(schema, data):
        name = str(fault.value) if fault.keyword == "propertyNames" else ""
        found.setdefault((fault.path, fault.keyword, name), fault)
    broken = {fault.path for fault in found.values() if fault.keyword == "type"}
    return [fault for fault in found.values() if fault.keyword == "type" or fault.path not in broken]


@cache
def fastest() -> Engine:
    """jsonschema-rs where it can be imported, else jsonschema."""
    return engine_rs if _rs() else engine_reference


@cache
def _rs() -> ModuleType | None:
    try:
        return import_module("jsonschema_rs")
    except ImportError:
        return None


def engine_rs(schema: Mapping[str, Json], data: Json) -> Iterator[Fault]:
    """Faults as jsonschema-rs finds them; where its paths would not be exact, as the reference does."""
    errors = list(_compiled_rs(_Key(schema)).iter_errors(data))
    if any(_is_odd(error.instance_path, data) for error in errors):
        yield from engine_reference(schema, data)
        return
    for error in errors:
        yield _fault(schema, tuple(error.instance_path), tuple(error.schema_path), data)


def _is_odd(path: Iterable[str | int], data: Json) -> bool:
    """True when a path may not be the right one: those of jsonschema-rs drop a key that is empty, and take one that
    looks like a number for an index."""
    for step in path:
        if isinstance(data, dict) and ("" in data or step not in data):
            return True
        data = data[step]
    return isinstance(data, dict) and "" in data


def unread(schema: Mapping[str, Json]) -> Path_ | None:
    """Where in a schema something is that only the reference can read, such as a pattern in Python's own dialect."""
    rs = _rs()
    try:
        if rs:
            rs.Draft202012Validator(schema)
    except ValueError as error:
        return tuple(getattr(error, "instance_path", ()))
    return None


def engine_reference(schema: Mapping[str, Json], data: Json) -> Iterator[Fault]:
    """Faults as jsonschema finds them."""
    for error in _compiled_reference(_Key(schema)).iter_errors(data):
        yield _fault(schema, tuple(error.absolute_path), tuple(error.absolute_schema_path), data)


class _Key:
    """A schema as a key of a cache: the same object is the same schema."""

    __slots__ = ("schema",)

    def __init__(self, schema: Mapping[str, Json]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.schema is self.schema


@cache
def _compiled_rs(key: _Key) -> Any:
    rs = _rs()
    assert rs
    return rs.Draft202012Validator(key.schema, validate_formats=True, formats=dict(FORMATS))


@cache
def _compiled_reference(key: _Key) -> Any:
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    for name, test in FORMATS.items():
        checker.checks(name)(_on_strings(test))
    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    return validator(key.schema, format_checker=checker)


def _on_strings(test: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or test(value)


_END = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$")
"""A `$`; what is escaped or in brackets is passed over."""


def _pattern(validator: object, pattern: str, value: object, schema: object) -> Iterator[Exception]:
    """`$` means the very end, as in ECMA 262; Python's would let a final newline pass."""
    from jsonschema.exceptions import ValidationError

    if isinstance(value, str) and not re.search(
        _END.sub(lambda found: "\\Z" if found[0] == "$" else found[0], pattern), value
    ):
        yield ValidationError(f"{value!r} does not match")


def _fault(schema: Mapping[str, Json], path: Path_, where: Path_, data: Json) -> Fault:
    keywords = list(_keywords(where))
    names = next((place for place, word in keywords if word == "propertyNames"), None)
    if names is not None:
        return _name_fault(schema, path, where[: names + 1], data)
    outermost = next((place for place, word in keywords if word in ("oneOf", "not")), len(where) - 1)
    return Fault(path, str(where[outermost]), walk(schema, where[:outermost]), walk(data, path))


def _keywords(where: Path_) -> Iterator[tuple[int, str]]:
    """The keywords on a way through a schema; a property may be called like one."""
    is_name = False
    for place, step in enumerate(where):
        if not is_name and isinstance(step, str):
            yield place, step
        is_name = not is_name and step == "properties"


def _name_fault(schema: Mapping[str, Json], path: Path_, where: Path_, data: Json) -> Fault:
    """The engines do not agree on how to name the property; the first that does not fit is found again here."""
    rule = walk(schema, where)
    names = [name for name in walk(data, path) if not _fits(rule, name)]
    return Fault(path, "propertyNames", rule, tuple(names))


def _fits(rule: Mapping[str, Json], name: str) -> bool:
    allowed = rule.get("enum", (name,))
    return name in allowed and re.fullmatch(rule.get("pattern", ".*"), name) is not None


def walk(data: Json, path: Iterable[str | int]) -> Json:
    """What stands at a path."""
    for step in path:
        data = data[step]
    return data


@cache
def settings() -> Mapping[str, Json]:
    """The schema of what a role, a group and a node may all say about a machine."""
    found: Mapping[str, Json] = _flatten(published("common")["$defs"]["settings"], "common")
    return found
