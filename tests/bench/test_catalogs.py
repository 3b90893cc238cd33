"""The site of which catalogs are measured has as many kinds of machines as it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import catalogs
from clusterdef.ports.compiler import Asked, Code, Compiled
from clusterdef.site import load
from clusterdef.verbs.compile import compile_catalogs


class Nothing:
    """A compiler that finds nothing wrong."""

    def compiled(self, code: Code, asked: Sequence[Asked]) -> Iterator[Compiled]:
        return (Compiled(one.certname, 1) for one in asked)


def test_there_are_so_many_kinds(tmp_path: Path) -> None:
    site = load(catalogs.write(tmp_path, 60))
    assert site.cluster, site.problems
    found = compile_catalogs(site, site.cluster, Nothing(), every=False)
    assert (found.catalogs, found.machines) == (catalogs.KINDS, 60)
