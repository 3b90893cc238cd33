"""Compile: the catalogs that the configuration server would make of the definition, and what is wrong with them."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clusterdef import languages
from clusterdef.classifiers import NODES
from clusterdef.compilation.blame import problems
from clusterdef.compilation.facts import facts
from clusterdef.compilation.kinds import Told, kinds
from clusterdef.flows.parts import CONFIGURATION
from clusterdef.generate import artifacts
from clusterdef.generator import Generator, Output
from clusterdef.model import Cluster, Node
from clusterdef.ports.compiler import Asked, Code, Compiler
from clusterdef.problem import Problem
from clusterdef.site import Site
from clusterdef.verbs import enc, lock, token

ENVIRONMENT = "puppet/"
"""Where the environment of the configuration server lies in a tree: manifests, Hiera and its data."""

PRODUCTION = "production"
"""The branch of whoever is told of none."""

STAND_IN = "stand-in"
STAND_INS = {"token": "standin0" * 4, "key": b64encode(b"stand-in" * 128).decode()}
"""What stands for a secret while catalogs are tried, by its kind: classes may look at its form."""
HASH = "$6$standin$" + "0" * 86
"""What stands for the hash of a password."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Compilation:
    """What came of it: how many catalogs for how many machines, and what is wrong with them."""

    catalogs: int
    machines: int
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Besides:
    """What the definition does not know, and somebody shows: facts of the site's own, and modules that the server has
    from elsewhere, by Puppet's names for them."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    modules: Mapping[str, Path] = field(default_factory=dict)


def compile_catalogs(
    site: Site,
    cluster: Cluster,
    compiler: Compiler,
    every: bool,
    progress: Progress | None = None,
    besides: Besides = Besides(),
) -> Compilation:
    """Compile a catalog for each kind of machines, or with `every` for each machine.

    What is compiled is what publishing carries: the classifier's documents or nodes.pp, Hiera, and the code of the
    modules, that of others as it is locked; secrets are stood in for. Raises Refused when nothing can be compiled here.
    """
    documents = _documents(site, cluster)
    told = documents or {node.name: _in_words(node) for node in cluster.nodes.values() if not node.device}
    alike = [[name] for name in told] if every else _alike(site, cluster, told)
    first = [names[0] for names in alike]
    modules = {**besides.modules, **{name: folder.resolve() for name, folder in lock.code(site, cluster).items()}}
    code = Code(dict(_files(site, cluster, first, bool(documents))), modules, _server(cluster))
    asked = [_asked(cluster, cluster.nodes[name], documents.get(name, {}), besides.facts) for name in first]
    found = []
    for number, compiled in enumerate(compiler.compiled(code, asked) if asked else ()):
        found.append((alike[number], compiled))
        if progress:
            progress(number + 1, len(asked))
    return Compilation(len(asked), len(told), problems(site, modules, found))


def _alike(site: Site, cluster: Cluster, told: Mapping[str, Told]) -> list[list[str]]:
    said: Mapping[str, Mapping[str, Any]] = site.inputs.site.data.get("groups", {})
    labels = frozenset(name for name, settings in said.items() if settings.keys() <= {"description"})
    return kinds({name: (cluster.nodes[name], one) for name, one in told.items()}, labels)


def _documents(site: Site, cluster: Cluster) -> dict[str, Told]:
    """What the classifier says of each machine, by the node's name; nothing for a site that has no classifier."""
    nodes = {node.certname: name for name, node in cluster.nodes.items()}
    told = (json.loads(text) for _, text in enc.documents(site, cluster))
    return {nodes[one["name"]]: one for one in told}


def _in_words(node: Node) -> Told:
    """What nodes.pp says of a machine, as far as it decides whether others are like it."""
    values: dict[str, dict[str, Any]] = {module: {} for module in node.modules}
    for key, value in node.parameters.items():
        module, _, name = key.partition(".")
        values.setdefault(module, {})[name] = value
    return {"classes": values, "parameters": {"roles": node.all_roles, "groups": node.groups}}


def _files(site: Site, cluster: Cluster, only: Collection[str], classified: bool) -> Iterator[tuple[str, bytes]]:
    """The environment's files, for these machines; with a classifier, no manifest declares the same classes again."""
    kinds = {secret.name: secret.kind for secret in cluster.secrets}

    def secret(name: str, form: str) -> str:
        return HASH if form == "crypt" else STAND_INS.get(kinds.get(name, ""), STAND_IN)

    generators = [replace(one, outputs=tuple(_of_environment(one))) for one in site.generators]
    # Only the server could read what is encrypted; what is looked up is the same.
    for made in artifacts(replace(cluster, eyaml=None), generators, site.render(), only=only):
        if not (classified and made.path == NODES):
            path = made.path.removeprefix(ENVIRONMENT)
            yield path, languages.filled(made.content.decode(), secret).encode()


def _of_environment(generator: Generator) -> Iterator[Output]:
    return (one for one in generator.outputs if CONFIGURATION in one.to and one.path.startswith(ENVIRONMENT))


def _server(cluster: Cluster) -> str:
    return next((node.certname for node in cluster.providers(CONFIGURATION)), "localhost")


def _asked(cluster: Cluster, node: Node, said: Told, more: Mapping[str, Any]) -> Asked:
    extensions = token.extensions(node, cluster)
    return Asked(
        node.certname,
        said.get("classes", {}),
        said.get("parameters", {}),
        {**more, **facts(node)},
        extensions,
        said.get("environment", PRODUCTION),
    )
