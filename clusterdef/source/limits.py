"""How much a user's file may ask of us before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a definition file may hold; a real site stays far below every one of these.

    `size` is in bytes; `depth` counts mappings and lists inside each other; `aliases` counts the
    aliases of a YAML file after all of them were written out, `values` the values that they would
    add; `problems` is where reading stops when everything is wrong.
    """

    size: int = 32 * 1024 * 1024
    depth: int = 64
    aliases: int = 10_000
    values: int = 1_000_000
    problems: int = 1_000
