"""Layers: who says what about a machine, weak to strong, and how their words add up.

A leaf is what can be set on its own: ("kernel",), ("vm", "memory"), ("parameters", "nfs.exports").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from clusterdef.problem import Also, Problem
from clusterdef.resolve.members import Raw
from clusterdef.schema import settings
from clusterdef.source import Document

Leaf = tuple[str, ...]
Stronger = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: whose word it is (`level` and `owner`: "role", "worker"), its settings, their path in the file."""

    level: str
    owner: str
    document: Document
    settings: Raw
    path: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`role worker`, `groups: r410`, `node worker07`."""
        return f"{self.level} {self.owner}".strip()

    def holder(self, leaf: Leaf) -> tuple[Raw, str] | None:
        """The map and the key where this layer sets a leaf, or None."""
        container: Any = self.settings
        for key in leaf[:-1]:
            container = container.get(key)
            if not isinstance(container, dict):
                return None
        return (container, leaf[-1]) if leaf[-1] in container else None


@cache
def rules() -> Mapping[str, str]:
    """Setting -> how layers add up: `replace`, `append` or `map`."""
    return {key: rule.get("merge", "replace") for key, rule in settings()["properties"].items()}


@cache
def _inner_rules(key: str) -> Mapping[str, str]:
    inner = settings()["properties"][key].get("properties", {})
    return {name: rule.get("merge", "replace") for name, rule in inner.items()}


@cache
def setting_defaults() -> Mapping[str, Any]:
    """Setting -> the schema's default."""
    return {key: rule["default"] for key, rule in settings()["properties"].items() if "default" in rule}


def add(settled: dict[str, Any], said: Raw) -> None:
    """Put the settings of a stronger layer over `settled`; parameters are not settings and go their own way."""
    for key, value in said.items():
        rule = rules().get(key)
        if rule is None or key == "parameters":
            continue
        if rule == "append":
            settled[key] = [*settled.get(key, ()), *value]
        elif rule == "map":
            settled[key] = _over(settled.get(key, {}), value, _inner_rules(key))
        else:
            settled[key] = value


def _over(weak: Mapping[str, Any], strong: Mapping[str, Any], inner: Mapping[str, str]) -> dict[str, Any]:
    """Maps merge key by key; what is a map on both sides merges further."""
    found = dict(weak)
    for key, value in strong.items():
        if inner.get(key) == "append":
            found[key] = [*found.get(key, ()), *value]
        elif isinstance(value, dict) and isinstance(found.get(key), dict):
            found[key] = _over(found[key], value, {})
        else:
            found[key] = value
    return found


def merged(layers: Iterable[Layer]) -> dict[str, Any]:
    """The settings of several layers, the schema's defaults beneath them."""
    settled = dict(setting_defaults())
    for layer in layers:
        add(settled, layer.settings)
    return settled


def leaves(said: Raw) -> Iterator[tuple[Leaf, Any]]:
    """What a layer sets that another layer of its level could contradict, with the values."""
    for key, value in said.items():
        rule = rules().get(key)
        if key == "parameters" or rule == "map":
            yield from (
                ((key, name), inner) for name, inner in value.items() if _inner_rules(key).get(name) != "append"
            )
        elif rule == "replace":
            yield (key,), value


def disputes(
    layers: Sequence[Layer], later: Sequence[Layer], stronger: Stronger, appended: Callable[[str], bool]
) -> dict[Leaf, Problem]:
    """Leaves on which layers of one level disagree, none being the stronger and no later layer settling it.

    `stronger(a, b)` says whether owner a overrules owner b; `appended(name)` whether a parameter's lists add up.
    """
    if len(layers) < 2:
        return {}
    holders: dict[Leaf, list[tuple[Layer, Any]]] = {}
    for layer in layers:
        for leaf, value in leaves(layer.settings):
            holders.setdefault(leaf, []).append((layer, value))
    found = {}
    for leaf, held in holders.items():
        pair = _contradiction(held, stronger) if len(held) > 1 else None
        if (
            pair
            and not any(layer.holder(leaf) for layer in later)
            and not (leaf[0] == "parameters" and appended(leaf[1]))
        ):
            found[leaf] = _dispute(leaf, *pair)
    return found


def _contradiction(held: Sequence[tuple[Layer, Any]], stronger: Stronger) -> tuple[Layer, Layer] | None:
    """Two holders with different values, neither overruled by anybody."""
    strongest = [
        (layer, value)
        for layer, value in held
        if not any(stronger(other.owner, layer.owner) for other, _ in held if other is not layer)
    ]
    first = strongest[0] if strongest else held[0]
    return next(((first[0], layer) for layer, value in strongest[1:] if value != first[1]), None)


def _dispute(leaf: Leaf, first: Layer, second: Layer) -> Problem:
    """Without a place where two definitions disagree: it is the node that has both, and that comes later."""
    what = leaf[-1] if leaf[0] == "parameters" else ".".join(leaf)
    ends = [Also(layer.document.mark_in(*_held(layer, leaf)), f"{layer.label} says this") for layer in (first, second)]
    word = "groups" if first.level == "group" else "roles"
    message = f"{word} {first.owner} and {second.owner} disagree on {what}"
    if first.level == "role":
        general = "`parameters:`" if leaf[0] == "parameters" else "`roles:`"
        cure = f"set {what} at the node, in a group of it, or under {general} in site.yaml"
        return Problem("layers-disagree", message, also=tuple(ends), advice=(cure,))
    order = f"say which group is the stronger: `group_order: [{first.owner}, {second.owner}]`"
    cure = f"set {what} at the node"
    advice = (order, f"or {cure}") if first.level == "group" else (cure,)
    return Problem("layers-disagree", message, ends[1].mark, also=(ends[0],), advice=advice)


def _held(layer: Layer, leaf: Leaf) -> tuple[Raw, str]:
    found = layer.holder(leaf)
    assert found
    return found
