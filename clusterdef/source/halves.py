"""A large YAML file read by two processes, a half each; the halves are then put together.

That is done only where nothing can come of it but time: the file is cut where an entry of a block mapping of its top
level begins, and when one half has a fault or an anchor the whole is read by one process, which knows what to say.
"""

from __future__ import annotations

import marshal
import re
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from clusterdef.pieces import processors
from clusterdef.problem import Refused
from clusterdef.second import Second
from clusterdef.source.limits import Limits
from clusterdef.source.lines import END, Lines
from clusterdef.source.yaml_builder import Builder

LARGE = 1 << 20
"""Characters from which on a second process is worth its start."""

FIRST = 0.54
"""How much of a file the first process reads: a little more, as the second one has to tell what it read."""

TOP = re.compile(r"\n(?=[^ #\r\n])")
"""Before a line that is not within anything."""

SECTION = re.compile(r"([a-z_]+): *(?:#[^\r\n]*)?\r?\n(?:(?: *(?:#[^\r\n]*)?\r?\n)*)( +)(?=[A-Za-z0-9_])")
"""A key of the top level, and the white space before the first entry of the block mapping that it holds."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a text falls into halves: at an entry of the block mapping that is the value of this key.

    The white space before the entry is in both: it ends what comes before it, and it tells whose entry it is.
    """

    section: str
    first: slice
    second: slice

    @property
    def heading(self) -> str:
        """What stands before the second half, so that it is a document with the same structure."""
        return f"{self.section}:\n"


@dataclass(slots=True)
class Half:
    """What a half holds, as a Document wants it."""

    data: Any
    places: dict[int, list[int]]


def halved(lines: Lines, limits: Limits) -> Half | None:
    """The data and places of a file, or None where it is to be read as a whole."""
    large = len(lines.text) >= LARGE and processors() > 1
    cut = cut_of(lines.text, int(len(lines.text) * FIRST)) if large else None
    if cut is None:
        return None
    with Second(lambda: [packed(read(cut.heading + lines.text[cut.second], lines.file, limits), cut)]) as second:
        first = read(lines.text[cut.first], lines.file, limits)
        said = second.result() if first else b""
    return joined(first, unpacked(said), cut.section) if first and said else None


def cut_of(text: str, near: int) -> Cut | None:
    """Where a text may be cut, soon after that character; it stays to be seen whether the first half ends there."""
    start = max((found.end() for found in TOP.finditer(text, 0, near)), default=0)
    section = SECTION.match(text, start)
    if section is None:
        return None
    entry = re.compile(f"\n{section[2]}(?=[A-Za-z0-9_])").search(text, max(near, section.end()))
    if entry is None or TOP.search(text, section.end(), entry.start()):
        return None
    return Cut(section[1], slice(entry.end()), slice(entry.start() + 1, None))


def read(text: str, file: str, limits: Limits) -> Half | None:
    """A half, None where something about it is not plain."""
    builder = Builder(Lines(file, text), limits)
    with suppress(Refused):
        data = builder.document()
        if isinstance(data, dict) and not builder.anchors.names():
            return Half(data, builder.places)
    return None


def packed(half: Half | None, cut: Cut) -> bytes:
    """The second half for the way to the other process, its places as they are in the whole file."""
    if half is None:
        return b""
    moved = cut.second.start - len(cut.heading)
    both = moved << 32 | moved
    places = array("Q", [place + both for one in containers(half.data) for place in half.places[id(one)]])
    return marshal.dumps((half.data, places.tobytes()))


def unpacked(said: bytes) -> Half:
    """What `packed` made."""
    data, content = marshal.loads(said)
    places = array("Q")
    places.frombytes(content)
    numbers, found, start = places.tolist(), {}, 0
    for one in containers(data):
        end = start + 1 + (2 * len(one) if isinstance(one, dict) else len(one))
        found[id(one)] = numbers[start:end]
        start = end
    return Half(data, found)


def containers(data: Any) -> Iterator[Any]:
    """Every dict and list, each before those in it."""
    open_ = [data]
    while open_:
        one = open_.pop()
        yield one
        values = one.values() if one.__class__ is dict else one
        open_ += [value for value in values if value.__class__ is dict or value.__class__ is list]


def joined(first: Half, second: Half, section: str) -> Half | None:
    """Both halves as one; None where the first does not end in that section, or a key would be there twice."""
    data, more = first.data, second.data
    mine, others = data[section] if next(reversed(data)) == section else None, more.pop(section, None)
    if (
        not (isinstance(mine, dict) and isinstance(others, dict))
        or mine.keys() & others.keys()
        or data.keys() & more.keys()
    ):
        return None
    places, root, entries = first.places, second.places.pop(id(more)), second.places.pop(id(others))
    places.update(second.places)
    _lengthen(places[id(mine)], entries, 1)
    places[id(data)][-1] = places[id(mine)][0]
    _lengthen(places[id(data)], root, 3)
    mine.update(others)
    data.update(more)
    return first


def _lengthen(places: list[int], more: list[int], new: int) -> None:
    """A mapping goes on in the second half: it ends there, and its places from number `new` on come after its own."""
    places[0] = places[0] & ~END | more[0] & END
    places += more[new:]
