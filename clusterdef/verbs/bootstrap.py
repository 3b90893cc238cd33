"""Bootstrap: configure this machine by the published tree alone, before there is a configuration server."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes

from clusterdef import languages, wiring
from clusterdef.model import Cluster, Node
from clusterdef.problem import Problem, Refused, Severity
from clusterdef.secrets.handed import Handed
from clusterdef.site import Site, load
from clusterdef.verbs import enc

SCRIPT = Path("puppet/apply.sh")
DATA = Path("puppet/data")

Run = Callable[[Sequence[str | Path]], int]
"""`run(words)`: a program on this machine; its exit status."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: the site, the names of this machine, whether only to tell what would change.

    `live` is where the published tree is, when not where the site says; `said` the node that this machine is, when
    somebody said it.
    """

    file: Path
    here: Collection[str]
    environment: Mapping[str, str]
    noop: bool = False
    live: Path | None = None
    said: str = ""


def bootstrap(wish: Wish, run: Run) -> int:
    """Do it: Puppet's detailed exit code. Secrets are filled in for the run, and are gone after it.

    Raises Refused for a machine that is none of the cluster's, and when nothing is published here.
    """
    site = load(wish.file)
    if site.cluster is None:
        raise Refused(*(problem for problem in site.problems if problem.severity is Severity.ERROR))
    node = _own(site.cluster, wish)
    live = (wish.live or Path(site.cluster.tree)) / "current"
    if not (live / SCRIPT).is_file():
        raise Refused(_unpublished(live))
    with tempfile.TemporaryDirectory(prefix="clusterdef-bootstrap-") as folder:
        data = Path(folder)
        (data / "nodes").mkdir()
        name = f"{node.certname}.yaml"
        text = (live / DATA / "nodes" / name).read_text("utf-8")
        (data / "nodes" / name).write_text(_filled(site, site.cluster, text, wish.environment), "utf-8")
        noop = ("--noop",) if wish.noop else ()
        return run(("sh", live / SCRIPT, "--data", data, "--certname", node.certname, *noop))


def _own(cluster: Cluster, wish: Wish) -> Node:
    here = (node for node in cluster.nodes.values() if not {node.name, node.fqdn}.isdisjoint(wish.here))
    found = enc.node(cluster, wish.said) if wish.said else next(here, None)
    if found is None or found.device:
        advice = ("say which node it is:   clusterdef bootstrap --here NODE",)
        raise Refused(
            Problem("bootstrap-who", "this machine is none of the cluster's", advice=advice, subject="bootstrap")
        )
    return found


def _filled(site: Site, cluster: Cluster, text: str, environment: Mapping[str, str]) -> str:
    keeper = wiring.secrets(site.inputs.site, site.folder, environment)
    return languages.filled(languages.unsealed(text), Handed(keeper, cluster.name, token_bytes))


def _unpublished(live: Path) -> Problem:
    advice = (
        "publish on this machine first, without those that are not there yet:   clusterdef publish --without NODESET",
    )
    return Problem("bootstrap-nothing", f"there is no published tree in {live}", advice=advice, subject="bootstrap")
