"""`clusterdef bootstrap`: this machine is configured before there is a configuration server."""

from __future__ import annotations

import os

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say

CHANGED = (0, 2)
"""What Puppet ends with when nothing failed."""


@click.command("bootstrap")
@place.option
@click.option("--noop", is_flag=True, help="tell what would change, and change nothing")
@click.option("--here", metavar="NODE", help="the node that this machine is, where its own name does not say it")
@click.option("--tree", metavar="DIR", help="the published tree, where it is not where the site says")
def command(site: str | None, noop: bool, here: str | None, tree: str | None) -> int:
    """Configure this machine without a configuration server.

    It goes by the published tree: the same classes, parameters and code that the server will hand out. The head becomes
    what it is by this, before the machine that the server runs on is made. The agent is not started.
    """
    from pathlib import Path

    from clusterdef.drivers.here import run
    from clusterdef.verbs.bootstrap import Wish, bootstrap

    names = (os.uname().nodename, os.uname().nodename.split(".")[0])
    live = Path(tree) if tree else None
    status = bootstrap(Wish(place.find(site), names, dict(os.environ), noop, live, here or ""), run)
    say()
    if status not in CHANGED:
        say(f"something failed (puppet apply ended with {status}); mend it and run this again", err=True)
        return exits.WORLD
    say("nothing had to be changed" if status == 0 else "this machine is what its definition says")
    return exits.FINE
