"""Commands to paste: each a line of sh, with the place where it is typed. What they are for is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clusterdef.languages import LANGUAGES, Safe
from clusterdef.model import Cluster, Interface, Node

SITE = "in the site's folder"
"""Where clusterdef is run."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that are typed in one place; `login` is how one gets there, where that is a machine."""

    where: str
    lines: tuple[str, ...]
    login: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The machine that commands are about, said in sh: by its own values, or by variables that are set before."""

    node: Node
    name: str | Safe
    certname: str | Safe
    address: str | Safe
    controller: str | Safe


def line(*words: object) -> str:
    """Words as one line of sh."""
    return str(LANGUAGES["sh"].say_in("words", words))


def itself(node: Node) -> Target:
    """A machine by its own name and addresses."""
    return Target(node, node.name, node.certname, node.reached_at, str(node.bmc.address) if node.bmc else "")


def one_of(nodes: Sequence[Node]) -> Target:
    """Any of several machines, by the variables that `assignment` sets."""
    word = {name: Safe(f'"${name}"', "sh") for name in ("node", "cert", "address", "bmc")}
    return Target(nodes[0], word["node"], word["cert"], word["address"], word["bmc"])


def assignment(node: Node) -> str:
    """The line that says which of several machines is meant."""
    values = {"node": node.name, "cert": "" if node.device else node.certname, "address": node.reached_at}
    if node.bmc:
        values["bmc"] = str(node.bmc.address)
    return " ".join(f"{name}={LANGUAGES['sh'].say(value)}" for name, value in values.items() if value)


def desk(cluster: Cluster) -> Node | None:
    """The machine from which the others are looked after: it has the files that they are installed from."""
    return next(iter(cluster.providers("install-files")), None)


def on(target: Target, cluster: Cluster, *lines: str) -> Block:
    """Lines to type on a machine."""
    several = isinstance(target.name, Safe)
    return Block("on the machine itself" if several else f"on {target.name}", lines, login(target, cluster))


def login(target: Target, cluster: Cluster) -> str:
    """How one gets to a machine from outside: directly, or through the one that has a foot there."""
    door = outside(target.node)
    if door and not isinstance(target.name, Safe):
        return line("ssh", f"root@{door.fqdn}")
    through = desk(cluster)
    gate = outside(through) if through and through is not target.node else None
    jump = ("-J", f"root@{gate.fqdn}") if gate else ()
    return line("ssh", *jump, root_at(target.address))


def root_at(address: str | Safe) -> Safe:
    """`root@ADDRESS` as a word of sh."""
    return Safe(f"root@{LANGUAGES['sh'].say(address)}", "sh")


def outside(node: Node) -> Interface | None:
    """A machine's place on a network whose names others keep: there it is known from outside."""
    return next((one for one in node.interfaces if one.network.names == "external" and one.addresses), None)
