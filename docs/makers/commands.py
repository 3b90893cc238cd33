"""Pages of the command line: every command with its options, and the exit codes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise

import click

from clusterdef.cli import exits
from clusterdef.cli.root import SECTIONS, clusterdef
from docs.makers.markdown import code, fenced, heading, page, table

INTRO = """
Every command finds the site by `--site FILE`, by the variable `CLUSTERDEF_SITE`, as the nearest `site.yaml` upwards
from here, or in `/etc/clusterdef`. A set of nodes (NODESET) is written as in site.yaml: `worker07`, `worker[01-08]`,
`worker[01-08],nfs`; `@worker` means every node with that role or in that group, and `all` means all.
[Exit codes](exit-codes.md) are the same for every command.

Colours appear on a terminal only, and nowhere when `NO_COLOR` is set.
"""


def pages() -> dict[str, str]:
    """The page of commands, and that of exit codes."""
    sections = [_section(title, list(commands)) for title, commands in SECTIONS.items()]
    commands = page("Commands", "the commands themselves", INTRO, _global(), *sections)
    return {"commands.md": commands, "exit-codes.md": _exit_codes()}


def known(name: str) -> bool:
    """True when the command's module is there."""
    return find_spec(f"clusterdef.cli.{name}") is not None


def _global() -> str:
    context = click.Context(clusterdef, info_name="clusterdef", **clusterdef.context_settings)
    return f"{heading(2, 'For every command')}\n\n{table(('option', 'meaning'), _options(clusterdef, context))}"


def _section(title: str, names: list[str]) -> str:
    parts = [heading(2, title)]
    root = click.Context(clusterdef, info_name="clusterdef")
    for name in filter(known, names):
        command = clusterdef.get_command(root, name)
        assert command
        parts += _command(command, click.Context(command, info_name=name, parent=root), 3)
    return "\n\n".join(parts)


def _command(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    """The command, and those below it."""
    yield heading(level, context.command_path)
    yield fenced(" ".join([context.command_path, *command.collect_usage_pieces(context)]), "text")
    yield _help(command.help or "")
    yield table(("option", "meaning"), _options(command, context))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner
            yield from _command(inner, click.Context(inner, info_name=name, parent=context), level + 1)


def _help(text: str) -> str:
    """The help in paragraphs; one that keeps its lines on a terminal (`\\b`) keeps them here."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(fenced(one[2:], "text") if one.startswith("\b\n") else one for one in paragraphs)


def _options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record and (parameter.name != "help" or context.parent is None):
            yield code(record[0]), record[1]


def _exit_codes() -> str:
    """The codes with the sentences that stand below them in their module."""
    body = ast.parse(inspect.getsource(exits)).body
    rows = [
        (str(statement.value.value), " ".join(following.value.value.split()))
        for statement, following in pairwise(body)
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(following, ast.Expr)
        and isinstance(following.value, ast.Constant)
        and isinstance(following.value.value, str)
    ]
    intro = (
        "What a script can tell from the exit code of `clusterdef`. Problems are printed on standard output by"
        " `check`, and on standard error by every other command."
    )
    return page("Exit codes", "clusterdef/cli/exits.py", intro, table(("code", "meaning"), rows))
