"""Where machines stand and what is plugged in where: racks, cables and switches, as the inventory has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clusterdef.generators.once import once

from clusterdef.model import Cluster, Node

BMC = "bmc"
"""What a cable of a management controller is for, in the place of its network."""


@dataclass(frozen=True, slots=True)
class Cable:
    """A cable from a machine's device (empty when nobody said which) to a port of a switch."""

    machine: Node
    network: str
    device: str
    switch: str
    port: str

    @property
    def end(self) -> str:
        """Where it ends: the switch, and the port there."""
        return f"{self.switch}:{self.port}" if self.port else self.switch

    @property
    def words(self) -> str:
        """What it is and where it ends, in few words."""
        return f"{self.network} {self.device}: {self.end}" if self.device else f"{self.network}: {self.end}"


@dataclass(frozen=True, slots=True)
class Rack:
    """A rack with its machines, the uppermost first."""

    name: str
    machines: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch with what is plugged into it, in the order of its ports."""

    name: str
    cables: tuple[Cable, ...]


@once
def racks(cluster: Cluster) -> tuple[Rack, ...]:
    """Every rack by name."""
    found: dict[str, list[Node]] = {}
    for node in cluster.nodes.values():
        if node.place.rack:
            found.setdefault(node.place.rack, []).append(node)
    return tuple(Rack(name, tuple(_from_above(found[name]))) for name in sorted(found, key=by_number))


@once
def switches(cluster: Cluster) -> tuple[Switch, ...]:
    """Every switch that a cable of the inventory ends at, by name; some are no machines of the site."""
    found: dict[str, list[Cable]] = {}
    for ends in cables(cluster).values():
        for cable in ends:
            found.setdefault(cable.switch, []).append(cable)
    return tuple(
        Switch(name, tuple(sorted(found[name], key=lambda cable: by_number(cable.port))))
        for name in sorted(found, key=by_number)
    )


@once
def cables(cluster: Cluster) -> Mapping[str, tuple[Cable, ...]]:
    """Every machine's cables by its name, in the order of the inventory."""
    return {name: tuple(_cables(node)) for name, node in cluster.nodes.items()}


def _cables(node: Node) -> Iterator[Cable]:
    used = [network for network, _, _, _ in node.place.cables]
    said = {(network, device) for network, _, _, device in node.place.cables}
    # Where the inventory does not say which cable is whose, it can be said only when there is one for each device.
    waiting = {
        interface.network.name: iter([one for one in interface.devices if (interface.network.name, one) not in said])
        for interface in node.interfaces
        if len(interface.devices) == used.count(interface.network.name)
    }
    for network, switch, port, device in node.place.cables:
        if network == BMC:
            yield Cable(node, _network(node), BMC, switch, port)
        else:
            yield Cable(node, network, device or next(waiting.get(network, iter(())), ""), switch, port)


def by_number(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key by which A2 stands before A10."""
    return tuple(
        (0, int(word), "") if word.isdecimal() else (1, 0, word) for word in re.findall(r"[0-9]+|[^0-9]+", text)
    )


def unit(node: Node) -> int | None:
    """The lowest unit that a machine takes in its rack, when that is a number."""
    found = re.fullmatch(r"[Uu]?([0-9]{1,3})(?:-[0-9]{1,3})?", node.place.unit)
    return int(found[1]) if found else None


def _from_above(nodes: list[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (-(unit(node) or 0), by_number(node.place.unit)))


def _network(node: Node) -> str:
    return node.bmc.network.name if node.bmc and node.bmc.network else BMC
