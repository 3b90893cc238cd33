"""Token: arm a one-time certificate token: its hash for the certificate authority, and the token for the machine."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from clusterdef.languages import as_json
from clusterdef.model import Cluster, Node
from clusterdef.ports.handover import Handover
from clusterdef.ports.tokens import Tokens
from clusterdef.problem import Problem, Refused

SERVICE, FILES = "configuration", "install-files"
"""What the machine with the certificate authority provides, and the one that hands out files by address."""

CERTNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,250}")
EXTENSIONS = {"pp_role": "1.3.6.1.4.1.34380.1.1.13", "pp_cluster": "1.3.6.1.4.1.34380.1.1.16"}
"""What the certificate says besides the name, with its identifiers. Never a `pp_auth…`: those give rights."""


@dataclass(frozen=True, slots=True)
class Armed:
    """The machine's csr_attributes.yaml: it holds the token, which is kept nowhere else."""

    certname: str
    attributes: str
    token: str


def arm(node: Node, cluster: Cluster, tokens: Tokens, token: str, until: int) -> Armed:
    """Arm `token` for the machine, up to the time `until` (seconds of the epoch).

    Raises Refused for a machine that gets no certificate, or when the server says no.
    """
    written, armed = line(node, cluster, token, until)
    tokens.arm(node.certname, written)
    return armed


@dataclass(frozen=True, slots=True)
class Handed:
    """A machine whose token waits for it, where it is handed out, and to which addresses."""

    node: str
    by: str
    addresses: tuple[str, ...]


Handovers = Callable[[Node], Handover]
"""`handovers(node)`: the machine of that node, as one that hands out tokens."""


def hand(
    nodes: Iterable[Node],
    cluster: Cluster,
    tokens: Tokens,
    handovers: Handovers,
    word: Callable[[], str],
    now: int,
    minutes: int,
) -> list[Handed]:
    """Arm a token for each machine, and have it handed out to that machine's addresses for so many minutes.

    Raises Refused before any is armed, for a machine that gets none or that nobody could hand it to.
    """
    every = list(nodes)
    rows = [(node, head_of(node, cluster), addresses_of(node)) for node in every]
    written = [line(node, cluster, token, now + 60 * minutes) for node in every for token in [word()]]
    heads = {head.name: handovers(head) for _, head, _ in rows}
    for one in heads.values():
        one.ready()
    given: dict[str, dict[str, str]] = {}
    for (node, head, addresses), (text, armed) in zip(rows, written, strict=True):
        tokens.arm(node.certname, text)
        given.setdefault(head.name, {}).update(dict.fromkeys(addresses, armed.token))
    for name, those in given.items():
        heads[name].give(those, minutes)
    return [Handed(node.name, head.name, addresses) for node, head, addresses in rows]


def head_of(node: Node, cluster: Cluster) -> Node:
    """The machine of ours that a machine gets files from while it is installed. Raises Refused where it is none."""
    found = node.endpoint(FILES)
    head = cluster.nodes.get(found.provider) if found else None
    if head is None:
        raise Refused(_nobody(node, f"no machine of the cluster provides {FILES} to it"))
    return head


def addresses_of(node: Node) -> tuple[str, ...]:
    """Where a machine may ask from. Raises Refused for one without an address."""
    found = tuple(str(placed.address) for one in node.interfaces for placed in one.addresses)
    if not found:
        raise Refused(_nobody(node, "it has no address of its own"))
    return found


def _nobody(node: Node, why: str) -> Problem:
    message = f"nobody can hand {node.name} its token: {why}"
    advice = (f"carry it there yourself:   clusterdef token arm {node.name}",)
    return Problem("certificate-nobody", message, advice=advice, subject=node.name)


def line(node: Node, cluster: Cluster, token: str, until: int) -> tuple[str, Armed]:
    """What the server keeps of the token, and what the machine gets.

    Raises Refused for a machine that gets no certificate.
    """
    if node.device or not CERTNAME.fullmatch(node.certname):
        why = "it is a device" if node.device else f"'{node.certname}' is no certificate name"
        raise Refused(Problem("certificate-nothing", f"{node.name} gets no certificate: {why}", subject=node.name))
    said = extensions(node, cluster)
    row = {
        "sha256": hashlib.sha256(token.encode()).hexdigest(),
        "until": until,
        "extensions": {EXTENSIONS[name]: value for name, value in said.items()},
    }
    return json.dumps(row, sort_keys=True) + "\n", Armed(node.certname, attributes(token, said), token)


def extensions(node: Node, cluster: Cluster) -> Mapping[str, str]:
    """What its certificate says of it: the role that it was given first, and the cluster."""
    return {"pp_role": node.roles[0], "pp_cluster": cluster.name}


def attributes(token: str, said: Mapping[str, str]) -> str:
    """The file that lies beside puppet.conf before the first run. The token does not go into the certificate."""
    rows = "".join(f"  {name}: {as_json(value)}\n" for name, value in said.items())
    return f"custom_attributes:\n  challengePassword: {as_json(token)}\nextension_requests:\n{rows}"
