"""`clusterdef publish`: what was generated becomes live, on every machine that reads it."""

from __future__ import annotations

import os
import pwd
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems, tint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterdef.problem import Problem
    from clusterdef.verbs.publish import Outcome, Survey, Target

DONE = {
    "carry": "carried",
    "check": "checked",
    "switch": "live",
    "reload": "told",
    "settle": "recorded",
    "back": "went back",
    "discard": "tidied",
    "tidy": "tidied",
}
QUIET = frozenset({"settle", "discard", "tidy"})
"""States that are told only when they go wrong."""
SCREEN = 10
"""Rows of a machine's summary that are shown."""


@click.command("publish")
@click.argument("file", required=False, metavar="[SITE.yaml]")
@place.option
@click.option(
    "-o", "--output", "tree", metavar="DIR", help="where generations are kept; by default `generated` beside site.yaml"
)
@click.option("--dry-run", is_flag=True, help="say what would change where, and touch nothing")
@click.option(
    "--check-only", is_flag=True, help="carry the files and let their readers check them; nothing becomes live"
)
@click.option("-y", "--yes", is_flag=True, help="agree to a large change beforehand")
@click.option(
    "--without", metavar="NODESET", help="leave these machines for another time", shell_complete=place.complete_nodes
)
@click.option("--here", metavar="NODE", help="the node that this machine is, where its own name does not say it")
@click.option(
    "--replace", metavar="COMMIT", help="publish although this live commit is not contained in the definition"
)
@click.option("--ssh-config", metavar="FILE", help="settings for ssh, instead of the user's own")
def command(
    file: str | None,
    site: str | None,
    tree: str | None,
    dry_run: bool,
    check_only: bool,
    yes: bool,
    without: str | None,
    here: str | None,
    replace: str | None,
    ssh_config: str | None,
) -> int:
    """Make the current generation live.

    Each machine gets the files that it reads: this one directly, others by ssh as root. Every reader's own check is
    asked before; then one rename makes the files live, and the daemons whose files changed are told. When anybody
    refuses, everything is as it was. A configuration server where nothing changes is asked too whether it could use
    what is live there; what it objects to is a warning.

    It asks before nodes vanish or more than a tenth changes, and refuses a definition that lacks what somebody else
    published.
    """
    from concurrent.futures import ThreadPoolExecutor

    from clusterdef.verbs.check import root_of
    from clusterdef.verbs.publish import Wish, objections, publish, survey

    started = time.monotonic()
    path = place.find(file or site)
    names = (here,) if here else (os.uname().nodename, os.uname().nodename.split(".")[0])
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    config = Path(ssh_config) if ssh_config else None
    wish = Wish(path, root_of(path, tree), names, who(), at, dict(os.environ), without, replace, config)
    found = survey(wish)
    _tell_plan(found)
    if not found.open:
        show_problems([] if dry_run else objections(found), err=True)
        say("nothing to publish: what is live is this generation")
        return exits.FINE
    if dry_run:
        return exits.FINE
    if found.reasons and not check_only and not yes and not _agreed():
        return exits.CONSENT
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(objections, found)
        made = publish(found, check_only, _tell)
    return _end(found, made, asked.result(), time.monotonic() - started)


def who() -> str:
    """The person: behind sudo too."""
    user = os.environ.get("SUDO_USER")
    try:
        return user or pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _tell_plan(found: Survey) -> None:
    generation = found.generation
    at = f", commit {found.commit[:10]}" if found.commit else ""
    say(f"generation {generation.number} of {found.cluster.name}{at}     {generation.files} files")
    say()
    width = max(len(target.part.node.name) for target in found.targets)
    for target in found.targets:
        _tell_target(target, width)
    for name in found.pulled:
        say(f"  {name:<{width}}  fetches its part by itself")
    for note in found.notes:
        say(f"  note: {note}")
    for reason in found.reasons:
        say(f"  {tint('large change', 'yellow')}  {reason}")
    say()


def _tell_target(target: Target, width: int) -> None:
    from clusterdef.changes import rows

    name = f"{target.part.node.name:<{width}}"
    where = "" if target.part.here else " (ssh)"
    changes = target.difference.changes
    if not target.live.number:
        say(f"  {name}  {len(changes)} files, for the first time{where}")
        return
    if not changes:
        say(f"  {name}  {'as before, but its daemons are still to be told' if target.live.due else 'as before'}{where}")
        return
    number = {kind: sum(change.kind == kind for change in changes) for kind in ("new", "changed", "gone")}
    say(f"  {name}  {number['new']} new, {number['changed']} changed, {number['gone']} gone{where}")
    for row in rows(changes, [])[:SCREEN]:
        say(f"  {'':<{width}}    {row.who:<16}  {row.kind:<8} {', '.join(filter(None, row.makers))}")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        say("a large change needs consent: add --yes once the rows above are what you want", err=True)
        return False
    return click.confirm("Go on?", default=False)


def _tell(machine: str, state: str, well: bool, what: str) -> None:
    if well and state in QUIET:
        return
    mark = tint("✓", "green") if well else tint("✗", "red")
    say(f"  {machine:<12}  {DONE[state] if well else state:<10} {mark}  {what}".rstrip())


def _end(found: Survey, made: Outcome, objections: Sequence[Problem], seconds: float) -> int:
    for note in made.notes:
        say(f"  note: {note}")
    say()
    show_problems(objections, err=True)
    if made.state == "refused":
        show_problems(made.problems, err=True)
        stuck = any(problem.code == "publish-stuck" for problem in made.problems)
        say("what was live is live" + (", but not everybody could be told" if stuck else ": nothing changed"), err=True)
        return exits.WORLD
    names = ", ".join(target.part.node.name for target in found.open)
    if made.state == "checked":
        say(f"generation {found.generation.number} would be accepted by {names}; nothing is live yet ({seconds:.1f} s)")
        return exits.FINE
    show_problems(made.problems, err=True)
    say(f"generation {found.generation.number} is live on {names} ({seconds:.1f} s)")
    return exits.FINE
