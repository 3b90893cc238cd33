"""The wiring plan: networks as rails with machines on them, then racks and switches as panels of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clusterdef.generators.cabling.panel import Panel, arranged, of_rack, of_switch
from clusterdef.generators.cabling.rail import drawing
from clusterdef.generators.places import cables, racks, switches

from clusterdef.model import Cluster

WIDTH = 1400
"""Of the picture, in its own units; it is scaled to the paper."""

MARGIN = 20


def context(subject: Cluster, cluster: Cluster) -> Mapping[str, Any]:
    """Everything with its place in the picture, from top to bottom."""
    rails = drawing(cluster, 70, WIDTH - MARGIN)
    colours = {rail.network.name: rail.colour for rail in rails.rails}
    shelves = [of_rack(rack, cables(cluster), colours) for rack in racks(cluster)]
    first, bottom = arranged(shelves, MARGIN, rails.bottom + 50, WIDTH - MARGIN)
    ports = [of_switch(switch) for switch in switches(cluster)]
    second, bottom = arranged(ports, MARGIN, bottom + 50 if shelves else bottom, WIDTH - MARGIN)
    return {
        "rails": rails,
        "width": WIDTH,
        "height": bottom + MARGIN,
        "panels": [*first, *second],
        "titles": [*_title("Racks, from above", first), *_title("Switches, by port", second)],
    }


def _title(text: str, panels: list[Panel]) -> list[tuple[str, int]]:
    """A heading over panels, where there are any."""
    return [(text, min(panel.y for panel in panels) - 14)] if panels else []
