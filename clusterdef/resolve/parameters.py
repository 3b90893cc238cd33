"""Parameters: each module's declarations, the layers' values over them, references put in, types checked.

What nodes have in common is worked out once: static values for a profile, references for nodes of a
profile that are on the same networks, and only what speaks of the node itself for each node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clusterdef.catalog import Catalog, Definition
from clusterdef.complaint import expected, hidden, must_be, problems_of, quoted, wants_text
from clusterdef.formats import MEANING
from clusterdef.odd_text import Odd, odd_text, odd_texts
from clusterdef.problem import SECRET, Also, Mark, Problem, did_you_mean, listing
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.layers import Layer
from clusterdef.resolve.profiles import Profile
from clusterdef.resolve.references import Absent, Dangling, References, mentioned, mentions, of_node
from clusterdef.schema import Fault, faults
from clusterdef.source import Document

SECRET_NAME = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")
"""Names of secrets have a dot, as `module.parameter` has: most passwords have none, and are noticed when written."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter as its module declares it."""

    key: str
    schema: Mapping[str, Any]
    definition: Definition

    @property
    def secret(self) -> bool:
        """Its value is the name of a secret."""
        return self.schema.get("format") == "secret"

    @property
    def per_node(self) -> bool:
        """It is a secret of which each node has its own."""
        return bool(self.schema.get("secret", {}).get("per") == "node")

    @property
    def required(self) -> bool:
        """It must have a value."""
        return not self.schema.get("optional", False)


@dataclass(frozen=True, slots=True)
class Said:
    """A value as it was written, and the layer that says it (None for the module's default)."""

    value: Any
    layer: Layer | None


@dataclass(slots=True)
class Ground:
    """What holds for all nodes of a profile.

    `shared` and `personal` are values with references; `chained` says from which parameters one is made, itself
    included, where it is made from others.
    """

    declared: Mapping[str, Declared]
    said: dict[str, Said] = field(default_factory=dict)
    static: dict[str, Any] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    chained: dict[str, set[str]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    secrets: tuple[Declared, ...] = ()


class Settler:
    """Works out the parameters of one site's nodes; `problems` grows as it goes, each told once."""

    def __init__(self, document: Document, catalog: Catalog, references: References) -> None:
        self.document = document
        self.catalog = catalog
        self.references = references
        references.parameter = self._referred
        self.problems: list[Problem] = []
        self.made_up: list[Problem] = []
        """Values that definitions make from the site and that do not fit: told when nothing else is wrong with it."""
        self.missing: dict[tuple[str, str], list[str]] = {}
        self._grounds: dict[int, Ground] = {}
        self._laid: dict[tuple[tuple[str, ...], tuple[int, ...]], Ground] = {}
        self._common: dict[tuple[int, tuple[str, ...], str, str], dict[str, Any]] = {}
        self._conformed: dict[tuple[int, str], Any] = {}
        self._declared: dict[str, Mapping[str, Declared]] = {}
        self._fine: set[tuple[str, type, Any]] = set()
        self._entries: dict[str, str] = {}
        self._own_words: set[str] = set()
        self._told: set[tuple[str, ...]] = set()
        self._open: list[str] = []

    def declared(self, module: str) -> Mapping[str, Declared]:
        """A module's parameters by `module.parameter`."""
        if module not in self._declared:
            definition = self.catalog.modules[module]
            parameters = definition.data.get("parameters", {})
            self._declared[module] = {
                f"{module}.{name}": Declared(f"{module}.{name}", schema, definition)
                for name, schema in parameters.items()
            }
        return self._declared[module]

    def ground(self, profile: Profile) -> Ground:
        """What holds for all nodes of a profile."""
        ground = self._grounds.get(id(profile))
        if ground is None:
            # Groups that say nothing of parameters, such as racks, make many profiles on one ground.
            said = tuple(id(layer.settings) for layer in profile.layers if "parameters" in layer.settings)
            if (profile.modules, said) not in self._laid:
                self._laid[profile.modules, said] = self._lay(profile)
            ground = self._grounds[id(profile)] = self._laid[profile.modules, said]
        return ground

    def _lay(self, profile: Profile) -> Ground:
        ground = Ground({key: one for module in profile.modules for key, one in self.declared(module).items()})
        for key, one in sorted(ground.declared.items()):
            if "default" in one.schema:
                ground.said[key] = Said(one.schema["default"], None)
            elif one.secret and one.required:
                ground.said[key] = Said(f"{key}.${{node.name}}" if one.per_node else key, None)
        for layer in profile.layers:
            self._lay_over(ground.declared, ground.said, layer)
        for key, said in ground.said.items():
            _sort(ground, key, said.value)
        ground.secrets = tuple(one for one in ground.declared.values() if one.secret)
        ground.missing = {key for key, one in ground.declared.items() if one.required and key not in ground.said}
        return ground

    def _lay_over(self, declared: Mapping[str, Declared], said: dict[str, Said], layer: Layer) -> None:
        for key, value in layer.settings.get("parameters", {}).items():
            if key in declared:
                fine = self._conform(declared[key], layer, key, value)
                said[key] = Said(_combined(declared[key], said.get(key), fine), layer)

    def _conform(self, declared: Declared, layer: Layer, key: str, value: Any) -> Any:
        """The value in the type that the parameter wants; what does not fit is told once for each place."""
        place = (id(layer.settings["parameters"]), key)
        if place not in self._conformed:
            self._conformed[place] = self._checked(declared, layer, key, value)
        return self._conformed[place]

    def _checked(self, declared: Declared, layer: Layer, key: str, value: Any) -> Any:
        if declared.secret and not (isinstance(value, str) and SECRET_NAME.fullmatch(value)):
            self.problems.append(self._in_clear(layer, key))
            return key
        if mentions(value):
            return value
        found = self._faults(declared, value)
        if found and found[0].path == () and found[0].keyword == "type" and wants_text(found[0]):
            value = layer.document.text_in(layer.settings["parameters"], key)
            found = self._faults(declared, value)
        unsayable = {odd.way: odd for odd in odd_texts(value)}
        for fault in found:
            if fault.path not in unsayable:
                self._misfit(fault, layer, key, declared)
        self.problems += [_unsayable(layer, key, odd) for odd in unsayable.values()]
        told = {*unsayable, *(fault.path for fault in found)}
        for way, name in named(declared.schema, value):
            if way not in told and name not in self.references.machines:
                self.problems.append(self._stranger(layer, key, way, name))
        return value

    def _stranger(self, layer: Layer, key: str, way: tuple[str | int, ...], name: str) -> Problem:
        label = did_you_mean(name, self.references.machines)
        advice = () if label else ("`clusterdef show` lists the nodes, `clusterdef catalog` the roles",)
        mark = layer.document.mark(*layer.path, "parameters", key, *way)
        message = f"{key}: no node is called '{name}', and none has a role of that name"
        return Problem("unknown-node", message, mark, label, advice=advice)

    def _faults(self, declared: Declared, value: Any) -> list[Fault]:
        """What is wrong with a value; a text or number that was right once is not looked at again."""
        known = (declared.key, type(value), value) if isinstance(value, str | int | float) else None
        if known in self._fine:
            return []
        found = faults(declared.schema, value)
        if known and not found:
            self._fine.add(known)
        return found

    def _misfit(self, fault: Fault, layer: Layer, key: str, declared: Declared) -> None:
        definition = declared.definition
        where = f"module {definition.name} declares it: {definition.document.mark('parameters', key.partition('.')[2])}"
        for problem in problems_of(layer.document, fault, (*layer.path, "parameters", key)):
            self.problems.append(problem if problem.code == SECRET else _with_advice(problem, where))

    def _in_clear(self, layer: Layer, key: str) -> Problem:
        mark = layer.document.mark_in(layer.settings["parameters"], key)
        return hidden(mark, f"{key} is a secret: only its name may stand here, such as {key}", key)

    def parameters(self, draft: NodeDraft) -> Mapping[str, Any]:
        """A node's parameters, by `module.parameter`. What has no value is not in it."""
        ground = self.ground(draft.profile)
        own = self._own(ground, draft)
        common = self._shared(ground, draft)
        self._note_missing(ground, draft, own)
        remade = (key for key, sources in ground.chained.items() if own and not sources.isdisjoint(own))
        personal = [*ground.personal, *own, *remade]
        if not personal:
            return common
        values = dict(common)
        for key in dict.fromkeys(personal):
            self._put(values, key, own.get(key) or ground.said[key], draft, ground)
        return values

    def _own(self, ground: Ground, draft: NodeDraft) -> dict[str, Said]:
        """What the node's own layers say, combined with what they say it over."""
        keys = [key for layer in draft.own for key in layer.settings.get("parameters", ())]
        if not keys:
            return {}
        said = {key: ground.said[key] for key in keys if key in ground.said}
        for layer in draft.own:
            self._lay_over(ground.declared, said, layer)
        return said

    def _shared(self, ground: Ground, draft: NodeDraft) -> dict[str, Any]:
        """Static values and references that come out the same for all nodes like this one."""
        primary = draft.primary.network.name if draft.primary else ""
        key = (id(draft.profile), draft.networks, primary, draft.name if draft.provides else "")
        if key not in self._common:
            values = dict(ground.static)
            for name in ground.shared:
                self._put(values, name, ground.said[name], draft, ground)
            self._common[key] = dict(sorted(values.items()))
        return self._common[key]

    def _put(self, values: dict[str, Any], key: str, said: Said, draft: NodeDraft, ground: Ground) -> None:
        values.pop(key, None)
        value = self._evaluated(key, said, draft, ground)
        if value is not None:
            values[key] = value

    def _evaluated(self, key: str, said: Said, draft: NodeDraft, ground: Ground) -> Any:
        """The value with its references put in; None when it has none (told, where it must have one)."""
        if not mentions(said.value):
            return said.value
        declared = ground.declared[key]
        try:
            value = self.references.value(said.value, draft)
        except Absent as absent:
            if declared.required and not self.references.missed(draft, absent.service):
                message = f"{absent}, and {key} is made from it"
                self._dangling(declared, said, draft, message, advice=(self._how_provided(absent.service),))
            return None
        except Dangling as dangling:
            self._dangling(declared, said, draft, f"{key}: {dangling}", dangling.hint, dangling.advice)
            return None
        return self._fitting(declared, said, value, draft)

    def _fitting(self, declared: Declared, said: Said, value: Any, draft: NodeDraft) -> Any:
        found = self._faults(declared, value)
        if found and found[0].path == () and wants_text(found[0]):
            value = str(value)
            found = self._faults(declared, value)
        if found:
            words = expected(found[0].schema, declared.key)
            message = f"{declared.key} comes out as {quoted(flow(value))} for node {draft.name}{must_be(found[0])}"
            self._dangling(declared, said, draft, message, advice=words, made_up=True)
            return None
        if odd := odd_text(value):
            self._dangling(declared, said, draft, f"{declared.key} {odd.holds}", advice=(odd.advice,))
            return None
        return value

    def _dangling(
        self,
        declared: Declared,
        said: Said,
        draft: NodeDraft,
        message: str,
        hint: str = "",
        advice: tuple[str, ...] = (),
        made_up: bool = False,
    ) -> None:
        """Told once for each place: where the reference was written, or at the node when it is a definition's."""
        mark = self._mark(declared, said)
        if ("dangling", str(mark), declared.key) in self._told:
            return
        self._told.add(("dangling", str(mark), declared.key))
        if said.layer and said.layer.document is self.document:
            self.problems.append(Problem("reference", message, mark, hint, advice=advice))
        else:
            entry = self.document.key_mark("nodes", draft.written.key)
            also = (Also(mark, hint or "it is made from this"),)
            found = Problem("reference", message, entry, also=also, advice=advice)
            (self.made_up if made_up else self.problems).append(found)

    def _how_provided(self, service: str) -> str:
        return (
            f"give a node a role that provides {service}, or name it under `external:`; or give the parameter a value"
        )

    def _mark(self, declared: Declared, said: Said) -> Mark:
        if said.layer:
            return said.layer.document.mark_in(said.layer.settings["parameters"], declared.key)
        return declared.definition.document.mark("parameters", declared.key.partition(".")[2], "default")

    def _referred(self, draft: NodeDraft, key: str) -> Any:
        """`${parameters.KEY}` as this node has it."""
        ground = self.ground(draft.profile)
        said = self._own(ground, draft).get(key) or ground.said.get(key)
        if key in self._open:
            circle = " -> ".join((*self._open[self._open.index(key) :], key))
            raise Dangling(f"it refers to itself: {circle}", "", "write out one of the values")
        if said is None:
            label = did_you_mean(key, ground.declared)
            raise Dangling(f"there is no parameter {key} here", label, "" if label else "no module of this node has it")
        self._open.append(key)
        try:
            return self.references.value(said.value, draft)
        finally:
            self._open.pop()

    def _note_missing(self, ground: Ground, draft: NodeDraft, own: Mapping[str, Said]) -> None:
        for key in ground.missing:
            if key not in own:
                self.missing.setdefault((key, draft.profile.brought[key.partition(".")[0]]), []).append(draft.name)
                self._entries[draft.name] = draft.written.key
            else:
                self._own_words.add(key)

    def closing_problems(self) -> Iterator[Problem]:
        """What can only be said at the end: parameters without a value, with everybody who misses them."""
        for (key, role), names in self.missing.items():
            yield self._without_value(key, role, names)

    def _without_value(self, key: str, role: str, names: list[str]) -> Problem:
        declared = self.declared(key.partition(".")[0])[key]
        place = declared.definition.document.mark("parameters", key.partition(".")[2])
        write = f"add under `parameters:` in {self.document.file}:   {key}: {_example(declared.schema)}"
        if key in self._own_words:
            write = f"add at the node, as other nodes have it:   parameters: {{{key}: {_example(declared.schema)}}}"
        advice = (
            f"{key}: {declared.schema['description']}",
            f"role {role} brings module {declared.definition.name}, which asks for it ({place})",
            f"needed for {listing(names, 4)}",
            write,
        )
        return Problem("missing-value", f"{key} has no value", self._place(key, names), advice=advice)

    def _place(self, key: str, names: list[str]) -> Mark:
        """Where a value is missing: the site's parameters, or the node where others have it of their own."""
        if "parameters" in self.document.data and key not in self._own_words:
            return self.document.key_mark("parameters")
        return self.document.key_mark("nodes", self._entries[names[0]])

    def secrets(self, parameters: Mapping[str, Any], profile: Profile) -> Iterator[tuple[Declared, str]]:
        """The secrets a node's parameters name."""
        for one in self.ground(profile).secrets:
            if one.key in parameters:
                yield one, parameters[one.key]


def _sort(ground: Ground, key: str, value: Any) -> None:
    """Enter a value by how many nodes share what it comes out as."""
    if not mentions(value):
        ground.static[key] = value
        return
    sources = _sources(ground.said, key)
    if len(sources) > 1:
        ground.chained[key] = sources
    (ground.personal if any(of_node(ground.said[name].value) for name in sources) else ground.shared).append(key)


def _sources(said: Mapping[str, Said], key: str) -> set[str]:
    """The parameter and those that it is made from, directly or not."""
    found = {key}
    waiting = [key]
    while waiting:
        for head, *path in mentioned(said[waiting.pop()].value):
            name = ".".join(path)
            if head == "parameters" and name in said and name not in found:
                found.add(name)
                waiting.append(name)
    return found


def named(schema: Mapping[str, Any], value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Names of nodes or roles in a value, where its schema says so (`names: machines`), and the way to each."""
    if schema.get("names") == "machines" and isinstance(value, str):
        yield (), value
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from (((number, *way), name) for way, name in named(schema.get("items", {}), one))
    if isinstance(value, dict):
        for key, one in value.items():
            inner = schema.get("properties", {}).get(key, {})
            yield from (((key, *way), name) for way, name in named(inner, one))


def _unsayable(layer: Layer, key: str, odd: Odd) -> Problem:
    mark = layer.document.mark(*layer.path, "parameters", key, *odd.way)
    return Problem("odd-character", f"{key} {odd.holds}", mark, advice=(odd.advice,))


def _combined(declared: Declared, weak: Said | None, strong: Any) -> Any:
    """Maps merge, lists replace unless the module says that they add up."""
    below = weak.value if weak else None
    if isinstance(below, dict) and isinstance(strong, dict):
        return {**below, **strong}
    if isinstance(below, list) and isinstance(strong, list) and declared.schema.get("merge") == "append":
        return [*below, *strong]
    return strong


def _with_advice(problem: Problem, line: str) -> Problem:
    return replace(problem, advice=(*problem.advice, line))


def _example(schema: Mapping[str, Any]) -> str:
    """A value of the right type, as one would type it in YAML."""
    if "example" in schema:
        return flow(schema["example"])
    if "enum" in schema:
        return flow(schema["enum"][0])
    inner = schema.get("items", {})
    plain = {
        "integer": "1",
        "number": "1.0",
        "boolean": "true",
        "array": f"[{_example(inner) if inner else '…'}]",
        "object": "{…}",
    }
    kind = schema["type"] if isinstance(schema.get("type"), str) else "string"
    return plain.get(kind) or MEANING.get(schema.get("format", ""), ("", "TEXT"))[1]


def flow(value: Any) -> str:
    """A value as one would type it in YAML."""
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)
