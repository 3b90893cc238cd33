"""What definitions name of each other: roles, modules, checks and choices that exist.

Only those of sites and packages are looked at; the shipped ones are held together by tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clusterdef.catalog import BUILT_IN, Catalog, Definition
from clusterdef.problem import Problem, did_you_mean, listing

Place = tuple[str | int, ...]


def definition_problems(catalog: Catalog) -> Iterator[Problem]:
    """Names in roles and modules that lead nowhere, used by a node or not."""
    for role in _foreign(catalog.roles):
        yield from _names(catalog, role, "include", "role")
        yield from _names(catalog, role, "modules", "module")
        yield from _checks(catalog, role)
        yield from _choices(catalog, role)
    for module in _foreign(catalog.modules):
        for number, name in enumerate(module.data.get("conflicts", ())):
            yield from _unknown(catalog, module, "module", name, ("conflicts", number))
        yield from _scripts(module)


def _foreign(definitions: Mapping[str, Definition]) -> Iterator[Definition]:
    return (definition for definition in definitions.values() if definition.shelf != BUILT_IN)


def _names(catalog: Catalog, role: Definition, key: str, kind: str) -> Iterator[Problem]:
    for number, item in enumerate(role.data.get(key, ())):
        if isinstance(item, str):
            yield from _unknown(catalog, role, kind, item, (key, number))
            continue
        for answer, names in item["from"].items():
            for place, name in enumerate(names):
                yield from _unknown(catalog, role, kind, name, (key, number, "from", answer, place))


def _unknown(catalog: Catalog, owner: Definition, kind: str, name: str, path: Place) -> Iterator[Problem]:
    known = catalog.of(kind)
    if name not in known and (kind, name) not in catalog.broken:
        code = "unknown-role" if kind == "role" else "unknown-module"
        label = did_you_mean(name, known)
        advice = f"`clusterdef catalog` lists the {kind}s there are; one of your own goes into {kind}s/{name}/"
        message = f"{owner.kind} {owner.name}: there is no {kind} '{name}'"
        yield Problem(code, message, owner.document.mark(*path), label, advice=() if label else (advice,))


def _checks(catalog: Catalog, role: Definition) -> Iterator[Problem]:
    """Health checks: `module.check`."""
    for number, text in enumerate(role.data.get("health", ())):
        module, _, check = text.partition(".")
        definition = catalog.modules.get(module)
        checks = definition.data.get("checks", {}) if definition else {}
        if check not in checks and ("module", module) not in catalog.broken:
            have = (
                f"module {module} has {listing(checks, 20) or 'no checks'}"
                if definition
                else f"there is no module {module}"
            )
            label = did_you_mean(check, checks)
            mark = role.document.mark("health", number)
            yield Problem("unknown-check", f"role {role.name}: there is no check '{text}'", mark, label, advice=(have,))


def _scripts(module: Definition) -> Iterator[Problem]:
    """Scripts of checks that are not beside the definition."""
    for name, check in module.data.get("checks", {}).items():
        if "script" in check and not (module.file.parent / check["script"]).is_file():
            message = f"module {module.name}: there is no {check['script']} beside its module.json"
            advice = ("write it there, or give the check a command with `run`",)
            yield Problem("check-script", message, module.document.mark("checks", name, "script"), advice=advice)


def _choices(catalog: Catalog, role: Definition) -> Iterator[Problem]:
    """Choices by a module's parameter: that it is declared, and may have the values that are chosen by."""
    for key in ("include", "modules"):
        for number, item in enumerate(role.data.get(key, ())):
            if isinstance(item, dict) and "." in item["choose"]:
                yield from _choice(catalog, role, item, (key, number))


def _choice(catalog: Catalog, role: Definition, item: Mapping[str, Any], path: Place) -> Iterator[Problem]:
    module, _, name = item["choose"].partition(".")
    definition = catalog.modules.get(module)
    if ("module", module) in catalog.broken:
        return
    parameters = definition.data.get("parameters", {}) if definition else {}
    if name not in parameters:
        label = did_you_mean(name, parameters)
        advice = (f"module {module} has {listing(parameters, 20)}" if definition else f"there is no module {module}",)
        message = f"unknown parameter {item['choose']}"
        yield Problem("unknown-parameter", message, role.document.mark(*path, "choose"), label, advice=advice)
        return
    allowed = parameters[name].get("enum")
    for answer in item["from"]:
        if allowed and answer not in allowed:
            label = did_you_mean(answer, allowed)
            mark = role.document.key_mark(*path, "from", answer)
            advice = (f"one of: {', '.join(allowed)}",)
            yield Problem("not-a-choice", f"{item['choose']} cannot be '{answer}'", mark, label, advice=advice)
