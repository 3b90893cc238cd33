"""Asked: what a reader on this very machine would say of the definition as it is now; nothing is published for it."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from clusterdef.flows.work import objection
from clusterdef.generate import artifacts
from clusterdef.generator import Generator, Output
from clusterdef.model import Cluster, Node
from clusterdef.ports.prompt import Prompt
from clusterdef.problem import Problem
from clusterdef.site import Site

SECONDS = 120
"""For one question; the server's own program takes two, and starts slowly on a busy machine."""
USER = "root"


def own(cluster: Cluster, here: Collection[str]) -> Node | None:
    """The node that this machine is."""
    nodes = (node for node in cluster.nodes.values() if not node.device)
    return next((node for node in nodes if not {node.name, node.fqdn}.isdisjoint(here)), None)


def problems(site: Site, cluster: Cluster, node: Node, prompt: Prompt) -> Iterator[Problem]:
    """What those readers of the machine object to that are asked whenever anything changes there.

    They see the machine as it is. Raises Refused when a template fails.
    """
    generators = [replace(one, outputs=_asked(one, node)) for one in site.generators]
    rows = {row.name: row for generator in generators for row in generator.outputs}
    with tempfile.TemporaryDirectory(prefix="clusterdef-asked-") as folder:
        for made in artifacts(cluster, [one for one in generators if one.outputs], site.render()):
            file = Path(folder, made.maker)
            file.write_bytes(made.content)
            words = [word.replace("{file}", str(file)) for word in rows[made.maker].check]
            said = prompt.run(shlex.join(words), USER, SECONDS)
            if not said.well:
                yield objection(node.name, said.text)


def _asked(generator: Generator, node: Node) -> tuple[Output, ...]:
    services = set(node.provides)
    return tuple(row for row in generator.outputs if row.always and row.check and services & set(row.to))
