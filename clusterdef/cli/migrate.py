"""`clusterdef migrate`: move an older site file on to this version's format."""

from __future__ import annotations

import sys

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, tint


@click.command("migrate")
@click.argument("file", required=False, metavar="[SITE.yaml]")
@place.option
@click.option("--yes", is_flag=True, help="write it without asking")
def command(file: str | None, site: str | None, yes: bool) -> int:
    """Move an older site file to this version's format, with its comments and everything else as they are.

    Shows what would change, then asks; the file as it was stays beside it. The schemas for the editor, which `init`
    put beside it, are renewed where they are of another version.
    Exit code 4 when there is something to write and nobody to ask.
    """
    from clusterdef.verbs.migrate import carry_out, plan, renew_schemas

    found = plan(place.find(file or site))
    renewed = renew_schemas(found)
    if renewed:
        say(f"renewed for the editor: {', '.join(renewed)}")
    if not found.needed:
        say(f"nothing to do: {found.file} is of format {found.change.after}, the newest")
        return exits.FINE
    for line in found.diff():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        say(tint(line, colour) if colour else line)
    say()
    say(f"{found.file}: format {found.change.before} -> {found.change.after}")
    for line in found.change.says:
        say(f"  {line}")
    if not yes and not _agreed():
        say("nothing was written; to write it without being asked:   clusterdef migrate --yes", err=True)
        return exits.CONSENT
    backup = carry_out(found)
    say(f"written; as it was, it is {backup.name}")
    say("next: clusterdef check")
    return exits.FINE


def _agreed() -> bool:
    return sys.stdin.isatty() and click.confirm("Write it?", default=False)
