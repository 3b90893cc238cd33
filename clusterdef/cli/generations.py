"""`clusterdef generations`: what was generated, newest first."""

from __future__ import annotations

import time

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems


@click.command("generations")
@click.argument("file", required=False, metavar="[SITE.yaml]")
@place.option
@click.option(
    "-o", "--output", "tree", metavar="DIR", help="where generations are kept; by default `generated` beside site.yaml"
)
@click.option("--verify", is_flag=True, help="read every file of the current one, and tell what somebody changed")
def command(file: str | None, site: str | None, tree: str | None, verify: bool) -> int:
    """List the generations that are kept, the newest first, and tell when somebody changed files of the current one."""
    from clusterdef.tree import current, drift, generations
    from clusterdef.verbs.check import root_of

    root = root_of(place.find(file or site), tree)
    found = generations(root)
    if not found:
        say(f"there are no generations in {root} yet: clusterdef generate makes the first")
        return exits.FINE
    live = current(root)
    for one in found:
        mark = "current" if live and one.number == live.number else ""
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.made))
        say(f"{one.number:>5}  {when}  {one.files:>6} files  clusterdef {one.version}  {one.short}  {mark}".rstrip())
    drifted = drift(root, verify)
    show_problems([one.problem() for one in drifted], err=True)
    return exits.WORLD if drifted else exits.FINE
