"""`clusterdef accept`: whether machines do what they are for."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems, tint

if TYPE_CHECKING:
    from clusterdef.model import Check, Cluster
    from clusterdef.ports.prompt import Prompt
    from clusterdef.verbs.accept import Result

FEW = 3
"""So many machines are shown with every check; of more, what is not well."""
LINES = 5
"""Lines of what was said that are shown."""


@click.command("accept")
@click.argument("nodeset", shell_complete=place.complete_nodes)
@place.option
@click.option(
    "--only", "only", multiple=True, metavar="CHECK", help="this check (module.check), or those of a module; repeatable"
)
@click.option("--once", is_flag=True, help="look once, and do not wait until it comes true")
@click.option("-v", "--verbose", is_flag=True, help="show every check, of however many machines")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="text for people, JSON for programs"
)
@click.option("--here", metavar="NODE", help="the node that this machine is, where its own name does not say it")
@click.option("--ssh-config", metavar="FILE", help="settings for ssh, instead of the user's own")
def command(
    nodeset: str,
    site: str | None,
    only: tuple[str, ...],
    once: bool,
    verbose: bool,
    form: str,
    here: str | None,
    ssh_config: str | None,
) -> int:
    """Try whether machines do what they are for.

    Every check of every module that a machine of NODESET carries is run, by ssh as root: on the machine itself, on one
    that uses its service, or on the head, as the module says. A check may take some time to come true, each its own.

    Exit code 0 when all is well, 3 when not.
    """
    from clusterdef.site import load
    from clusterdef.verbs import accept
    from clusterdef.verbs.generate import chosen_nodes

    started = time.monotonic()
    found = load(place.find(site))
    if found.cluster is None:
        show_problems(found.problems, err=True)
        return exits.DEFINITION
    wanted = accept.chosen(found.cluster, chosen_nodes(nodeset, found.cluster), only)
    texts = accept.scripts(found, wanted.values())
    prompt = _Prompts(found.cluster, here, Path(ssh_config) if ssh_config else None)
    clock = accept.Clock(time.monotonic)
    width = max(map(len, wanted))
    every: list[Result] = []
    for name, results in accept.accept(wanted, texts, prompt, clock, once, _waits):
        if form == "text":
            _tell(name, results, width, verbose or len(wanted) <= FEW)
        every += results
    if form == "json":
        say(json.dumps([_object(one) for one in every], indent=2))
        return exits.FINE if all(one.well for one in every) else exits.WORLD
    return _end(every, len(wanted), time.monotonic() - started)


class _Prompts:
    """The prompt of each machine by its name: this machine's own, and others by ssh."""

    def __init__(self, cluster: Cluster, here: str | None, ssh_config: Path | None) -> None:
        self.cluster = cluster
        self.here = {here} if here else {os.uname().nodename, os.uname().nodename.split(".")[0]}
        self.ssh_config = ssh_config

    def __call__(self, name: str) -> Prompt:
        from clusterdef import wiring

        node = self.cluster.nodes[name]
        here = not self.here.isdisjoint((node.name, node.fqdn))
        return wiring.prompt(name, node.reached_at, here, self.ssh_config)


def _waits(check: Check, seconds: float) -> None:
    """What a person sees meanwhile; a file has no use for it."""
    if sys.stderr.isatty():
        say(f"  {check.node}  {check.name}  ▸  not yet; tried again for up to {_clock(seconds)}", err=True)


def _tell(name: str, results: list[Result], width: int, all_of_them: bool) -> None:
    well = sum(one.well for one in results)
    mark = tint("✓", "green") if well == len(results) else tint("✗", "red")
    say(f"{name:<{width}}  {mark}  {f'{well} of {len(results)} well' if results else 'nothing to check'}")
    shown = [one for one in results if all_of_them or not one.well]
    names = max((len(one.check.name) for one in shown), default=0)
    for one in shown:
        _tell_check(one, names)


def _tell_check(one: Result, width: int) -> None:
    mark = tint("✓", "green") if one.well else tint("✗", "red")
    where = "" if one.check.where == one.check.node else f" (from {one.check.where})"
    state = "" if one.well else f"{one.state}: "
    say(f"  {one.check.name:<{width}}  {mark}  {_clock(one.seconds)}  {state}{one.check.description}{where}")
    for line in one.said.splitlines()[-LINES:] if not one.well else ():
        say(f"  {'':<{width}}               {line}")


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def _object(one: Result) -> dict[str, object]:
    check = one.check
    names = {"node": check.node, "check": check.name, "from": check.where, "as": check.user}
    return {**names, "description": check.description, "state": one.state, "seconds": one.seconds, "said": one.said}


def _end(every: list[Result], machines: int, seconds: float) -> int:
    wrong = sum(not one.well for one in every)
    how = f"{wrong} not well" if wrong else "all well"
    say()
    say(f"{_number(len(every), 'check')} on {_number(machines, 'machine')}: {how} ({seconds:.1f} s)")
    return exits.WORLD if wrong else exits.FINE


def _number(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
