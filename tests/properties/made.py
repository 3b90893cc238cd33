"""What comes of a thought-up site: its problems, its cluster, its files. Nothing here asserts."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from clusterdef import site as loaded
from clusterdef.artifact import Artifact
from clusterdef.catalog import SITE
from clusterdef.generate import artifacts
from clusterdef.model import Cluster
from clusterdef.problem import Problem, Severity, as_line
from clusterdef.render import Render
from clusterdef.verbs.check import check
from tests.properties.sites import Site

PAGES = "runbook"
"""Beginning of the outputs that are for people."""


@dataclass(frozen=True, slots=True)
class Made:
    """A site read and resolved; `files` are all it generates, by path."""

    problems: tuple[Problem, ...]
    cluster: Cluster | None
    files: dict[str, Artifact]

    @property
    def wrong(self) -> list[str]:
        """Errors and warnings, a line each; not that a module knows nothing of Ubuntu."""
        told = (problem for problem in self.problems if problem.severity > Severity.NOTE)
        return [as_line(problem) for problem in told if problem.code != "module-os"]

    def of(self, node: str) -> dict[str, bytes]:
        """A node's own files: path -> content."""
        return {path: file.content for path, file in self.files.items() if file.subject == node}

    def read_by(self, node: str) -> dict[str, bytes]:
        """A node's own files without the pages about it, which tell people of others too."""
        return {
            path: content for path, content in self.of(node).items() if not self.files[path].maker.startswith(PAGES)
        }


@contextmanager
def folder() -> Iterator[Path]:
    """A directory for one example; tmp_path would be the same for all of them."""
    found = Path(mkdtemp(prefix="clusterdef-"))
    try:
        yield found
    finally:
        shutil.rmtree(found)


def _render(site: loaded.Site) -> Render:
    """Compiled templates are the same for all sites that bring none: they are most of the work."""
    own = tuple(one.name for one in site.generators if one.shelf == SITE)
    return site.render() if own else _SHIPPED.setdefault("", site.render())


_SHIPPED: dict[str, Render] = {}


def cluster_of(site: Site) -> Cluster:
    """The cluster of a site without errors."""
    with folder() as here:
        found = loaded.load(site.write(here))
    assert found.cluster, [as_line(problem) for problem in found.problems]
    return found.cluster


def made(site: Site, only: Collection[str] | None = None) -> Made:
    """Check a site and make its files, those for nodes only for the ones that are named."""
    with folder() as here:
        found = check(site.write(here))
        if found.cluster is None:
            return Made(tuple(found.problems), None, {})
        every = artifacts(found.cluster, found.generators, _render(found), only)
        return Made(tuple(found.problems), found.cluster, {file.path: file for file in every})
