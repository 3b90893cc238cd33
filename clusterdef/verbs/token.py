"""Token: arm a one-time certificate token: its hash for the certificate authority, and the file for the machine."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from clusterdef.languages import as_json
from clusterdef.model import Cluster, Node
from clusterdef.ports.tokens import Tokens
from clusterdef.problem import Problem, Refused

SERVICE = "configuration"
"""What the machine with the certificate authority provides."""

CERTNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,250}")
EXTENSIONS = {"pp_role": "1.3.6.1.4.1.34380.1.1.13", "pp_cluster": "1.3.6.1.4.1.34380.1.1.16"}
"""What the certificate says besides the name, with its identifiers. Never a `pp_auth…`: those give rights."""


@dataclass(frozen=True, slots=True)
class Armed:
    """The machine's csr_attributes.yaml: it holds the token, which is kept nowhere else."""

    certname: str
    attributes: str


def arm(node: Node, cluster: Cluster, tokens: Tokens, token: str, until: int) -> Armed:
    """Arm `token` for the machine, up to the time `until` (seconds of the epoch).

    Raises Refused for a machine that gets no certificate, or when the server says no.
    """
    written, armed = line(node, cluster, token, until)
    tokens.arm(node.certname, written)
    return armed


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
    return json.dumps(row, sort_keys=True) + "\n", Armed(node.certname, attributes(token, said))


def extensions(node: Node, cluster: Cluster) -> Mapping[str, str]:
    """What its certificate says of it: the role that it was given first, and the cluster."""
    return {"pp_role": node.roles[0], "pp_cluster": cluster.name}


def attributes(token: str, said: Mapping[str, str]) -> str:
    """The file that lies beside puppet.conf before the first run. The token does not go into the certificate."""
    rows = "".join(f"  {name}: {as_json(value)}\n" for name, value in said.items())
    return f"custom_attributes:\n  challengePassword: {as_json(token)}\nextension_requests:\n{rows}"
