"""The upper part of the wiring plan: networks as rails, and under them a box for each kind of machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clusterdef.generators.places import switches

from clusterdef.model import Cluster, Network, Node
from clusterdef.nodeset import fold

COLOURS = ("#c7522a", "#0a6a8a", "#5a7d2a", "#7a4fa3", "#a3336b", "#8a6d0a", "#2a4d9c", "#4d4d4d")
"""Of the rails, by turns; the name stands beside each, so no colour has to be told from another."""

LEFT = 300
"""Where rails begin; their names stand before."""

RAIL, BOX_WIDTH, BOX_HEIGHT, GAP = 30, 170, 50, 14
SHORT = 22
"""Characters that fit into a box."""


@dataclass(frozen=True, slots=True)
class Rail:
    """A network as a line. `words` say what it is, `y` is where it lies in the first row."""

    network: Network
    colour: str
    words: str


@dataclass(frozen=True, slots=True)
class Drop:
    """The line from a box up to a rail, with the device it comes from."""

    x: int
    y: int
    colour: str
    device: str
    label_y: int


@dataclass(frozen=True, slots=True)
class Box:
    """Machines that are wired alike."""

    x: int
    y: int
    name: str
    words: str
    note: str
    drops: tuple[Drop, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The rails once more, with as many boxes as fit under them."""

    rails: tuple[tuple[int, Rail], ...]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All rows."""

    rails: tuple[Rail, ...]
    rows: tuple[Row, ...]
    left: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Kind:
    """Machines with the same roles on the same networks by the same devices."""

    names: tuple[str, ...]
    roles: tuple[str, ...]
    wires: tuple[tuple[str, str], ...]


def drawing(cluster: Cluster, top: int, right: int) -> Drawing:
    """The rails and boxes between LEFT and `right`, from `top` down."""
    rails = tuple(_rails(cluster))
    kinds = _kinds(cluster)
    guests = _guests(cluster)
    fit = max(1, int((right - LEFT) // (BOX_WIDTH + GAP)))
    height = len(rails) * RAIL + 90 + BOX_HEIGHT
    rows = []
    for number, first in enumerate(range(0, len(kinds), fit)):
        y = top + number * height
        levels = {rail.network.name: (y + index * RAIL, rail) for index, rail in enumerate(rails)}
        boxes = (_box(kind, index, levels, y, guests) for index, kind in enumerate(kinds[first : first + fit]))
        rows.append(Row(tuple(levels.values()), tuple(boxes)))
    return Drawing(rails, tuple(rows), LEFT, right, top + len(rows) * height - 30)


def _rails(cluster: Cluster) -> Iterator[Rail]:
    """The networks from outside to inside: those of others first, those of controllers last."""
    ends: dict[str, dict[str, None]] = {}
    for switch in switches(cluster):
        for cable in switch.cables:
            ends.setdefault(cable.network, {})[switch.name] = None
    outside_in = sorted(cluster.networks.values(), key=lambda one: (one.kind == "bmc", one.names != "external"))
    for number, network in enumerate(outside_in):
        nets = ", ".join(str(subnet.net) for subnet in network.subnets[:2])
        more = f" and {len(network.subnets) - 2} more" if len(network.subnets) > 2 else ""
        vlan = f", VLAN {network.vlan}" if network.vlan else ""
        yield Rail(
            network, COLOURS[number % len(COLOURS)], f"{nets}{more}{vlan}{_at(list(ends.get(network.name, ())))}"
        )


def _at(names: list[str]) -> str:
    if not names:
        return ""
    return f" at {', '.join(names)}" if len(names) <= 2 else f" at {len(names)} switches"


def _kinds(cluster: Cluster) -> list[Kind]:
    """Every machine that has cables, with those that are like it."""
    found: dict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], list[str]] = {}
    for node in cluster.nodes.values():
        if not node.vm:
            found.setdefault((node.roles, tuple(_wires(node))), []).append(node.name)
    return [Kind(tuple(names), roles, wires) for (roles, wires), names in found.items()]


def _wires(node: Node) -> Iterator[tuple[str, str]]:
    """Network and device of every attachment. A bond has several devices, and the name of the bond."""
    for interface in node.interfaces:
        device = "+".join(interface.devices) or "?"
        yield interface.network.name, device
    if node.bmc and node.bmc.network:
        yield node.bmc.network.name, "bmc"


def _guests(cluster: Cluster) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in cluster.nodes.values():
        if node.vm:
            found.setdefault(node.vm.host, []).append(node.name)
    return found


def _box(
    kind: Kind, index: int, levels: Mapping[str, tuple[int, Rail]], y: int, guests: Mapping[str, Sequence[str]]
) -> Box:
    x, below = LEFT + index * (BOX_WIDTH + GAP) + GAP, y + len(levels) * RAIL + 40
    step = BOX_WIDTH // (len(kind.wires) + 1)
    drops = (
        Drop(
            x + step * (number + 1),
            levels[network][0],
            levels[network][1].colour,
            device,
            below - 6 - 11 * (number % 3),
        )
        for number, (network, device) in enumerate(kind.wires)
    )
    inside = [guest for name in kind.names for guest in guests.get(name, ())]
    note = _short(f"with {', '.join(inside)}" if len(inside) < 4 else f"with {len(inside)} virtual") if inside else ""
    return Box(x, below, _named(kind.names), _short(", ".join(kind.roles)), note, tuple(drops))


def _named(names: tuple[str, ...]) -> str:
    text = fold(names)
    return text if len(text) <= SHORT else f"{len(names)}: {_short(names[0], SHORT - 5)} …"


def _short(text: str, most: int = SHORT) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
