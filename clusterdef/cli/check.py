"""`clusterdef check`: everything that is wrong, at once, in file order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems
from clusterdef.problem import Refused, counts, has_errors

if TYPE_CHECKING:
    from clusterdef.site import Site


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
    try:
        found = check(place.find(file or site), tree)
    except Refused as refused:
        return _unread(refused, form)
    show_problems(found.problems, form)
    if form == "text":
        say(f"{counts(found.problems)}{_of(found)} ({time.monotonic() - started:.1f} s)")
    return exits.DEFINITION if has_errors(found.problems) else exits.FINE


def _unread(refused: Refused, form: str) -> int:
    """A file that cannot be read is a problem like others, in the form that was asked for."""
    show_problems(refused.problems, form)
    if form == "text":
        say(f"{counts(refused.problems)}; nothing else can be looked at before")
    return exits.of(refused.problems)


def _of(site: Site) -> str:
    """How much was looked at."""
    drafts = site.resolution.drafts.values()
    if not drafts:
        return "; nodes can only be looked at when that is mended"
    roles = {role for draft in drafts for role in draft.profile.all_roles}
    return f" in {_number(len(drafts), 'node')}, {_number(len(roles), 'role')}"


def _number(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
