"""`clusterdef token`: one-time certificate tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from clusterdef.cli import exits, place
from clusterdef.cli.terminal import say, show_problems

if TYPE_CHECKING:
    from clusterdef.model import Cluster, Node
    from clusterdef.ports.handover import Handover
    from clusterdef.ports.tokens import Tokens
    from clusterdef.verbs.token import Handovers


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


@command.command("hand")
@click.argument("nodeset", shell_complete=place.complete_nodes)
@place.option
@click.option("--valid", type=click.IntRange(1, 7 * 24 * 60), default=60, help="minutes; 60 unless said otherwise")
@click.option("--tokens", metavar="DIR", help="the server's directory of tokens, on this machine")
@click.option("--handout", metavar="DIR", help="the head's directory of what it hands out, on this machine")
@click.option("--ssh-config", metavar="FILE", help="settings of ssh, instead of the user's own")
def hand(
    nodeset: str, site: str | None, valid: int, tokens: str | None, handout: str | None, ssh_config: str | None
) -> int:
    """Let machines get their certificates once, and have the head hand each its token.

    A machine that was just installed asks for it every minute. It is given to the machine's own addresses, and there
    to root alone; it counts once, and for as long as was said.
    """
    import secrets
    import time

    from clusterdef.nodeset import fold
    from clusterdef.site import load
    from clusterdef.verbs import token as verb
    from clusterdef.verbs.generate import chosen_nodes

    found = load(place.find(site))
    if found.cluster is None:
        show_problems(found.problems, err=True)
        return exits.DEFINITION
    cluster = found.cluster
    nodes = [cluster.nodes[name] for name in chosen_nodes(nodeset, cluster)]
    keeper, now = _keeper(cluster, tokens, ssh_config), int(time.time())
    handovers = _handovers(handout, ssh_config)
    done = verb.hand(nodes, cluster, keeper, handovers, lambda: secrets.token_urlsafe(32), now, valid)
    until = time.strftime("%H:%M UTC", time.gmtime(now + 60 * valid))
    heads = ", ".join(sorted({one.by for one in done}))
    say(f"{fold([one.node for one in done])} may get a certificate once, until {until}; {heads} hands out the token")
    if len(done) == 1:
        say(f"asked from {' or '.join(done[0].addresses)}, and by root alone")
    say()
    say("there:  journalctl -u clusterdef-first-run     where the first run stands")
    return exits.FINE


def _handovers(handout: str | None, ssh_config: str | None) -> Handovers:
    """The directory that was named here, else that of the machine that hands out files."""
    import os
    from pathlib import Path

    from clusterdef import wiring

    def handover(head: Node) -> Handover:
        here = handout is not None or os.uname().nodename in (head.name, head.fqdn)
        folder, config = Path(handout) if handout else wiring.HANDOVER, Path(ssh_config) if ssh_config else None
        return wiring.handover(head.name, head.reached_at, folder, here, config)

    return handover


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
