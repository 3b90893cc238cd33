"""`clusterdef generate`: a new generation, and on one screen what changed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import bar, say, show_problems, tint
from clusterdef.problem import counts, has_errors, listing

if TYPE_CHECKING:
    from clusterdef.problem import Problem
    from clusterdef.verbs.generate import Made

SCREEN = 20
"""Rows of a summary that are shown."""
MAKERS = 8
"""Kinds of files that a row names."""


@click.command("generate")
@click.argument("words", nargs=-1, metavar="[SITE.yaml] [NODESET]", shell_complete=place.complete_nodes)
@place.option
@click.option(
    "-o", "--output", "tree", metavar="DIR", help="where generations are kept; by default `generated` beside site.yaml"
)
@click.option("--diff", is_flag=True, help="show what changed, line by line; when nothing does, the last change")
@click.option("--dry-run", is_flag=True, help="say what would change, and write nothing")
@click.option("--consent", metavar="NODESET", help="let these nodes move to another address or name")
def command(
    words: tuple[str, ...], site: str | None, tree: str | None, diff: bool, dry_run: bool, consent: str | None
) -> int:
    """Write the files that deploy the cluster, as a new generation beside the old ones.

    With NODESET, only the files of those nodes are made anew; all others stay as they are. Nothing live is touched.
    """
    from clusterdef.verbs.generate import Wish, generate, root_of

    started = time.monotonic()
    file, nodeset = place.sorted_out(words, site)
    wish = Wish(file, root_of(file, tree), nodeset, consent, dry_run)
    with bar("writing files") as progress:
        made = generate(wish, progress)
    if has_errors(made.problems):
        show_problems(made.problems, err=True)
        say(f"{counts(made.problems)}; nothing was written", err=True)
        return exits.CONSENT if made.consent_missing else exits.DEFINITION
    _tell(made, wish.root, time.monotonic() - started)
    if diff:
        _show_diff(made)
    elif not made.unchanged:
        _next(made.problems, dry_run)
    return exits.FINE


def _tell(made: Made, root: Path, seconds: float) -> None:
    """The screen: which generation, what changed by node, the count by file."""
    say(f"{_head(made, root)}     {len(made.nodes)} nodes, {made.files} files, {seconds:.1f} s")
    if made.unchanged:
        return
    if made.program_only:
        say(f"the site is as it was: what changed comes with clusterdef itself{_versions(made)}")
    _summary(made)


def _head(made: Made, root: Path) -> str:
    if made.generation is None:
        return f"dry run: nothing is written to {root}"
    where = f"generation {made.generation.number} in {root}/current"
    return f"nothing changed: {where} stands" if made.unchanged else where


def _summary(made: Made) -> None:
    from clusterdef.changes import rows

    found = rows(made.changes, made.nodes)
    more, found = found[SCREEN:], found[:SCREEN]
    say()
    width = min(32, max((len(row.who) for row in found), default=0))
    for row in found:
        say(f"  {row.who:<{width}}  {tint(f'{row.kind:<8}', _COLOURS[row.kind])} {listing(row.makers, MAKERS)}")
    if more:
        say(f"  {'and':<{width}}  {len(more)} rows more: clusterdef generate --diff shows each file")
    say(f"  {'files':<{width}}  {_count(made)}")


def _versions(made: Made) -> str:
    versions = [one.version for one in (made.before, made.generation) if one]
    return f" ({' -> '.join(versions)})" if len(set(versions)) > 1 else ""


_COLOURS = {"new": "green", "changed": "yellow", "gone": "red"}


def _count(made: Made) -> str:
    number = {kind: sum(change.kind == kind for change in made.changes) for kind in _COLOURS}
    same = made.files - number["new"] - number["changed"]
    return f"{number['new']} new, {number['changed']} changed, {number['gone']} gone, {same} as before"


def _next(problems: list[Problem], dry: bool) -> None:
    say()
    if problems:
        say(f"{counts(problems)}: clusterdef check tells them")
    if dry:
        say("next: clusterdef generate            to write it")
    else:
        say("next: clusterdef generate --diff     to read the changes")
        say("      clusterdef publish             to make them live")


def _show_diff(made: Made) -> None:
    from clusterdef.verbs.difference import lines

    for line in lines(made):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        say(tint(line, colour) if colour else line)
