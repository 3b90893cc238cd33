"""The lower part of the wiring plan: a panel of text lines for each rack and for each switch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clusterdef.generators.places import Cable, Rack, Switch

CHARACTER, LINE = 6.63, 15
"""Width of a character of the panels' font, and height of a line."""

SPACE = 24
"""Between panels."""

PLAIN = "#1b1f24"


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column, with its distance from the panel's edge."""

    x: int
    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A titled table whose lines are single strings in a font of one width."""

    title: str
    heads: tuple[Head, ...]
    lines: tuple[str, ...]
    width: int
    x: int = 0
    y: int = 0

    @property
    def height(self) -> int:
        """With title and heading."""
        return (len(self.lines) + 3) * LINE


def of_rack(rack: Rack, cables: Mapping[str, Sequence[Cable]], colours: Mapping[str, str]) -> Panel:
    """A rack: a line for each machine, a column for each network."""
    wired = [(node, cables[node.name]) for node in rack.machines]
    used = {cable.network for _, ends in wired for cable in ends}
    networks = [name for name in colours if name in used]
    rows = [
        (
            node.place.unit,
            node.name,
            *(
                "  ".join(f"{cable.device or '?'} > {cable.end}" for cable in ends if cable.network == network)
                for network in networks
            ),
        )
        for node, ends in wired
    ]
    heads = ("unit", "machine", *networks)
    return _panel(f"rack {rack.name}", heads, rows, [PLAIN, PLAIN, *(colours[name] for name in networks)])


def of_switch(switch: Switch) -> Panel:
    """A switch: a line for each port that something is plugged into."""
    rows = [(cable.port, cable.machine.name, cable.device, cable.network) for cable in switch.cables]
    return _panel(f"switch {switch.name}", ("port", "machine", "device", "network"), rows, [PLAIN] * 4)


def _panel(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], colours: Sequence[str]) -> Panel:
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    starts = [sum(widths[:number]) + 2 * number for number in range(len(widths))]
    lines = tuple(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
    columns = zip(starts, heads, colours, strict=True)
    named = tuple(Head(round(start * CHARACTER), text, colour) for start, text, colour in columns)
    return Panel(title, named, lines, round(max(sum(widths) + 2 * len(widths), len(title) + 2) * CHARACTER) + 16)


def arranged(panels: Sequence[Panel], left: int, top: int, right: int) -> tuple[list[Panel], int]:
    """The panels beside each other, as a page is written, and where they end."""
    placed: list[Panel] = []
    x, y, bottom = left, top, top
    for panel in panels:
        if x > left and x + panel.width > right:
            x, y = left, bottom + SPACE
        placed.append(replace(panel, x=x, y=y))
        x, bottom = x + panel.width + SPACE, max(bottom, y + panel.height)
    return placed, bottom
