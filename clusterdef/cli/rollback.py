"""`clusterdef rollback`: an earlier generation becomes the current one again."""

from __future__ import annotations

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say


@click.command("rollback")
@click.argument("number", type=int, required=False)
@place.option
@click.option(
    "-o", "--output", "tree", metavar="DIR", help="where generations are kept; by default `generated` beside site.yaml"
)
def command(number: int | None, site: str | None, tree: str | None) -> int:
    """Make generation NUMBER the current one again; without it, the one before the current.

    Every file is held against its digest first: a generation that somebody changed is refused. The site's own
    files are not touched, so the next generate goes on from them.
    """
    from clusterdef.tree import rollback
    from clusterdef.verbs.check import root_of

    root = root_of(place.find(site), tree)
    found = rollback(root, number)
    say(f"generation {found.number} is in {root}/current again     {found.files} files, all as they were written")
    say("next: correct site.yaml; clusterdef generate makes a new generation from it")
    return exits.FINE
