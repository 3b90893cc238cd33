"""Explain: who set a value of a node: every layer that speaks of it, weak to strong, and where it was written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clusterdef.generate import artifacts
from clusterdef.model import Cluster
from clusterdef.problem import Problem, Refused, did_you_mean
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.layers import Layer, Leaf, rules, setting_defaults
from clusterdef.resolve.parameters import Settler
from clusterdef.site import Site

WINS = "wins"
OVERRULED = "overruled"
ADDS = "adds"


@dataclass(frozen=True, slots=True)
class Origin:
    """One layer's word: the value as written there, the place, whose word it is, and what became of it."""

    value: str
    place: str
    label: str
    fate: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A value and its origins, the strongest first."""

    key: str
    value: str
    origins: tuple[Origin, ...]
    description: str = ""


def explain(site: Site, name: str, key: str) -> Explained:
    """Who set `key` of node `name`. A key is `module.parameter`, a setting, or a setting's part (`vm.memory`).

    Raises Refused for a node or key that is not there, with the nearest known word.
    """
    draft = _draft(site, name)
    if key in site_parameters(site, draft):
        return _parameter(site, draft, key)
    setting = key.split(".")[0]
    if setting in rules() and setting != "parameters":
        return _setting(draft, tuple(key.split(".")))
    known = [*site_parameters(site, draft), *rules()]
    raise Refused(Problem("unknown-key", f"{name} has no '{key}'", label=did_you_mean(key, known), subject=name))


def used_in(site: Site, name: str, key: str) -> list[str]:
    """The files that would be others if this parameter of this node had no value: found by making them both ways."""
    cluster = site.cluster
    if cluster is None or key not in cluster.nodes[name].parameters:
        return []
    node = cluster.nodes[name]
    without = replace(node, parameters={other: value for other, value in node.parameters.items() if other != key})
    bare = replace(cluster, nodes={**cluster.nodes, name: without})
    before, after = _files(site, cluster, name), _files(site, bare, name)
    return sorted(path for path, content in before.items() if after.get(path) != content)


def _files(site: Site, cluster: Cluster, name: str) -> dict[str, bytes]:
    """The files of one node and of the whole site; one that cannot be made is missing."""
    found: dict[str, bytes] = {}
    try:
        for artifact in artifacts(cluster, site.generators, site.render(), only=[name]):
            found[artifact.path] = artifact.content
    except Refused:
        return found
    return found


def keys(site: Site, name: str) -> list[tuple[str, str, str]]:
    """Everything that is set for a node: key, value, and where the winning word stands."""
    draft = _draft(site, name)
    parameters = [_parameter(site, draft, key) for key in sorted(site_parameters(site, draft))]
    settings = [
        _setting(draft, (key,))
        for key in rules()
        if key != "parameters" and draft.settings.get(key) not in (None, [], {})
    ]
    found = [*settings, *parameters]
    return [(one.key, one.value, one.origins[0].place if one.origins else "") for one in found]


def _draft(site: Site, name: str) -> NodeDraft:
    drafts = site.resolution.drafts
    if name not in drafts:
        raise Refused(
            Problem("unknown-node", f"there is no node '{name}'", label=did_you_mean(name, drafts), subject=name)
        )
    return drafts[name]


def _settler(site: Site) -> Settler:
    assert site.resolution.settler
    return site.resolution.settler


def site_parameters(site: Site, draft: NodeDraft) -> Sequence[str]:
    """The parameters that a node's modules declare."""
    return list(_settler(site).ground(draft.profile).declared)


def _parameter(site: Site, draft: NodeDraft, key: str) -> Explained:
    settler = _settler(site)
    declared = settler.ground(draft.profile).declared[key]
    value = settler.parameters(draft).get(key)
    adds = declared.schema.get("merge") == "append"
    origins = list(_origins((*draft.profile.layers, *draft.own), ("parameters", key), adds))
    document = declared.definition.document
    if "default" in declared.schema:
        place = str(document.mark("parameters", key.partition(".")[2], "default"))
        origins.append(
            Origin(
                written(declared.schema["default"]),
                place,
                f"module {declared.definition.name}: default",
                _fate(origins, adds),
            )
        )
    shown = written(value) if value is not None else "no value: the class uses its own default"
    return Explained(key, shown, tuple(origins), str(declared.schema["description"]))


def _setting(draft: NodeDraft, leaf: Leaf) -> Explained:
    value: Any = draft.settings
    for step in leaf:
        value = value.get(step) if isinstance(value, dict) else None
    adds = rules()[leaf[0]] == "append"
    origins = list(_origins((*draft.profile.layers, *draft.own), leaf, adds))
    if len(leaf) == 1 and leaf[0] in setting_defaults():
        origins.append(Origin(written(setting_defaults()[leaf[0]]), "the schema", "default", _fate(origins, adds)))
    return Explained(".".join(leaf), written(value) if value is not None else "not set", tuple(origins))


def _origins(layers: Sequence[Layer], leaf: Leaf, adds: bool) -> Iterator[Origin]:
    found: list[Origin] = []
    for layer in reversed(layers):
        held = layer.holder(leaf)
        if held:
            place = str(layer.document.mark_in(*held))
            origin = Origin(
                written(held[0][held[1]]), place, layer.label, _fate(found, adds or isinstance(held[0][held[1]], dict))
            )
            found.append(origin)
            yield origin


def _fate(stronger: Sequence[Origin], adds: bool) -> str:
    if adds:
        return ADDS
    return OVERRULED if stronger else WINS


def written(value: Any) -> str:
    """A value as one would type it in YAML, on one line."""
    if isinstance(value, list):
        return "[" + ", ".join(written(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
