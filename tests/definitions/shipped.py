"""The shipped definitions as plain data, read from the checkout by the simplest means there are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from clusterdef.formats import FORMATS

ROOT = Path(__file__).parents[2]
FOLDERS = {"role": ROOT / "roles", "module": ROOT / "puppet" / "modules", "layout": ROOT / "kickstart" / "layouts"}

Json = Any


def shipped(kind: str) -> Mapping[str, Json]:
    """The definitions of a kind by name: `role`, `module` or `layout`."""
    files = sorted(FOLDERS[kind].glob(f"*/{kind}.json"))
    return {file.parent.name: json.loads(file.read_text("utf-8")) for file in files}


ROLES = shipped("role")
MODULES = shipped("module")
LAYOUTS = shipped("layout")
PARAMETERS = {
    (module, name): rule for module, data in MODULES.items() for name, rule in data.get("parameters", {}).items()
}
PROVIDED = {service for data in MODULES.values() for service in data.get("provides", {})}
EXTERNAL = {"cvmfs-stratum1"}
"""Services that only somebody outside the cluster provides; roles/README.md says so."""


@cache
def registry() -> Registry[Json]:
    """Every schema by the name it is referred to by."""
    files = sorted((ROOT / "schemas").glob("*.schema.json"))
    return Registry().with_resources(
        [(file.name, Resource.from_contents(json.loads(file.read_text("utf-8")))) for file in files]
    )


def complaints(schema: Json, data: Json) -> list[str]:
    """What does not fit, a line each, formats included."""
    checker = FormatChecker(formats=())
    for name, fits in FORMATS.items():
        checker.checks(name)(lambda value, fits=fits: not isinstance(value, str) or fits(value))
    validator = Draft202012Validator(schema, registry=registry(), format_checker=checker)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)]


def choices(role: str, key: str) -> Iterator[Json]:
    """The `choose` items below a role's `include` or `modules`."""
    return (item for item in ROLES[role].get(key, ()) if isinstance(item, dict))


def names(role: str, key: str) -> Iterator[str]:
    """Every name below a role's `include` or `modules`, whatever is chosen."""
    for item in ROLES[role].get(key, ()):
        if isinstance(item, str):
            yield item
        else:
            yield from (name for names in item["from"].values() for name in names)


def reach(role: str) -> set[str]:
    """A role and every role it may include."""
    found = {role}
    for name in names(role, "include"):
        found |= reach(name)
    return found


def modules_of(role: str) -> set[str]:
    """Every module a role may bring, those of `everywhere` roles too."""
    always = {name for name, data in ROLES.items() if data.get("everywhere")}
    roles = reach(role) | (set() if ROLES[role].get("device") else always)
    return {module for name in roles for module in names(name, "modules")}
