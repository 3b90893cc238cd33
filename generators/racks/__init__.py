"""What stands where: racks from above, switches by port, and machines whose place nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.generators.places import Cable, Rack, cables, racks, switches, unit

from clusterdef.model import Cluster, Node
from clusterdef.nodeset import fold

HEADER = ("rack", "unit", "machine", "roles", "serial", "model", "controller", "cables")
"""Columns of the table of values."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rack: a machine, or the units above the next one that are empty."""

    machine: Node | None
    cables: tuple[Cable, ...] = ()
    empty: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """As it stands in a table."""
        if self.machine is None:
            return self.empty, "empty", "", "", ""
        place, words = self.machine.place, ", ".join([cable.words for cable in self.cables])
        return place.unit, self.machine.name, ", ".join(self.machine.roles), place.serial, words


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Racks as lines, switches, and who stands nowhere."""
    wired = cables(cluster)
    machines = [node for node in cluster.nodes.values() if not node.vm]
    return {
        "racks": [(rack.name, tuple(_lines(rack, wired))) for rack in racks(cluster)],
        "switches": switches(cluster),
        "nowhere": fold(node.name for node in machines if not node.place.rack),
        "virtual": [(host, fold(guests)) for host, guests in _guests(cluster).items()],
        "header": HEADER,
        "records": (_record(node, wired[node.name]) for node in machines),
    }


def _lines(rack: Rack, wired: Mapping[str, tuple[Cable, ...]]) -> Iterator[Line]:
    above: int | None = None
    for node in rack.machines:
        mine = unit(node)
        if above is not None and mine is not None and above - mine > 1:
            first, last = mine + 1, above - 1
            yield Line(None, empty=f"{last} to {first}" if last > first else str(first))
        yield Line(node, wired[node.name])
        above = mine


def _guests(cluster: Cluster) -> dict[str, list[str]]:
    """Virtual machines by host: they stand where it stands."""
    found: dict[str, list[str]] = {}
    for node in cluster.nodes.values():
        if node.vm:
            found.setdefault(node.vm.host, []).append(node.name)
    return found


def _record(node: Node, ends: tuple[Cable, ...]) -> tuple[object, ...]:
    place = node.place
    wires = " ".join(f"{cable.network}:{cable.device}={cable.end}" for cable in ends)
    controller = node.bmc.address if node.bmc else ""
    return (
        place.rack,
        place.unit,
        node.name,
        " ".join(node.roles),
        place.serial,
        node.hardware.model,
        controller,
        wires,
    )
