"""`clusterdef explain`: who set this."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, tint

if TYPE_CHECKING:
    from clusterdef.verbs.explain import Origin


@click.command("explain")
@click.argument("node", shell_complete=place.complete_nodes)
@click.argument("key", required=False)
@place.option
def command(node: str, key: str | None, site: str | None) -> int:
    """Tell who set a value of a node: every layer that speaks of it, with its place, the strongest first.

    KEY is a parameter (htcondor.slots), a setting (kernel) or a part of one (vm.memory). Without KEY, everything
    that is set, with the place of the word that counts.
    """
    from clusterdef.site import load
    from clusterdef.verbs import explain

    found = load(place.find(site))
    if key is None:
        _table([(f"{name} = {_short(value)}", where) for name, value, where in explain.keys(found, node)])
        return exits.FINE
    one = explain.explain(found, node, key)
    say(f"{one.key} = {one.value}")
    if one.description:
        say(one.description)
    say()
    _origins(one.origins)
    used = explain.used_in(found, node, key)
    if used:
        say(f"used in: {', '.join(used)}")
    return exits.FINE


def _origins(origins: tuple[Origin, ...]) -> None:
    rows = [(_short(one.value), one.place, one.label, one.fate) for one in origins]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for value, where, label, fate in rows:
        text = f"  {value:<{widths[0]}}  {where:<{widths[1]}}  {label:<{widths[2]}}  "
        say(text + (tint(fate, "green") if fate == "wins" else fate))
    if not rows:
        say("  nobody sets it")


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:59]}…"


def _table(rows: list[tuple[str, str]]) -> None:
    width = max((len(left) for left, _ in rows), default=0)
    for left, right in rows:
        say(f"{left:<{width}}  {right}")
