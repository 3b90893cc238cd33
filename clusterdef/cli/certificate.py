"""`clusterdef certificate`: what the certificate authority has of machines, and to take it away."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say
from clusterdef.problem import Refused, Severity, visible

if TYPE_CHECKING:
    from clusterdef.verbs.certificate import Desk

WORDS = {"signed": "signed", "requested": "a request waits", "revoked": "revoked", "": "nothing"}


@click.group("certificate")
def command() -> None:
    """Certificates of machines: look, and take away. They are signed by tokens, or by hand on the server."""


@command.command("list")
@click.argument("nodeset", shell_complete=place.complete_nodes)
@place.option
@click.option("--here", metavar="NODE", help="the node that this machine is, where its own name does not say it")
@click.option("--ssh-config", metavar="FILE", help="settings of ssh, instead of the user's own")
def every(nodeset: str, site: str | None, here: str | None, ssh_config: str | None) -> int:
    """Tell what the authority has of the machines in NODESET, with fingerprints to compare."""
    from clusterdef.verbs.certificate import rows

    found = list(rows(_desk(site, here, ssh_config), nodeset))
    width = max(len(row.node.certname) for row in found)
    for row in found:
        state, print_ = (row.standing.state, row.standing.fingerprint) if row.standing else ("", "")
        token = "a token waits" if row.armed else ""
        text = f"{row.node.certname:<{width}}  {WORDS.get(state, state):<15}  {token:<13}  {print_}"
        say(visible(text.rstrip()))
    return exits.FINE


@command.command("clean")
@click.argument("name", shell_complete=place.complete_nodes)
@place.option
@click.option("-y", "--yes", is_flag=True, help="agree beforehand")
@click.option("--here", metavar="NODE", help="the node that this machine is, where its own name does not say it")
@click.option("--ssh-config", metavar="FILE", help="settings of ssh, instead of the user's own")
def clean(name: str, site: str | None, yes: bool, here: str | None, ssh_config: str | None) -> int:
    """Revoke and forget the certificate of machine NAME, and requests and tokens for one.

    The machine gets no configuration any more, until it has a new one: `clusterdef recover` does both.
    """
    from clusterdef.verbs import certificate as verb
    from clusterdef.verbs.enc import node

    desk = _desk(site, here, ssh_config)
    one = node(desk.cluster, name)
    if not yes and not _agreed(one.name):
        return exits.CONSENT
    gone = verb.clean(desk, one)
    for standing in gone:
        say(visible(f"{one.certname}: {WORDS.get(standing.state, standing.state)}, gone  {standing.fingerprint}"))
    if not gone:
        say(f"{one.certname}: there was nothing")
    return exits.FINE


def _agreed(name: str) -> bool:
    if not sys.stdin.isatty():
        say("this needs consent: add --yes", err=True)
        return False
    return click.confirm(f"{name} is served no more until it has a new certificate. Go on?", default=False)


def _desk(site: str | None, here: str | None, ssh_config: str | None) -> Desk:
    from clusterdef.site import load
    from clusterdef.verbs.certificate import Desk

    found = load(place.find(site))
    if found.cluster is None:
        raise Refused(*(problem for problem in found.problems if problem.severity is Severity.ERROR))
    own = os.uname().nodename
    names = (here,) if here else (own, own.split(".")[0])
    return Desk(found.cluster, names, Path(ssh_config) if ssh_config else None)
