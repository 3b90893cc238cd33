"""By whose word a catalog failed: the place in a site, role or module that brought the class or the value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clusterdef.catalog import Definition, shown
from clusterdef.model import Module
from clusterdef.nodeset import fold
from clusterdef.ports.compiler import Compiled, Fault
from clusterdef.problem import Also, Mark, Problem
from clusterdef.puppet_code import puppet_name
from clusterdef.resolve.draft import NodeDraft
from clusterdef.site import Site

End = tuple[Mark, str]
"""One end of a fault: a place, and what was found there."""


def problems(site: Site, code: Mapping[str, Path], found: Iterable[tuple[Sequence[str], Compiled]]) -> list[Problem]:
    """A problem for each fault; one that several kinds of machines have is told once.

    `code` are the folders of the modules' code by Puppet's names for them. What was compiled comes with the names of
    all machines that it holds for.
    """
    faults: dict[Fault, list[str]] = {}
    for names, compiled in found:
        for fault in compiled.faults:
            faults.setdefault(fault, []).extend(names)
    return [_problem(Cause.of(site, code, fault, names[0]), fault, names) for fault, names in faults.items()]


@dataclass(frozen=True, slots=True)
class Cause:
    """What a fault comes from, as the first of its machines has it: modules, and a parameter where it is about one."""

    site: Site
    code: Mapping[str, Path]
    draft: NodeDraft
    fault: Fault
    modules: tuple[str, ...]
    parameter: str

    @classmethod
    def of(cls, site: Site, code: Mapping[str, Path], fault: Fault, node: str) -> Cause:
        """The cause of a fault that a node has."""
        draft = site.resolution.drafts[node]
        assert site.cluster
        every = [site.cluster.modules[name] for name in draft.profile.modules]
        named = [module.name for module in every if _has(module, fault.its_class)] if fault.its_class else []
        owners = {_owner(code, file) for file, _ in fault.places}
        spoken = [module.name for module in every if module.classes and puppet_name(module.classes) in owners]
        return cls(site, code, draft, fault, tuple(dict.fromkeys([*named, *spoken])), _parameter(every, fault))

    def definition(self, module: str) -> Definition:
        """A module's definition."""
        return self.site.inputs.catalog.modules[module]


def _has(module: Module, its_class: str) -> bool:
    """Whether a class comes with a module: it declares it, or keeps it below its own name."""
    declared = {*module.classes, *(one.target[0] for one in module.parameters if one.target)}
    return its_class in declared or its_class.partition("::")[0] == module.name


def _parameter(modules: Iterable[Module], fault: Fault) -> str:
    """`module.parameter` of the value that a fault is about, empty where it is about none of ours."""
    target = (fault.its_class, fault.parameter)
    return next((one.key for module in modules for one in module.parameters if one.target == target), "")


def _owner(code: Mapping[str, Path], file: Path) -> str:
    """The module in whose folder a file is, by Puppet's name; empty for a file of nobody."""
    return next((name for name, folder in code.items() if file.is_relative_to(folder)), "")


def _problem(cause: Cause, fault: Fault, names: Sequence[str]) -> Problem:
    ends = dict([*(_said(cause) if cause.parameter else _brought(cause)), *_code(cause)])
    message = f"{fold(names)}: {fault.message}"
    if not ends:
        return Problem("puppet-catalog", message, subject=names[0])
    (mark, label), *others = ends.items()
    also = tuple(Also(*one) for one in others)
    if cause.parameter:
        advice = ("give it a value that the class takes, or let class and module.json say the same of it",)
        return Problem("puppet-parameter", message, mark, label, also, advice)
    if fault.its_class and not fault.places:
        return Problem("puppet-class-absent", message, mark, label, also, tuple(_how_to_get(cause)))
    return Problem("puppet-catalog", message, mark, label, also)


def _said(cause: Cause) -> Iterator[End]:
    """Where the value comes from: the strongest word on it; and where the parameter is declared."""
    module, _, name = cause.parameter.partition(".")
    document = cause.definition(module).document
    for layer in reversed((*cause.draft.profile.layers, *cause.draft.own)):
        held = layer.holder(("parameters", cause.parameter))
        if held:
            yield layer.document.mark_in(*held), ""
            break
    else:
        yield document.mark("parameters", name, "default"), "this is its default"
    yield document.key_mark("parameters", name), f"module {module} declares it"


def _brought(cause: Cause) -> Iterator[End]:
    """Where a role brings the modules that it is about, and where these name their classes."""
    for module in cause.modules:
        role = cause.site.inputs.catalog.roles[cause.draft.profile.brought[module]]
        yield _entry(role, module), f"role {role.name} brings module {module}"
    if cause.fault.its_class and not cause.fault.places:
        for module in cause.modules:
            yield cause.definition(module).document.mark("classes"), f"module {module} names it"


def _entry(role: Definition, module: str) -> Mark:
    """Where a role names a module, a choice included."""
    for number, item in enumerate(role.data.get("modules", ())):
        if item == module:
            return role.document.mark("modules", number)
        for answer, names in item["from"].items() if isinstance(item, dict) else ():
            if module in names:
                return role.document.mark("modules", number, "from", answer, names.index(module))
    return role.document.mark("modules")


def _code(cause: Cause) -> Iterator[End]:
    """The lines of Puppet code that it speaks of."""
    for file, line in cause.fault.places:
        yield _line(_shown(cause, file), file, line), "Puppet code"


def _shown(cause: Cause, file: Path) -> str:
    """How a person knows a file of code: as the definition that it stands beside, or by its place in the site."""
    folder = cause.code.get(_owner(cause.code, file))
    for definition in cause.site.inputs.catalog.modules.values():
        if definition.file.parent.resolve() == folder:
            return str(_beside(cause.site, definition) / file.relative_to(folder))
    home = cause.site.folder.resolve()
    return str(file.relative_to(home)) if file.is_relative_to(home) else str(file)


def _beside(site: Site, definition: Definition) -> Path:
    """How a person knows a definition's folder."""
    return Path(shown(definition.file, definition.shelf, site.folder)).parent


def _line(name: str, file: Path, line: int) -> Mark:
    try:
        text = file.read_text("utf-8").splitlines()[line - 1]
    except (OSError, UnicodeDecodeError, IndexError):
        return Mark(name, line, 1)
    left = len(text) - len(text.lstrip())
    return Mark(name, line, left + 1, max(1, len(text.strip())), text)


def _how_to_get(cause: Cause) -> Iterator[str]:
    for module in cause.modules:
        definition = cause.definition(module)
        if "source" in definition.data:
            yield f"look what its source has:   clusterdef module lock {module}"
        else:
            folder = _beside(cause.site, definition)
            yield f"write it in {folder}/manifests/, or correct `classes` in its module.json"
            yield "or, where the server has it from elsewhere, show a copy:   clusterdef check --puppet --modules DIR"
