"""`clusterdef module`: begin module definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems

if TYPE_CHECKING:
    from clusterdef.verbs.module import Begun


@click.group("module")
def command() -> None:
    """Begin a module definition: what a module is, for whoever writes its Puppet code."""


@command.command("new")
@click.argument("name")
@place.option
@click.option(
    "--from-puppet",
    "puppet",
    metavar="DIR",
    help="take parameters, types, defaults and descriptions from the Puppet module in this folder",
)
@click.option("--class", "class_", metavar="CLASS", help="the class to read; by default the one in init.pp")
@click.option("--force", is_flag=True, help="write it anew when it is already there")
def new(name: str, site: str | None, puppet: str | None, class_: str | None, force: bool) -> int:
    """Write modules/NAME/module.json in the site's folder.

    What a Puppet class does not tell (services, ports, checks) is left open and named.
    """
    from pathlib import Path

    from clusterdef.verbs.module import Wish, begin

    if class_ and not puppet:
        raise click.UsageError("--class says which class of --from-puppet DIR is meant; there is no DIR")
    folder = place.find(site).parent
    begun = begin(Wish(folder, name, Path(puppet) if puppet else None, class_, force))
    show_problems(begun.notes)
    _tell(begun, name)
    return exits.FINE


def _tell(begun: Begun, name: str) -> None:
    number = begun.parameters
    say(f"{begun.file} is written" + (f", {number} parameter{'' if number == 1 else 's'}" if number else ""))
    say()
    say("still to be written there:")
    for line in begun.open:
        say(f"  {line}")
    say()
    say(f'next: "modules": ["{name}"] in the role that needs it')
    say("      clusterdef check")
