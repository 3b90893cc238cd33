"""`clusterdef recover`: a machine that died comes back, step by step, and somebody watches it."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.publish import who
from clusterdef.cli.terminal import say, show_problems
from clusterdef.cli.wait import Screen, clock
from clusterdef.problem import visible

if TYPE_CHECKING:
    from clusterdef.flows.recover import Job, Seen
    from clusterdef.verbs.recover import Plan, Wish

STATE = "/var/lib/clusterdef/recover"
PAUSE = 5.0
"""Seconds between two looks; each is a connection to the configuration server."""

DONE = {
    "publish": "published",
    "clean": "cleaned",
    "arm": "armed",
    "certificate": "certificate",
    "run": "configured",
    "tidy": "tidied",
    "disarm": "disarmed",
}
WAITS = {"certificate": "nobody has asked for its certificate yet", "run": "it has not reported a run yet"}
QUIET = frozenset({"tidy"})
"""States that are told only when they go wrong."""


@click.command("recover")
@click.argument("name", shell_complete=place.complete_nodes)
@place.option
@click.option(
    "-o", "--output", "tree", metavar="DIR", help="where generations are kept; by default `generated` beside site.yaml"
)
@click.option("--dry-run", is_flag=True, help="say what would be done and lost, and change nothing")
@click.option("-y", "--yes", is_flag=True, help="agree beforehand")
@click.option(
    "--wait",
    "minutes",
    type=click.IntRange(1, 7 * 24 * 60),
    default=60,
    show_default=True,
    help="minutes to wait for its request, and as many for its first run; its token holds as long",
)
@click.option("--by-hand", is_flag=True, help="make no token: a person signs its certificate")
@click.option("--anew", is_flag=True, help="begin at the beginning, where an earlier attempt would be taken up again")
@click.option("--here", metavar="NODE", help="the node that this machine is, where its own name does not say it")
@click.option("--state", metavar="DIR", default=STATE, show_default=True, help="where what goes on is kept")
@click.option("--ssh-config", metavar="FILE", help="settings for ssh, instead of the user's own")
def command(
    name: str,
    site: str | None,
    tree: str | None,
    dry_run: bool,
    yes: bool,
    minutes: int,
    by_hand: bool,
    anew: bool,
    here: str | None,
    state: str,
    ssh_config: str | None,
) -> int:
    """Bring machine NAME back after it died: its files are made live again, its former certificate goes, the steps for
    whoever installs it are printed, and then it is waited for until its first configuration run went well.

    It asks before anything is lost. Ended at any moment, it goes on where it was when it is run again.
    """
    from clusterdef.verbs import recover as verb

    wish = _wish(name, place.find(site), tree, here, ssh_config, Path(state), minutes, by_hand, anew)
    found = verb.target(wish)
    with nullcontext() if dry_run else found.held():
        plan = verb.plan(found)
        _tell_plan(plan)
        if dry_run:
            say("dry run: nothing was changed")
            return exits.FINE
        if not plan.resumed and not yes and not _agreed():
            return exits.CONSENT
        return _go(plan)


def _wish(
    name: str,
    file: Path,
    tree: str | None,
    here: str | None,
    ssh_config: str | None,
    state: Path,
    minutes: int,
    by_hand: bool,
    anew: bool,
) -> Wish:
    from clusterdef.verbs.check import root_of
    from clusterdef.verbs.publish import Wish as Publication
    from clusterdef.verbs.recover import Wish

    own = os.uname().nodename
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    config = Path(ssh_config) if ssh_config else None
    names = (here,) if here else (own, own.split(".")[0])
    publication = Publication(file, root_of(file, tree), names, who(), at, dict(os.environ), ssh_config=config)
    return Wish(publication, name, state, int(time.time()), minutes, by_hand, anew)


def _tell_plan(plan: Plan) -> None:
    """What it is about, what is lost, and who is concerned."""
    node = plan.target.node
    where = f", rack {node.place.rack}" if node.place.rack else ""
    unit = f" unit {node.place.unit}" if where and node.place.unit else ""
    if plan.resumed:
        begun = time.strftime("%H:%M on %d %B", time.localtime(plan.job.begun))
        say(f"{node.name}: {plan.job.by} began to recover it at {begun}; it goes on from there (--anew begins again)")
        say()
        return
    say(visible(f"{node.name} ({', '.join(node.roles)}{where}{unit}) is to come back from nothing."))
    _row("lost", plan.lost)
    _row("kept", ", ".join(node.keep))
    _row("back", ", ".join(plan.back) and f"by hand, from the backup: {', '.join(plan.back)}")
    _row("cert", _certificate(plan))
    for sentence in plan.others or ("nobody else depends on it",):
        _row("others", sentence)
    say()


def _row(word: str, text: str) -> None:
    if text:
        say(visible(f"  {word:<7} {text}"))


def _certificate(plan: Plan) -> str:
    if plan.ports is None:
        return ""
    has = f"its former one ({plan.standing.state}) is removed; " if plan.standing else ""
    if plan.job.way == "hand":
        return f"{has}a person signs the new one"
    by = f"; {plan.door.head} hands it to {' or '.join(plan.door.addresses)}" if plan.door else ""
    return f"{has}the new one is signed by a token, once and within {plan.job.patience // 60} minutes{by}"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        say("this needs consent: add --yes once the lines above are what you want", err=True)
        return False
    return click.confirm("Go on?", default=False)


class _Clock:
    """The real time."""

    def now(self) -> int:
        return int(time.time())

    def pause(self) -> None:
        time.sleep(PAUSE)


def _go(plan: Plan) -> int:
    """Do it, and tell how it goes."""
    from clusterdef.verbs.recover import recover

    name = plan.target.node.name
    watch = _Watch(plan)
    try:
        return _end(plan, recover(plan, watch.tell, _Clock()), watch.last)
    except KeyboardInterrupt:
        watch.screen.clear()
        say(f"{name} is not watched any more; nothing was undone. To go on:   clusterdef recover {name}", err=True)
        return exits.INTERRUPTED


class _Watch:
    """What is told while it goes on; `last` is the last thing that was seen where it waited."""

    def __init__(self, plan: Plan) -> None:
        self.screen = Screen()
        self.last = ""
        self._plan = plan
        if plan.job.state == "certificate":
            _tell_steps(plan)

    def tell(self, job: Job, seen: Seen, late: bool) -> None:
        """See flows.recover."""
        now = int(time.time())
        spent = now - job.since
        self.last = seen.said if seen.done else seen.said or self.last
        if late:
            self.screen.over(DONE[job.state], spent, self.last or WAITS[job.state])
        elif not seen.done:
            self.screen.waits(DONE[job.state], spent, job.until - now, WAITS[job.state], seen.said)
        elif job.state not in QUIET:
            self.screen.done(DONE[job.state], spent, seen.said)
        if seen.done and job.table[job.state].then in (*WAITS, "prepared") and job.state not in WAITS:
            _tell_steps(self._plan)


def _tell_steps(plan: Plan) -> None:
    from clusterdef.verbs.recover import steps

    say()
    for number, step in enumerate(steps(plan), 1):
        for line in textwrap.wrap(visible(step.text), 110, initial_indent=f"  {number}. ", subsequent_indent="     "):
            say(line)
        for line in step.lines:
            say(f"       {visible(line)}")
    say()


def _end(plan: Plan, ended: Job, last: str) -> int:
    """The last lines: how it ended, and what to do."""
    from clusterdef.verbs.recover import late

    name, spent = plan.target.node.name, clock(int(time.time()) - ended.begun)
    say()
    if ended.state == "back":
        say(f"{name} is back: its certificate is new and its first configuration run went well ({spent})")
        return exits.FINE
    if ended.state == "prepared":
        say(f"{name} is prepared; no configuration server of this site can tell when it is back")
        return exits.FINE
    show_problems([late(plan, ended, last)], err=True)
    return exits.WORLD
