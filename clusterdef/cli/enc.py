"""`clusterdef enc`: what Puppet will be told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems, tint

if TYPE_CHECKING:
    from clusterdef.verbs.enc import Origin


@click.command("enc")
@click.argument("certname", required=False, shell_complete=place.complete_nodes)
@place.option
@click.option("--all", "every", is_flag=True, help="every machine's, a line each")
@click.option("--diff", is_flag=True, help="what differs from what was generated last, of one machine or of all")
@click.option("--explain", is_flag=True, help="a line for each value, with the place where it was written")
@click.option(
    "-o", "--output", "tree", metavar="DIR", help="where generations are kept; by default `generated` beside site.yaml"
)
def command(certname: str | None, site: str | None, every: bool, diff: bool, explain: bool, tree: str | None) -> int:
    """Print what Puppet will be told of a machine: its classes with their parameters, and its own variables.

    CERTNAME is the name on the machine's certificate, or the node's. What is printed is what the definition says
    now, taken from the current generation where that was made from it; Puppet reads what was published. Secrets are
    not in it: they reach Puppet by Hiera.
    """
    from clusterdef.site import load
    from clusterdef.verbs import enc
    from clusterdef.verbs.generate import root_of

    _sensible(certname, every, diff, explain)
    file = place.find(site)
    if not (diff or explain) and (kept := enc.standing(file, root_of(file, tree), certname)):
        sys.stdout.buffer.writelines(kept)
        return exits.FINE
    found = load(file)
    if found.cluster is None:
        show_problems(found.problems, err=True)
        return exits.DEFINITION
    one = enc.node(found.cluster, certname) if certname else None
    only = [one.name] if one else None
    if diff:
        for line in enc.difference(found, found.cluster, root_of(file, tree), only):
            say(tint(line, {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "reset")))
    elif one and explain:
        _table(enc.explained(found, found.cluster, one))
    else:
        say("".join(text for _, text in sorted(enc.documents(found, found.cluster, only))).rstrip("\n"))
    return exits.FINE


def _sensible(certname: str | None, every: bool, diff: bool, explain: bool) -> None:
    if certname and every:
        raise click.UsageError("one machine or --all, not both")
    if diff and explain:
        raise click.UsageError("--diff or --explain, not both")
    if explain and not certname:
        raise click.UsageError("--explain is for one machine: say its name")
    if not (certname or every or diff):
        raise click.UsageError("say which machine, or --all")


def _table(rows: list[Origin]) -> None:
    lines = [f"{row.name} = {row.value}" if row.value else row.name for row in rows]
    width = min(60, max(len(line) for line in lines))
    for line, row in zip(lines, rows, strict=True):
        say(f"{line:<{width}}  {row.place}".rstrip())
