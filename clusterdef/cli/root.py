"""The group of all commands: help with the daily verbs first, trouble as problems, exit codes."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click

from clusterdef import __version__
from clusterdef.cli import exits
from clusterdef.problem import Refused

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Daily": {
        "init": "begin a site: a commented site.yaml, an inventory, secrets",
        "check": "tell everything that is wrong with the definition",
        "generate": "write the files that deploy the cluster",
        "publish": "make what was generated live, once its readers agree",
        "show": "print what was understood, or the order of installation",
        "explain": "tell who set a value of a node",
        "generations": "list what was generated, newest first",
        "rollback": "go back to an earlier generation",
    },
    "Machines": {
        "recover": "bring a machine back that died, and wait until it is",
        "retrofit": "take machines over that run already, first without a change",
        "accept": "try whether machines do what they are for",
    },
    "Puppet": {
        "bootstrap": "configure this machine before there is a configuration server",
        "enc": "print what Puppet will be told of a machine",
        "certificate": "tell what certificates machines have, and take one away",
        "token": "let a machine get its certificate once, without anybody's help",
    },
    "Secrets": {"secret": "list, make, set, rotate and check secrets"},
    "Definitions": {
        "catalog": "list roles, modules, services and generators",
        "migrate": "move an older site file to this version's format",
        "module": "begin a module definition; lock and fetch the code of others",
        "completion": "print a script that completes commands in your shell",
    },
}
"""Heading -> command -> what it does. Commands are imported when they are used, so that --help is quick."""


class Commands(click.Group):
    """The table above as a click group."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for section in SECTIONS.values() for name in section]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        found: click.Command = import_module(f"clusterdef.cli.{name}").command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            from clusterdef.problem import did_you_mean

            raise click.UsageError(
                f"there is no command '{args[0]}'. {did_you_mean(args[0], self.list_commands(ctx))}".strip()
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, commands in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl(list(commands.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clusterdef", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="show tracebacks")
def clusterdef(debug: bool) -> None:
    """Describe a scientific cluster once; deploy it, and recover it, from that description."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code, as `exits` has them."""
    words = list(sys.argv[1:] if argv is None else argv)
    # A short life with much data: collecting garbage costs more than it frees.
    gc.disable()
    try:
        return clusterdef.main(words, prog_name="clusterdef", standalone_mode=False) or exits.FINE
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return exits.USAGE
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return exits.INTERRUPTED
    except Refused as refused:
        return _refused(refused, "--debug" in words)
    except BrokenPipeError:
        sys.stderr.close()
        return exits.FINE
    except Exception as error:
        return _bug(error, "--debug" in words)
    finally:
        # Nor at the end: what is left goes with the process.
        gc.freeze()


def _refused(refused: Refused, debug: bool) -> int:
    from clusterdef.cli.terminal import show_problems

    show_problems(refused.problems, err=True)
    if debug:
        traceback.print_exception(refused)
    return exits.of(refused.problems)


def _bug(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    else:
        print(f"clusterdef failed, which is its own fault: {type(error).__name__}: {error}", file=sys.stderr)
        print("run it again with --debug for the traceback, and report it with that", file=sys.stderr)
    return exits.BUG
