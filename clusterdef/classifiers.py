"""Who tells Puppet what machines are, as far as the site's own files say it: a classifier, or nodes in manifests.

Both together are one too many: Puppet merges them. What a server is set to is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from clusterdef.catalog import BUILT_IN
from clusterdef.generator import Generator, Output
from clusterdef.model import Cluster
from clusterdef.problem import Mark, Problem, Refused, Severity
from clusterdef.puppet_code import files, shelved
from clusterdef.render import Failed, Render
from clusterdef.site import TEMPLATES, Site

DOCUMENTS = ".enc.j2"
"""How the templates of a classifier's documents end."""
MANIFESTS = "puppet/manifests/"
"""Where in a tree the manifests are that the server reads before all others."""
NODES = f"{MANIFESTS}nodes.pp"
"""The one among them that declares what a classifier says, for sites without one."""

ASIDE = re.compile(r"/\*.*?\*/|\{#.*?#\}", re.DOTALL)
"""Comments of Puppet and of templates that may have several lines; what stands in them counts for nothing."""
DECLARED = re.compile(r"^([ \t]*)node[ \t]+[^#\n{][^\n]*?(?:\{|\n[ \t]*\{)", re.MULTILINE)


def classifier_problems(site: Site, cluster: Cluster) -> Iterator[Problem]:
    """Nodes that the site's own manifests declare beside what is generated for the same machines."""
    suspects = [(output, mark) for output, mark in _manifests(site) if _made(site.render(), output, cluster)]
    if suspects:
        classified = any(_made(site.render(), output, cluster) for _, output in _rows(site, DOCUMENTS))
        for output, mark in suspects:
            if classified or output.path != NODES:
                yield _twice(mark) if classified else _beside(mark)
    yield from (_in_module(mark) for mark in _modules(site, cluster))


def _rows(site: Site, ending: str) -> Iterator[tuple[Generator, Output]]:
    rows = ((generator, output) for generator in site.generators for output in generator.outputs)
    return ((generator, output) for generator, output in rows if output.template.endswith(ending))


def _manifests(site: Site) -> Iterator[tuple[Output, Mark]]:
    """Outputs whose manifests declare nodes by a template that is not shipped, with the place where they do."""
    for generator, output in _rows(site, ".pp.j2"):
        file = site.folder / TEMPLATES / generator.name / output.template
        if not file.is_file() and generator.shelf != BUILT_IN:
            file = generator.directory / output.template
        mark = _declared(file, site.shown(file)) if output.path.startswith(MANIFESTS) else None
        if mark:
            yield output, mark


def _modules(site: Site, cluster: Cluster) -> Iterator[Mark]:
    """The places in the code of the site's own modules where a node is declared first."""
    catalog = site.inputs.catalog
    own = {name: home for name, home in shelved(cluster, catalog).items() if home.is_relative_to(site.folder)}
    # Code with a link in it is refused when files are made of it.
    with suppress(Refused):
        for code in files(own):
            mark = _declared(code.place, site.shown(code.place)) if code.path.endswith(".pp") else None
            if mark:
                yield mark


def _declared(file: Path, shown: str) -> Mark | None:
    """The first node that a manifest, or the template of one, declares."""
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return None
    found = DECLARED.search(ASIDE.sub(lambda aside: "\n" * aside[0].count("\n"), text))
    if found is None:
        return None
    number, column = found.string.count("\n", 0, found.start()), len(found[1])
    line = text.split("\n")[number].rstrip()
    return Mark(shown, number + 1, column + 1, len(line) - column, line)


def _made(render: Render, output: Output, cluster: Cluster) -> bool:
    """Whether there is any such file. An expression that fails is told when files are made."""
    if not output.when:
        return True
    try:
        if output.for_each == "node":
            return any(render.conditions(output.when, "node")({"cluster": cluster}, list(cluster.nodes.values())))
        return render.condition(output.when)({"cluster": cluster})
    except Failed:
        return False


def _twice(mark: Mark) -> Problem:
    message = "nodes are declared here, and the classifier tells of the same machines: Puppet merges the two"
    advice = (
        "take the node blocks out: classes and parameters of machines go into roles and site.yaml",
        "what holds for every machine stands outside of them",
    )
    return Problem("classified-twice", message, mark, advice=advice)


def _beside(mark: Mark) -> Problem:
    message = "nodes are declared here beside the generated ones: a machine that is in both stops the server"
    advice = ("what holds for every machine stands outside of node blocks; the rest goes into roles and site.yaml",)
    return Problem("classified-twice", message, mark, severity=Severity.WARNING, advice=advice)


def _in_module(mark: Mark) -> Problem:
    message = "a module declares nodes, which Puppet takes from manifests of the whole site only"
    advice = ("declare a class here, and give the module to a role or a machine",)
    return Problem("classified-twice", message, mark, advice=advice)
