"""`clusterdef retrofit`: machines that had a life before are joined without a change, and taken over class by class."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.publish import who
from clusterdef.cli.terminal import say, tint
from clusterdef.problem import listing, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clusterdef.ports.reports import Report
    from clusterdef.verbs.retrofit import Found, Machine

STATE = "/var/lib/clusterdef/retrofit"


@click.command("retrofit")
@click.argument("nodeset", shell_complete=place.complete_nodes)
@place.option
@click.option("--join", is_flag=True, help="arm a token and keep a script for each machine that has not joined yet")
@click.option(
    "--valid",
    "minutes",
    type=click.IntRange(1, 7 * 24 * 60),
    default=60,
    show_default=True,
    help="minutes for which these tokens hold",
)
@click.option("--here", metavar="NODE", help="the node that this machine is, where its own name does not say it")
@click.option("--state", metavar="DIR", default=STATE, show_default=True, help="where the scripts are kept")
@click.option("--ssh-config", metavar="FILE", help="settings for ssh, instead of the user's own")
def command(
    nodeset: str, site: str | None, join: bool, minutes: int, here: str | None, state: str, ssh_config: str | None
) -> int:
    """Take machines over that run already: tell which have joined the configuration server, and what their last run
    would have changed, class by class.

    A machine joins by a script that is run there. It changes nothing but the agent's own files: the agent only tells
    what it would do, until the definition says which classes may change the machine.
    """
    from clusterdef.verbs.publish import Wish as Publication
    from clusterdef.verbs.retrofit import Wish, look, prepare

    file, config = place.find(site), Path(ssh_config) if ssh_config else None
    own = os.uname().nodename
    names = (here,) if here else (own, own.split(".")[0])
    publication = Publication(file, file.parent / place.TREE, names, who(), "", dict(os.environ), ssh_config=config)
    found = look(Wish(publication, nodeset, Path(state), int(time.time()), minutes))
    _tell_joined(found)
    if join:
        scripts = prepare(found)
        for machine, path in scripts:
            _tell_script(machine, path)
        if len(scripts) > 1:
            _tell_all(scripts)
    elif any(not machine.joined for machine in found.machines):
        say(f"\nnext: clusterdef retrofit {nodeset} --join     to let them join, with nothing changed there")
    _tell_next(found)
    return exits.FINE


def _tell_joined(found: Found) -> None:
    """Each machine in a line; what runs would have changed below, once for all that are alike."""
    from clusterdef.nodeset import fold

    width = max(len(machine.node.name) for machine in found.machines)
    for machine in found.machines:
        say(f"{machine.node.name:<{width}}  {_standing(machine)}")
    rows: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for machine in found.machines:
        for its_class, resources in machine.by_class().items():
            for one in resources:
                rows.setdefault((its_class, one.name, one.sentences), []).append(machine.node.name)
    for its_class in dict.fromkeys(key[0] for key in rows):
        say(f"\n{tint(its_class, 'cyan')}")
        for (_, name, sentences), names in ((key, rows[key]) for key in rows if key[0] == its_class):
            say(visible(f"  {name}" + (f"     {fold(names)}" if len(found.machines) > 1 else "")))
            for sentence in sentences:
                say(visible(f"      {sentence}"))


def _standing(machine: Machine) -> str:
    report = machine.report
    if not machine.joined:
        return "has not joined"
    if report is None:
        return "has joined; no run was reported yet"
    if report.errors and not report.resources:
        return visible(f"{tint('failed', 'red')} at {_when(report)}: {listing(report.errors, 1)}")
    number = sum(len(resources) for resources in machine.by_class().values())
    things = f"{number} {'thing' if number == 1 else 'things'}"
    if report.noop:
        return visible(f"changed nothing, and would have changed {things} ({_when(report)})")
    only = "" if machine.only is None else f" of {listing(machine.only) or 'the agent alone'}"
    return visible(f"is configured{only}; {f'{things} failed' if number else 'nothing failed'} ({_when(report)})")


def _when(report: Report) -> str:
    """When a run was, to the minute and by this machine's clock."""
    try:
        return f"{datetime.fromisoformat(report.at.replace(' +', '+')).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return report.at


def _tell_script(machine: Machine, path: Path) -> None:
    from clusterdef.flows.way_back import line

    say(f"\nto join {machine.node.name}, which changes nothing there:")
    say(f"  {line('ssh', f'root@{machine.node.reached_at}', 'sh -s')} < {line(str(path))}")


ALL = """
to join all {number} in this order, up to the first that fails:
  for one in {every}; do
    echo "${{one%%=*}}"; ssh "root@${{one#*=}}" 'sh -s' < {state}/"${{one%%=*}}"/{script} || break
  done"""


def _tell_all(scripts: Sequence[tuple[Machine, Path]]) -> None:
    """The same for whoever has many: one thing to paste. Where it stopped, it is the last name that was printed."""
    from clusterdef.flows.way_back import line

    every = line(*(f"{machine.node.name}={machine.node.reached_at}" for machine, _ in scripts))
    path = scripts[0][1]
    say(ALL.format(number=len(scripts), every=every, state=line(str(path.parents[1])), script=path.name))


def _tell_next(found: Found) -> None:
    """How a class is adopted: by the definition first, and once by hand where a machine still is in no-op."""
    from clusterdef.verbs.retrofit import still

    if not found.parameter:
        return
    ready = [machine for machine in found.machines if machine.report and machine.report.noop]
    if ready:
        harmless = still(ready, found.cluster)
        say("\nnext: say in site.yaml, at these machines, which classes may change them; then generate and publish")
        if harmless:
            say(f"      these would change nothing: {listing(harmless)}")
        say(f"        parameters: {{{found.parameter}: [{', '.join(harmless[:3] or ['CLASS'])}]}}")
    _tell_lines("once on each, because it still changes nothing:", ready, _adopt(found))
    partly = [machine for machine in found.machines if machine.only is not None and machine not in ready]
    _tell_lines("to see what the rest would change:", partly, lambda machine: ("--noop", "--tags", ""))


def _adopt(found: Found) -> Callable[[Machine], tuple[str, ...]]:
    """Options of the run that applies what the definition lets it; empty where nobody said so yet."""
    own = found.parameter.partition(".")[0]

    def options(machine: Machine) -> tuple[str, ...]:
        return () if machine.only is None else ("--no-noop", "--tags", ",".join((own, *machine.only)))

    return options


def _tell_lines(what: str, machines: Sequence[Machine], options: Callable[[Machine], tuple[str, ...]]) -> None:
    from clusterdef.flows.way_back import line

    lines = [
        line("ssh", f"root@{machine.node.reached_at}", line("puppet", "agent", "--test", *options(machine)))
        for machine in machines
        if options(machine)
    ]
    if lines:
        say(f"\n{what}")
    for one in lines:
        say(f"  {one}")
