"""`clusterdef token`: one-time certificate tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems

if TYPE_CHECKING:
    from clusterdef.model import Cluster
    from clusterdef.ports.tokens import Tokens


@click.group("token")
def command() -> None:
    """One-time tokens by which machines get their certificates without anybody's help."""


@command.command("arm")
@click.argument("name", shell_complete=place.complete_nodes)
@place.option
@click.option("--valid", type=click.IntRange(1, 7 * 24 * 60), default=60, help="minutes; 60 unless said otherwise")
@click.option("--tokens", metavar="DIR", help="the server's directory of tokens, on this machine")
@click.option("--ssh-config", metavar="FILE", help="settings of ssh, instead of the user's own")
def arm(name: str, site: str | None, valid: int, tokens: str | None, ssh_config: str | None) -> int:
    """Let machine NAME get its certificate once, and print the csr_attributes.yaml that it needs for that.

    That file goes beside the machine's puppet.conf before its first run. The configuration server keeps a hash only; a
    former token of the machine no longer counts. Clean its former certificate before.
    """
    import secrets
    import time

    from clusterdef.site import load
    from clusterdef.verbs import enc
    from clusterdef.verbs import token as verb

    found = load(place.find(site))
    if found.cluster is None:
        show_problems(found.problems, err=True)
        return exits.DEFINITION
    node = enc.node(found.cluster, name)
    keeper = _keeper(found.cluster, tokens, ssh_config)
    armed = verb.arm(node, found.cluster, keeper, secrets.token_urlsafe(32), int(time.time()) + 60 * valid)
    say(armed.attributes.rstrip("\n"))
    return exits.FINE


def _keeper(cluster: Cluster, tokens: str | None, ssh_config: str | None) -> Tokens:
    """The certificate authority's directory: the one that was named here, else that of the server."""
    import os
    from pathlib import Path

    from clusterdef import wiring
    from clusterdef.verbs.token import SERVICE

    config = Path(ssh_config) if ssh_config else None
    servers = cluster.providers(SERVICE)
    if tokens or not servers:
        return wiring.tokens("this machine", "", Path(tokens) if tokens else wiring.TOKENS, True, config)
    server = servers[0]
    here = os.uname().nodename in (server.name, server.fqdn)
    return wiring.tokens(server.name, server.reached_at, wiring.TOKENS, here, config)
