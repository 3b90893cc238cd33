"""Settings that name something: operating systems, layouts, groups, files; and definitions that nobody uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from clusterdef.catalog import SITE, Definition
from clusterdef.inputs import Inputs
from clusterdef.problem import Mark, Problem, Severity, did_you_mean, listing
from clusterdef.resolve.disk_checks import keep_problems, loader_problems, size_problems
from clusterdef.resolve.doubts import Doubts
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.relations import place
from clusterdef.resolve.settings import Settings
from clusterdef.source import Document


def setting_problems(
    document: Document, inputs: Inputs, drafts: Mapping[str, NodeDraft], settings: Settings, doubts: Doubts
) -> Iterator[Problem]:
    """What settings speak of that is not there, each place once."""
    seen: set[tuple[str, str, Mark]] = set()
    for draft in _one_of_each(drafts.values()):
        for problem in _of_node(document, inputs, draft, settings):
            assert problem.mark
            key = (problem.code, problem.message, problem.mark)
            if key not in seen:
                seen.add(key)
                yield problem
    yield from loader_problems(document, drafts, settings)
    yield from _group_order(document)
    yield from _unknown_roles(document, inputs)
    if not doubts:
        yield from _unused(document, inputs, drafts)


def _one_of_each(drafts: Iterable[NodeDraft]) -> Iterator[NodeDraft]:
    """Nodes that share all settings need one look."""
    yield from {id(draft.settings): draft for draft in drafts}.values()


def _of_node(document: Document, inputs: Inputs, draft: NodeDraft, settings: Settings) -> Iterator[Problem]:
    if draft.profile.device:
        return
    name = draft.settings.get("os", document.data["cluster"].get("os"))
    if isinstance(name, str) and name not in document.data.get("os", {}):
        mark = place(draft, "os") or document.mark("cluster", "os")
        yield _unknown_problem("unknown-os", "operating system", name, document.data.get("os", {}), mark)
    layout = draft.settings["disk_layout"]
    if layout not in settings.layouts and ("layout", layout) not in inputs.catalog.broken:
        mark = place(draft, "disk_layout") or document.key_mark("nodes", draft.written.key)
        yield _unknown_problem("unknown-layout", "disk layout", layout, settings.layouts, mark)
    if draft.settings["secure_boot"] and draft.settings["firmware"] != "uefi":
        mark = place(draft, "secure_boot") or document.key_mark("nodes", draft.written.key)
        yield Problem(
            "secure-boot",
            "Secure Boot needs `firmware: uefi`",
            mark,
            advice=("set firmware: uefi, or leave secure_boot out",),
        )
    yield from keep_problems(document, draft, settings)
    yield from size_problems(document, draft)


def _unknown_problem(code: str, what: str, name: str, known: Iterable[str], mark: Mark) -> Problem:
    names = list(known)
    label = did_you_mean(name, names)
    section = code.removeprefix("unknown-")
    advice = () if label else (f"{what}s are {listing(names, 20)}" if names else f"write it under `{section}:`",)
    return Problem(code, f"there is no {what} '{name}'", mark, label, advice=advice)


def _group_order(document: Document) -> Iterator[Problem]:
    groups = document.data.get("groups", {})
    order = document.data.get("group_order", [])
    for number, name in enumerate(order if isinstance(order, list) else ()):
        if isinstance(name, str) and name not in groups:
            yield _unknown_problem("unknown-group", "group", name, groups, document.mark("group_order", number))


def _unknown_roles(document: Document, inputs: Inputs) -> Iterator[Problem]:
    """Words on roles that do not exist."""
    roles = inputs.catalog.roles
    for name in inputs.sound("roles"):
        if name not in roles and ("role", name) not in inputs.catalog.broken:
            yield _unknown_problem("unknown-role", "role", name, roles, document.key_mark("roles", name))


def _unused(document: Document, inputs: Inputs, drafts: Mapping[str, NodeDraft]) -> Iterator[Problem]:
    """What the site itself defines and no node has."""
    profiles = {id(draft.profile): draft.profile for draft in drafts.values()}.values()
    used: Mapping[str, frozenset[str]] = {
        "role": frozenset(name for profile in profiles for name in profile.all_roles),
        "module": frozenset(name for profile in profiles for name in profile.modules),
        "group": frozenset(name for profile in profiles for name in profile.groups),
    }
    for kind in ("role", "module"):
        for definition in inputs.catalog.of(kind).values():
            if definition.shelf == SITE and definition.name not in used[kind]:
                yield _idle(definition)
    for name in inputs.sound("groups") - used["group"]:
        message = f"no node is in group {name}"
        yield Problem(
            "unused",
            message,
            document.key_mark("groups", name),
            severity=Severity.WARNING,
            advice=("name it under `groups:` of a node, or take it out",),
        )


def _idle(definition: Definition) -> Problem:
    advice: Mapping[str, str] = {
        "role": "give it to a node, or remove its folder",
        "module": "name it in a role, or remove its folder",
    }
    mark: Callable[..., Mark] = definition.document.mark
    message = f"{definition.kind} {definition.name} is used by no node"
    return Problem("unused", message, mark(), severity=Severity.WARNING, advice=(advice[definition.kind],))
