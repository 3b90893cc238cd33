"""What the inventory's cells may hold where they are neither names of something else nor hardware addresses.

They come out in tables that spreadsheets read and, racks, in the menus of boot loaders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from clusterdef.odd_text import SLOT


@dataclass(frozen=True, slots=True)
class Cell:
    """A column's alphabet: what matches, what that is in words, and an example."""

    pattern: str
    words: str
    example: str


_NEVER = (
    r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    r"\U0001fffe-\U0001ffff\U0002fffe-\U0002ffff\U0003fffe-\U0010ffff"
)
"""What `text` of the schemas refuses too."""
_LINE = rf"[^{_NEVER}=+@-][^{_NEVER}]{{0,199}}|-"
_WORDS = "text on one line that begins with none of = + - @ (a spreadsheet would take it for a formula), without @@cd:"
_SAID = "A-Za-z0-9._:/(),&#@+=-"
CELLS: Mapping[str, Cell] = {
    "interface": Cell(
        r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,62}", "the name of a device: letters, digits and . _ : / -", "eno1"
    ),
    "rack": Cell(
        rf"[A-Za-z0-9._:/(#][{_SAID}]{{0,62}}(?: [{_SAID}]{{1,62}}){{0,9}}",
        "words of ASCII as the menus of boot loaders show them: letters, digits and . _ : / ( ) , & # @ + = -",
        "A1",
    ),
    "serial": Cell(_LINE, _WORDS, "EX1001"),
    "unit": Cell(_LINE, _WORDS, "12"),
    "switch": Cell(_LINE, _WORDS, "switch1"),
    "port": Cell(_LINE, _WORDS, "1/0/12"),
}
"""By column."""


@lru_cache(maxsize=1 << 16)
def fits(column: str, value: str) -> bool:
    """Whether the cell may hold that; an empty one may always. The same words come again and again."""
    cell = CELLS.get(column)
    return not value or cell is None or (re.fullmatch(cell.pattern, value) is not None and SLOT not in value)
