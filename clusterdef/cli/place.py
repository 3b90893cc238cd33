"""Where the site is: `--site`, the environment, the nearest site.yaml upwards, /etc/clusterdef."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from clusterdef.problem import Problem, Refused

NAME = "site.yaml"
VARIABLE = "CLUSTERDEF_SITE"
SYSTEM = Path("/etc/clusterdef")
TREE = "generated"
"""The folder of generations, beside site.yaml unless -o says otherwise."""


def find(given: str | None) -> Path:
    """The site's file. Raises Refused when there is none, saying where it was looked for."""
    asked = given or os.environ.get(VARIABLE)
    if asked:
        path = Path(asked)
        return path / NAME if path.is_dir() else path
    here = Path.cwd()
    for folder in (here, *here.parents, SYSTEM):
        if (folder / NAME).is_file():
            return _near(folder / NAME, here)
    raise Refused(
        Problem(
            "no-site",
            f"there is no {NAME} here, above here, or in {SYSTEM}",
            advice=(
                "begin one with:   clusterdef init mysite",
                f"or say where it is: --site FILE, or {VARIABLE} in the environment",
            ),
            subject="site",
        )
    )


def _near(file: Path, here: Path) -> Path:
    """The file as a short relative path where it lies here."""
    return file.relative_to(here) if file.is_relative_to(here) else file


def option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--site` to a command."""
    return click.option(
        "--site",
        "site",
        metavar="FILE",
        help="the site's file; otherwise $CLUSTERDEF_SITE, the nearest site.yaml upwards, /etc/clusterdef",
    )(command)


def is_site(text: str) -> bool:
    """True when an argument is a site's file, not a node set."""
    return text.endswith((".yaml", ".yml")) or os.sep in text or Path(text).is_dir()


def sorted_out(words: tuple[str, ...], site: str | None) -> tuple[Path, str | None]:
    """From `[SITE.yaml] [NODESET]` in any order: the site's file and the node set."""
    files = [word for word in words if is_site(word)]
    sets = [word for word in words if not is_site(word)]
    if len(files) > 1 or (files and site):
        raise click.UsageError(f"one site at a time, not {' and '.join([*files, *([site] if site else [])])}")
    return find(files[0] if files else site), ",".join(sets) or None


def complete_nodes(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Names of nodes that begin so, for the shell; nothing where there is no site that can be read."""
    from clusterdef.source import load_yaml

    try:
        entries = load_yaml(find(context.params.get("site"))).data["nodes"]
        return [name for name in _every_name(entries) if name.startswith(begun)]
    except (Refused, KeyError, TypeError):
        return []


def _every_name(entries: dict[str, Any]) -> list[str]:
    from clusterdef.nodeset import Unclear, expand

    names: list[str] = []
    for entry in entries:
        try:
            names += [member.name for member in expand(entry)]
        except Unclear:
            continue
    return names
