"""`clusterdef show`: what was understood."""

from __future__ import annotations

import json

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems, tint
from clusterdef.model import Cluster


@click.command("show")
@click.argument("words", nargs=-1, metavar="[SITE.yaml] [NODESET]", shell_complete=place.complete_nodes)
@place.option
@click.option("--order", is_flag=True, help="in which order machines are installed and configured")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="text for people, JSON for programs"
)
def command(words: tuple[str, ...], site: str | None, order: bool, form: str) -> int:
    """Print what was understood: all nodes in a table, or everything about those of NODESET."""
    from clusterdef.site import load
    from clusterdef.verbs.generate import chosen_nodes

    file, nodeset = place.sorted_out(words, site)
    found = load(file)
    if found.cluster is None:
        show_problems(found.problems, err=True)
        return exits.DEFINITION
    names = chosen_nodes(nodeset, found.cluster) if nodeset else list(found.cluster.nodes)
    if order:
        _order(found.cluster)
    elif form == "json":
        _json(found.cluster, names)
    elif nodeset:
        _each(found.cluster, names)
    else:
        _overview(found.cluster, names)
    return exits.FINE


def _order(cluster: Cluster) -> None:
    from clusterdef.verbs import show

    steps = show.order(cluster)
    width = max((len(what) for what, _ in steps), default=0)
    for number, (what, nodes) in enumerate(steps, 1):
        say(f"{number:>3}  {what:<{width}}  {nodes}")


def _json(cluster: Cluster, names: list[str]) -> None:
    from clusterdef.verbs import show

    say(json.dumps([show.as_data(cluster.nodes[name]) for name in names], indent=2, ensure_ascii=False))


def _each(cluster: Cluster, names: list[str]) -> None:
    from clusterdef.verbs import show

    for number, name in enumerate(names):
        if number:
            say()
        say(tint(name, "cyan", bold=True))
        for fact in show.facts(cluster.nodes[name]):
            say(f"  {fact.word:<9} {fact.text}")


def _overview(cluster: Cluster, names: list[str]) -> None:
    from clusterdef.verbs import show

    say(f"{cluster.name}: {len(cluster.nodes)} nodes on {len(cluster.networks)} networks")
    say()
    rows = show.overview(cluster, names)
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for nodes, roles, installed, networks in rows:
        say(f"  {nodes:<{widths[0]}}  {roles:<{widths[1]}}  {installed:<{widths[2]}}  {networks}".rstrip())
