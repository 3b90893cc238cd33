"""`clusterdef module`: begin module definitions, and lock, fetch and verify the Puppet code of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems

if TYPE_CHECKING:
    from clusterdef.verbs.lock import Report
    from clusterdef.verbs.module import Begun


@click.group("module")
def command() -> None:
    """Module definitions, and the Puppet code that others wrote: which exactly, and whether it is here."""


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


@command.command("lock")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@place.option
def lock(names: tuple[str, ...], site: str | None) -> int:
    """Look anew what every source means, fetch it, and write Puppetfile and Puppetfile.lock.

    With NAMES, only these Puppet modules are looked at anew. Both files belong to the definition: commit them.
    """
    import os

    from clusterdef.verbs import lock as verb

    found = verb.lock(place.find(site), names, dict(os.environ))
    _show(found)
    for name, by in found.left.items():
        say(f"  {name} is left to the packages of the configuration server ({by} needs it)")
    if not found.rows:
        say("nothing is locked, and nothing has to be: no module takes its code from elsewhere")
        return exits.FINE
    changed = any(row.state != verb.SAME for row in found.rows)
    say(f"{verb.PUPPETFILE} and {verb.NAME} are written" if changed else "nothing changed: the lock stands")
    if changed:
        say()
        say(f"next: git add {verb.PUPPETFILE} {verb.NAME}; git commit")
        say("      clusterdef generate --diff     to read what the new code is")
    return exits.FINE


@command.command("fetch")
@place.option
def fetch(site: str | None) -> int:
    """Fetch the Puppet code that the lock names and that is not on this machine.

    What is fetched is what was locked, or nothing is: a tag that was moved meanwhile is refused.
    """
    import os

    from clusterdef.verbs import lock as verb

    found = verb.fetch(place.find(site), dict(os.environ))
    if not found.rows:
        say("nothing is locked, so there is nothing to fetch; what has to be, says   clusterdef module verify")
        return exits.FINE
    _show(found)
    new = sum(row.state != verb.SAME for row in found.rows)
    say(f"{_modules(len(found.rows))}, {new} fetched, {len(found.rows) - new} as before")
    return exits.FINE


@command.command("verify")
@place.option
def verify(site: str | None) -> int:
    """Tell whether the fetched Puppet code is here, is what was locked, and is what the definition asks for."""
    from clusterdef.verbs import lock as verb

    found = verb.verify(place.find(site))
    _show(found)
    wrong = [row for row in found.rows if row.state != verb.HERE]
    show_problems([one for one in found.problems if one.code != "module-unfetched"], err=True)
    if wrong:
        say(f"{len(wrong)} of {_modules(len(found.rows))} not as locked; get them:   clusterdef module fetch", err=True)
        return exits.WORLD
    if found.problems:
        return exits.DEFINITION
    if found.rows:
        say(f"{_modules(len(found.rows))}, all as locked")
    elif not found.unlocked:
        say("nothing is locked, and nothing has to be: no module takes its code from elsewhere")
    if found.unlocked:
        say(f"{'' if found.rows else 'nothing is locked; '}{verb.lacking(found.unlocked)}")
    return exits.FINE


def _modules(number: int) -> str:
    return f"{number} module{'' if number == 1 else 's'}"


def _show(found: Report) -> None:
    width = max((len(row.name) for row in found.rows), default=0)
    for row in found.rows:
        what = f"{row.locked.source.version or row.locked.source.place} {row.locked.short}".strip()
        by = f"  ({row.by})" if row.by else ""
        say(f"  {row.name:<{width}}  {what:<24}  {row.state}{by}")
    if found.rows:
        say()
