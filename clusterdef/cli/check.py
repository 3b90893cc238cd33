"""`clusterdef check`: everything that is wrong, at once, in file order."""

from __future__ import annotations

import time

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems
from clusterdef.problem import counts, has_errors


@click.command("check")
@click.argument("file", required=False, metavar="[SITE.yaml]")
@place.option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "line", "json"]),
    default="text",
    help="text for people, a line each for editors, JSON for programs",
)
@click.option(
    "-o",
    "--output",
    "tree",
    metavar="DIR",
    help="the generations to compare with; by default `generated` beside site.yaml",
)
def command(file: str | None, site: str | None, form: str, tree: str | None) -> int:
    """Tell everything that is wrong with the definition.

    Exit code 0 when there are no errors (warnings and notes may be there), 1 when there are.
    """
    from clusterdef.verbs.check import check

    started = time.monotonic()
    found = check(place.find(file or site), tree)
    show_problems(found.problems, form)
    if form == "text":
        nodes, roles = (
            len(found.resolution.drafts),
            len({role for draft in found.resolution.drafts.values() for role in draft.profile.all_roles}),
        )
        say(f"{counts(found.problems)} in {nodes} nodes, {roles} roles ({time.monotonic() - started:.1f} s)")
    return exits.DEFINITION if has_errors(found.problems) else exits.FINE
