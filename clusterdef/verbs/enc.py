"""Enc: what Puppet will be told of a machine, by hand: made now, compared with what was generated, and explained."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from clusterdef import catalog, fingerprint, tree
from clusterdef.generate import artifacts
from clusterdef.generator import Generator, Output
from clusterdef.model import Cluster, Node
from clusterdef.problem import Problem, Refused, did_you_mean
from clusterdef.site import Site, generators
from clusterdef.tree import Generation, unified
from clusterdef.verbs import explain

LANGUAGE = ".enc.j2"
"""How the templates of such documents end: their language is made for this reader."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing that Puppet is told: its name there, its value, and where the word that counts was written."""

    name: str
    value: str
    place: str


def documents(site: Site, cluster: Cluster, only: Collection[str] | None = None) -> Iterator[tuple[str, str]]:
    """Path and document of every machine (or of those named), as `generate` would write them now.

    Raises Refused when a template fails, and for a machine that is named and gets none.
    """
    found = 0
    for made in artifacts(cluster, _generators(site), site.render(), only=only):
        found += 1
        yield made.path, made.content.decode("ascii")
    if only and found < len(only):
        raise Refused(_nothing(cluster, only))


def standing(file: Path, root: Path, word: str | None = None) -> list[bytes] | None:
    """The documents of the current generation by their names, or the one of the machine that `word` means.

    None where they might be others if they were made now: the definition or clusterdef is not what it was made from,
    somebody changed a file, or there is no such machine. The site is not read for this.
    """
    try:
        generation = tree.current(root)
        facts: Mapping[str, Any] = generation.facts if generation else {}
        now = fingerprint.together(fingerprint.of_site(file, facts.get("files", ())), fingerprint.of_program())
        if generation is None or generation.inputs != now:
            return None
        entries = generation.made_by(_makers(generators(catalog.load(file.parent))))
        if word:
            entries = [one for one in entries if word in (one.subject, Path(one.path).stem)]
        return list(generation.contents(sorted(entries, key=attrgetter("path")))) or None
    except Refused:
        return None


def node(cluster: Cluster, word: str) -> Node:
    """The machine that a certificate name, or a node's name, means. Raises Refused for another word."""
    found = cluster.nodes.get(word) or next((one for one in cluster.nodes.values() if one.certname == word), None)
    if found is None:
        known = [*cluster.nodes, *(one.certname for one in cluster.nodes.values())]
        message = f"there is no node or certificate name '{word}'"
        raise Refused(Problem("unknown-node", message, label=did_you_mean(word, known), subject=word))
    return found


def difference(site: Site, cluster: Cluster, root: Path, only: Collection[str] | None = None) -> Iterator[str]:
    """What differs, line by line, from what stands in the current generation below `root`: a key in a line."""
    current = tree.current(root)
    now = dict(documents(site, cluster, only))
    before = _paths(current, site, cluster) if only is None else list(now)
    for path in sorted({*now, *before}):
        old, new = _before(current, path), now.get(path)
        if old != new:
            yield from unified(_spread(old), _spread(new), path)


def explained(site: Site, cluster: Cluster, one: Node) -> list[Origin]:
    """Everything that the machine's document says, in its order. What nobody writes, clusterdef itself knows."""
    ((_, text),) = documents(site, cluster, [one.name])
    told = json.loads(text)
    words = {key: (value, place) for key, value, place in explain.keys(site, one.name)}
    keys = {
        parameter.target: parameter.key
        for module in one.modules
        for parameter in cluster.modules[module].parameters
        if parameter.target
    }
    rows = []
    for its_class, values in told["classes"].items():
        rows.append(Origin(its_class, "", ""))
        for name, value in values.items():
            place = words.get(keys.get((its_class, name), ""), ("", ""))[1]
            rows.append(Origin(f"  {name}", explain.written(value), place))
    rest = {"environment": told["environment"]} if "environment" in told else {}
    return rows + [
        Origin(f"${key}", explain.written(value), "") for key, value in {**rest, **told["parameters"]}.items()
    ]


def _generators(site: Site) -> Iterator[Generator]:
    """The generators with nothing left but those documents."""
    for generator in site.generators:
        rows = tuple(_documents(generator))
        if rows:
            yield replace(generator, outputs=rows)


def _makers(generators: Iterable[Generator]) -> set[str]:
    """The outputs that are such documents."""
    return {output.name for generator in generators for output in _documents(generator)}


def _documents(generator: Generator) -> Iterator[Output]:
    return (one for one in generator.outputs if one.for_each == "node" and one.template.endswith(LANGUAGE))


def _paths(current: Generation | None, site: Site, cluster: Cluster) -> list[str]:
    """The documents that the current generation has."""
    if current is None:
        return []
    makers = _makers(site.generators)
    return [path for path, entry in current.manifest.entries.items() if entry.maker in makers]


def _before(current: Generation | None, path: str) -> str | None:
    if current is None or path not in current.manifest.entries:
        return None
    return current.read(path).decode("ascii", errors="replace")


def _spread(text: str | None) -> bytes | None:
    """A document with a line for each key."""
    if text is None:
        return None
    try:
        data: Any = json.loads(text)
    except ValueError:
        return text.encode()
    return (json.dumps(data, indent=2, ensure_ascii=False) + "\n").encode()


def _nothing(cluster: Cluster, only: Collection[str]) -> Problem:
    names = [name for name in only if cluster.nodes[name].device] or sorted(only)
    why = "it is a device" if cluster.nodes[names[0]].device else "this site's machines are told of by nodes.pp"
    return Problem("enc-nothing", f"Puppet's classifier says nothing of {names[0]}: {why}", subject=names[0])
