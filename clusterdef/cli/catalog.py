"""`clusterdef catalog`: what there is to choose from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems, tint
from clusterdef.problem import Problem, Refused, did_you_mean

if TYPE_CHECKING:
    from clusterdef.catalog import Catalog


@click.command("catalog")
@click.argument("name", required=False)
@place.option
@click.option("--services", is_flag=True, help="list services: who provides each, who requires it")
def command(name: str | None, site: str | None, services: bool) -> int:
    """List roles, modules, disk layouts and generators, with the shelf each comes from; or one of them in full.

    Works without a site too; then only shipped and installed definitions are there.
    """
    from clusterdef import catalog

    found = catalog.load(_folder(site))
    show_problems(found.problems, err=True)
    if services:
        _services(found)
    elif name:
        _one(found, name)
    else:
        _all(found)
    return exits.DEFINITION if found.problems else exits.FINE


def _folder(site: str | None) -> Path | None:
    try:
        return place.find(site).parent
    except Refused:
        if site:
            raise
        return None


def _all(found: Catalog) -> None:
    from clusterdef.verbs import catalog

    kind = ""
    for item in catalog.items(found):
        if item.kind != kind:
            kind = item.kind
            say(("" if kind == "role" else "\n") + tint(f"{kind}s", "cyan", bold=True))
        shelf = item.shelf + (f", replaces the {item.over} one" if item.over else "")
        say(f"  {item.name:<20} {item.description}" + ("" if shelf == "built-in" else f"  [{shelf}: {item.file}]"))


def _services(found: Catalog) -> None:
    from clusterdef.verbs import catalog

    for name, offers, wants, description in catalog.services(found):
        say(tint(name, "cyan", bold=True) + (f"  {description}" if description else ""))
        say(f"  provided by  {', '.join(offers) or 'nobody: name it under `external:`'}")
        if wants:
            say(f"  required by  {', '.join(wants)}")


def _one(found: Catalog, name: str) -> None:
    from clusterdef.verbs import catalog

    matches = [one for one in found.every() if one.name == name]
    if not matches:
        known = [one.name for one in found.every()]
        raise Refused(
            Problem(
                "unknown-definition",
                f"there is no role, module, layout or generator '{name}'",
                label=did_you_mean(name, known),
                subject="catalog",
            )
        )
    for number, one in enumerate(matches):
        for line in ([""] if number else []) + list(catalog.details(one)):
            say(line)
