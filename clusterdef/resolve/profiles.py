"""Profiles: what nodes with the same roles and groups have in common, worked out once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from clusterdef.catalog import Catalog, Definition
from clusterdef.problem import Also, Mark, Problem, did_you_mean, listing
from clusterdef.resolve.layers import Layer, Leaf, disputes, merged
from clusterdef.resolve.members import Raw, Written
from clusterdef.source import Document

Key = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Profile:
    """Nodes of one kind. `layers` are those below the node's own, weak to strong; `brought` is each module's role."""

    key: Key
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    all_roles: tuple[str, ...]
    modules: tuple[str, ...]
    brought: Mapping[str, str]
    device: bool
    layers: tuple[Layer, ...]
    settings: dict[str, Any]
    disputes: dict[Leaf, Problem] = field(default_factory=dict)


def as_list(value: Any) -> list[str]:
    """A word or a list of words, as a list."""
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def role_mark(document: Document, node: Written) -> Mark:
    """Where a node is given its roles."""
    said = node.said("role")
    return document.mark_in(said[1].data, "role") if said else document.key_mark("nodes", node.key)


def _said(holder: Raw, name: str) -> dict[str, str]:
    """The answer to a choice, as it was typed; a key with nothing behind it is none."""
    value = holder[name]
    return {} if value is None else {name: str(value).lower() if isinstance(value, bool) else str(value)}


class Composer:
    """Makes profiles for one site; `problems` grows as it goes, each told once."""

    def __init__(
        self, document: Document, catalog: Catalog, sound_groups: frozenset[str], sound_roles: frozenset[str]
    ) -> None:
        self.document = document
        self.catalog = catalog
        self.site: Raw = document.data
        self.problems: list[Problem] = []
        self._groups = sound_groups
        self._site_roles = sound_roles
        self._profiles: dict[Key, Profile] = {}
        self._told: set[tuple[str, ...]] = set()
        self._closures: dict[tuple[str, tuple[tuple[str, str], ...]], frozenset[str]] = {}
        self._choices = frozenset(choices(catalog))
        self._first: Written
        self._everywhere = tuple(name for name, role in catalog.roles.items() if role.data.get("everywhere"))

    def profile(self, node: Written) -> Profile:
        """The profile of a node; one object for all nodes alike."""
        roles = tuple(name for name in as_list(node.value("role")) if self._known(node, "role", name))
        groups = tuple(name for name in as_list(node.value("groups")) if self._known(node, "group", name))
        key = (roles, groups, self._own_answers(node))
        if key not in self._profiles:
            self._profiles[key] = self._compose(key, node)
        return self._profiles[key]

    def _known(self, node: Written, kind: str, name: str) -> bool:
        if kind == "role" and (name in self.catalog.roles or ("role", name) in self.catalog.broken):
            return name in self.catalog.roles
        if kind == "group" and name in self.site.get("groups", ()):
            return name in self._groups
        said = node.said("role" if kind == "role" else "groups")
        assert said
        holder, key = said[1].data, "role" if kind == "role" else "groups"
        if ("unknown", str(id(holder)), name) not in self._told:
            self._told.add(("unknown", str(id(holder)), name))
            self.problems.append(self._unknown(kind, name, holder, key))
        return False

    def _unknown(self, kind: str, name: str, holder: Raw, key: str) -> Problem:
        mark = self.document.mark_in(holder, key)
        if isinstance(holder[key], list):
            mark = self.document.mark_in(holder[key], holder[key].index(name))
        known = list(self.catalog.roles if kind == "role" else self.site.get("groups", ()))
        label = did_you_mean(name, known)
        advice = () if label else (f"{kind}s are {listing(known, 30)}" if known else f"write it under `{kind}s:`",)
        code = "unknown-role" if kind == "role" else "unknown-group"
        return Problem(code, f"there is no {kind} '{name}'", mark, label, advice=advice)

    def _own_answers(self, node: Written) -> tuple[tuple[str, str], ...]:
        """Choices that this very node answers differently from its cluster."""
        found: dict[str, str] = {}
        for word in node.words:
            for name in self._choices & word.data.get("parameters", {}).keys():
                found |= _said(word.data["parameters"], name)
        return tuple(sorted(found.items()))

    def _compose(self, key: Key, node: Written) -> Profile:
        """Nodes of one kind; `node` is the first of them, for places."""
        roles, groups, own = key
        self._first = node
        ordered = self._ordered(groups)
        answers = self._answers(ordered, own)
        all_roles = list(
            dict.fromkeys(
                name for role in (*self._always(roles), *roles) for name in self._contained(role, answers, ())
            )
        )
        modules, brought = self._modules(all_roles, answers)
        layers = self._layers(all_roles, ordered)
        device = any(self.catalog.roles[name].data.get("device") for name in roles)
        settings = merged(layers)
        settings["install"] = "none" if device else settings["install"]
        profile = Profile(key, roles, groups, tuple(all_roles), modules, brought, device, layers, settings)
        profile.disputes = self._disputes(layers, answers, ordered)
        self._conflicts(profile)
        return profile

    def _always(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Roles that are everywhere, unless the node is a device."""
        if any(self.catalog.roles[name].data.get("device") for name in roles):
            return ()
        return self._everywhere

    def _ordered(self, groups: tuple[str, ...]) -> tuple[str, ...]:
        order = self.site.get("group_order", [])
        return tuple(sorted(groups, key=lambda name: order.index(name) if name in order else -1))

    def _answers(self, groups: tuple[str, ...], own: tuple[tuple[str, str], ...]) -> dict[str, str]:
        """What the site says to each choice: its parameters, then groups, then the node."""
        said: dict[str, str] = {}
        holders = [
            self.site.get("parameters", {}),
            *(self.site["groups"][name].get("parameters", {}) for name in groups),
            dict(own),
        ]
        for holder in holders:
            for name in self._choices & holder.keys():
                said |= _said(holder, name)
        return said

    def _contained(self, role: str, answers: Mapping[str, str], path: tuple[str, ...]) -> Iterator[str]:
        """The roles a role includes, then itself."""
        if role in path:
            self._cycle(role, path)
            return
        for name in self._chosen(role, "include", answers):
            if name in self.catalog.roles:
                yield from self._contained(name, answers, (*path, role))
        yield role

    def _chosen(self, role: str, key: str, answers: Mapping[str, str]) -> Iterator[str]:
        """Names under a role's `include` or `modules`, choices answered; those that nobody has are told elsewhere."""
        definition = self.catalog.roles[role]
        for number, item in enumerate(definition.data.get(key, ())):
            if isinstance(item, str):
                yield item
                continue
            answer = self._answer(definition, (key, number), item, answers)
            yield from item["from"].get(answer, ())

    def _answer(
        self, definition: Definition, place: tuple[str | int, ...], item: Raw, answers: Mapping[str, str]
    ) -> str | None:
        name = item["choose"]
        answer = answers.get(name, item.get("default", self._default(name)))
        if answer is None:
            self._once(("choice", name), self._unanswered(definition, name, item))
        elif answer not in item["from"]:
            self._once(("answer", name, answer), self._wrong_answer(definition, place, name, answer, item))
        return answer

    def _default(self, name: str) -> str | None:
        module, _, parameter = name.partition(".")
        definition = self.catalog.modules.get(module)
        found = definition.data.get("parameters", {}).get(parameter, {}) if definition else {}
        return str(found["default"]) if "default" in found else None

    def _unanswered(self, definition: Definition, name: str, item: Raw) -> Problem:
        what = f": {item['description']}" if "description" in item else ""
        advice = (
            f"role {definition.name} asks for it ({definition.document.file}){what}",
            f"add under `parameters:` in {self.document.file}:   {name}: {next(iter(item['from']))}",
        )
        mark = (
            self.document.key_mark("parameters") if "parameters" in self.site else role_mark(self.document, self._first)
        )
        return Problem("choice-missing", f"{name} must be chosen: {listing(item['from'], 20)}", mark, advice=advice)

    def _wrong_answer(
        self, definition: Definition, place: tuple[str | int, ...], name: str, answer: str, item: Raw
    ) -> Problem:
        mark = self._answered(name) or definition.document.mark(*place)
        advice = (f"one of: {listing(item['from'], 20)} (role {definition.name} chooses by it)",)
        return Problem(
            "not-a-choice", f"{name} cannot be '{answer}'", mark, did_you_mean(answer, item["from"]), advice=advice
        )

    def _answered(self, name: str) -> Mark | None:
        """Where the site answers a choice for the nodes at hand: the strongest of its words."""
        node = self._first
        groups = self._ordered(tuple(one for one in as_list(node.value("groups")) if one in self._groups))
        holders = [
            *(word.data for word in reversed(node.words)),
            *(self.site["groups"][one] for one in reversed(groups)),
        ]
        for holder in (*holders, self.site):
            if name in holder.get("parameters", ()):
                return self.document.mark_in(holder["parameters"], name)
        return None

    def _modules(self, all_roles: Iterable[str], answers: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, str]]:
        brought: dict[str, str] = {}
        for role in all_roles:
            for name in self._chosen(role, "modules", answers):
                if name in self.catalog.modules:
                    brought.setdefault(name, role)
        return tuple(brought), brought

    def _layers(self, all_roles: list[str], groups: tuple[str, ...]) -> tuple[Layer, ...]:
        layers = [
            Layer("role", name, self.catalog.roles[name].document, self.catalog.roles[name].document.data)
            for name in all_roles
        ]
        if "parameters" in self.site:
            layers.append(Layer("site parameters", "", self.document, {"parameters": self.site["parameters"]}))
        said = self.site.get("roles", {})
        layers += [
            Layer("site roles:", name, self.document, said[name], ("roles", name))
            for name in all_roles
            if name in said and name in self._site_roles
        ]
        layers += [Layer("group", name, self.document, self.site["groups"][name], ("groups", name)) for name in groups]
        return tuple(layers)

    def _disputes(
        self, layers: tuple[Layer, ...], answers: Mapping[str, str], groups: tuple[str, ...]
    ) -> dict[Leaf, Problem]:
        found: dict[Leaf, Problem] = {}
        for level in ("role", "site roles:", "group"):
            mine = [layer for layer in layers if layer.level == level]
            if mine:
                later = layers[layers.index(mine[-1]) + 1 :]
                stronger = (
                    self._group_stronger
                    if level == "group"
                    else lambda one, other: other in self._closure(one, answers)
                )
                found |= disputes(mine, later, stronger, self._appended)
        return found

    def _closure(self, role: str, answers: Mapping[str, str]) -> frozenset[str]:
        """The roles that a role overrules: those it includes, and those that are everywhere."""
        key = (role, tuple(sorted(answers.items())))
        if key not in self._closures:
            everywhere = () if role in self._everywhere else self._everywhere
            self._closures[key] = frozenset((*everywhere, *self._contained(role, answers, ()))) - {role}
        return self._closures[key]

    def _group_stronger(self, one: str, other: str) -> bool:
        order = self.site.get("group_order", [])
        return one in order and other in order and order.index(one) > order.index(other)

    def _appended(self, parameter: str) -> bool:
        module, _, name = parameter.partition(".")
        definition = self.catalog.modules.get(module)
        return bool(definition and definition.data.get("parameters", {}).get(name, {}).get("merge") == "append")

    def _conflicts(self, profile: Profile) -> None:
        for module in profile.modules:
            for other in self.catalog.modules[module].data.get("conflicts", ()):
                if other in profile.modules:
                    self._once(("conflict", *sorted((module, other))), self._conflict(profile, module, other))

    def _conflict(self, profile: Profile, module: str, other: str) -> Problem:
        message = f"modules {module} and {other} cannot be on one machine"
        advice = (
            f"{module} comes with role {profile.brought[module]}, {other} with role {profile.brought[other]}",
            "give these to different nodes",
        )
        also = (Also(self.catalog.modules[module].document.mark("conflicts"), f"module {module} says so"),)
        return Problem("modules-conflict", message, role_mark(self.document, self._first), also=also, advice=advice)

    def _cycle(self, role: str, path: tuple[str, ...]) -> None:
        way = " includes ".join((*path[path.index(role) :], role))
        mark = self.catalog.roles[role].document.mark("include")
        advice = ("a role contains those that it includes, and so cannot be in one of them: take one out",)
        self._once(("cycle", *sorted(path)), Problem("role-cycle", way, mark, advice=advice))

    def _once(self, key: tuple[str, ...], problem: Problem) -> None:
        if key not in self._told:
            self._told.add(key)
            self.problems.append(problem)


def choices(catalog: Catalog) -> Iterator[str]:
    """Every parameter that some role chooses by: words of the whole cluster (`batch`), and parameters of modules."""
    for role in catalog.roles.values():
        for key in ("include", "modules"):
            yield from (item["choose"] for item in role.data.get(key, ()) if isinstance(item, dict))
