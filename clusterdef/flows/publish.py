"""The order of a publish: which state follows which, on every machine in turn. What is done in a state is a port's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from clusterdef.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Row:
    """What comes after a state: when all machines did it, and when one refused. Where `refused` is empty, the other
    machines still do it."""

    then: str
    refused: str = ""


Table = Mapping[str, Row]

PUBLISH: Table = MappingProxyType(
    {
        "carry": Row("check", "discard"),
        "check": Row("switch", "discard"),
        "switch": Row("reload", "back"),
        "reload": Row("settle", "back"),
        "settle": Row("live"),
        "back": Row("discard"),
        "discard": Row("refused"),
    }
)
"""The whole way; it ends in `live` or in `refused`, and then everything is as it was."""

CHECK: Table = MappingProxyType(
    {
        "carry": Row("check", "discard"),
        "check": Row("tidy", "discard"),
        "tidy": Row("checked"),
        "discard": Row("refused"),
    }
)
"""Up to the consumers' own checks, and no further."""

FIRST = "carry"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a publish stands: the state, and which machine's turn it is."""

    state: str
    turn: int = 0


def step(table: Table, here: Position, machines: int, well: bool) -> Position:
    """Where it goes from `here`, once that machine has done it well or refused. A state without a row is an end."""
    row = table[here.state]
    if not well and row.refused:
        return Position(row.refused)
    if here.turn + 1 < machines:
        return Position(here.state, here.turn + 1)
    return Position(row.then)


Act = Callable[[str, int], None]
"""`act(state, turn)`: do it on that machine; raises Refused when the machine says no."""

Tell = Callable[[str, int, bool], None]
"""`tell(state, turn, well)`: called when it is done or refused."""


def run(table: Table, machines: Sequence[object], act: Act, tell: Tell) -> tuple[str, tuple[Problem, ...]]:
    """Go through the table to an end: its state, and everything that was refused on the way."""
    here = Position(FIRST)
    problems: list[Problem] = []
    while here.state in table:
        well = True
        try:
            act(here.state, here.turn)
        except Refused as refused:
            well = False
            problems += refused.problems
        tell(here.state, here.turn, well)
        here = step(table, here, len(machines), well)
    return here.state, tuple(problems)
