"""`clusterdef check`: everything that is wrong, at once, in file order."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import bar, say, show_problems
from clusterdef.problem import Problem, Refused, counts, has_errors, in_file_order

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
@click.option("--puppet", is_flag=True, help="compile catalogs too, by the Puppet that is installed here")
@click.option("--all", "every", is_flag=True, help="with --puppet: one for each machine, not for each kind of them")
@click.option(
    "--facts", metavar="FILE", help="with --puppet: facts of the site's own, JSON as a machine says them (puppet facts)"
)
@click.option(
    "--modules", "folder", metavar="DIR", help="with --puppet: a copy of the modules that only the server has"
)
def command(
    file: str | None,
    site: str | None,
    form: str,
    tree: str | None,
    puppet: bool,
    every: bool,
    facts: str | None,
    folder: str | None,
) -> int:
    """Tell everything that is wrong with the definition.

    On the configuration server itself, as root, it is asked as well whether it could use what would be published.

    With --puppet, catalogs are compiled as the configuration server would, one for each kind of machines: those with
    the same classes and parameters, their own names and addresses apart. No secret is asked for.

    Exit code 0 when there are no errors (warnings and notes may be there), 1 when there are.
    """
    from clusterdef.verbs.check import check

    for option, given in (("--all", every), ("--facts", facts), ("--modules", folder)):
        if given and not puppet:
            raise click.UsageError(f"{option} belongs to --puppet")
    started = time.monotonic()
    try:
        found = check(place.find(file or site), tree)
    except Refused as refused:
        return _unread(refused, form)
    found.problems += _asked(found)
    catalogs, code = _catalogs(found, every, facts, folder) if puppet else ("", exits.FINE)
    show_problems(found.problems, form)
    if form == "text":
        say(f"{counts(found.problems)}{_of(found)}{catalogs} ({time.monotonic() - started:.1f} s)")
    return code or (exits.DEFINITION if has_errors(found.problems) else exits.FINE)


def _asked(found: Site) -> list[Problem]:
    """What the readers on this machine say, where it is one that is asked: only root sees what they see."""
    from clusterdef import wiring
    from clusterdef.verbs import asked

    names = (os.uname().nodename, os.uname().nodename.split(".")[0])
    node = asked.own(found.cluster, names) if found.cluster and os.geteuid() == 0 else None
    if node is None or found.cluster is None:
        return []
    try:
        return list(asked.problems(found, found.cluster, node, wiring.prompt(node.name, "", True, None)))
    except Refused as refused:
        return list(refused.problems)


def _catalogs(found: Site, every: bool, facts: str | None, folder: str | None) -> tuple[str, int]:
    """Compile, and add to the site's problems; how many there were, and the exit code where it could not be done."""
    from clusterdef import wiring
    from clusterdef.verbs.compile import Besides, compile_catalogs

    besides = Besides(_facts(facts) if facts else {}, _modules(folder) if folder else {})
    if found.cluster is None or has_errors(found.problems):
        return "; catalogs are compiled when that is mended", exits.FINE
    try:
        with bar("compiling catalogs") as progress:
            made = compile_catalogs(found, found.cluster, wiring.compiler(), every, progress, besides)
    except Refused as refused:
        found.problems += refused.problems
        return "; catalogs were not compiled", exits.of(refused.problems)
    found.problems = in_file_order([*found.problems, *made.problems], [found.inputs.site.file])
    return f", {_number(made.catalogs, 'catalog')} for {_number(made.machines, 'machine')}", exits.FINE


def _facts(file: str) -> dict[str, Any]:
    """What a machine said of itself, with or without the words that go around it."""
    try:
        found = json.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise click.BadParameter(f"{file}: {error}", param_hint="--facts") from error
    values = found.get("values", found) if isinstance(found, dict) else None
    if not isinstance(values, dict):
        raise click.BadParameter(f"{file} holds no facts: puppet facts show prints some", param_hint="--facts")
    return values


def _modules(folder: str) -> dict[str, Path]:
    """Puppet modules in a directory, by name."""
    places = sorted(Path(folder).iterdir()) if Path(folder).is_dir() else []
    found = {one.name: one.resolve() for one in places if (one / "manifests").is_dir() or (one / "lib").is_dir()}
    if not found:
        raise click.BadParameter(f"{folder} is no directory of Puppet modules", param_hint="--modules")
    return found


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
