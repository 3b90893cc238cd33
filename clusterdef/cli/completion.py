"""`clusterdef completion`: the script that completes commands in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from clusterdef.cli import exits
from clusterdef.cli.terminal import say


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print a script for SHELL that completes commands and options.

    \b
    bash:  clusterdef completion bash > ~/.local/share/bash-completion/completions/clusterdef
    zsh:   clusterdef completion zsh > ~/.zfunc/_clusterdef
    fish:  clusterdef completion fish > ~/.config/fish/completions/clusterdef.fish
    """
    from clusterdef.cli.root import clusterdef

    kind = get_completion_class(shell)
    assert kind
    say(kind(clusterdef, {}, "clusterdef", "_CLUSTERDEF_COMPLETE").source())
    return exits.FINE
