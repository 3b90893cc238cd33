"""YAML to a Document: events are pulled from libyaml one by one, and what we do not want is refused on the way.

No node tree, no PyYAML loader: those know nothing of limits, and cost five times the time.
"""

from __future__ import annotations

from pathlib import Path

from clusterdef.source.content import read, text_of
from clusterdef.source.document import Document
from clusterdef.source.halves import halved
from clusterdef.source.limits import Limits
from clusterdef.source.lines import YAML_BREAKS, Lines
from clusterdef.source.yaml_builder import Builder

DEFAULT = Limits()


def load_yaml(path: Path, name: str | None = None, limits: Limits = DEFAULT) -> Document:
    """Read a YAML file; `name` is what the user calls it.

    Raises Refused with everything that can be told at once: a syntax error, or each duplicate key,
    merge key, tag, … in it, or why the file could not be read.
    """
    shown = str(path) if name is None else name
    return parse_yaml(read(path, shown, limits), shown, limits)


def parse_yaml(content: bytes, name: str, limits: Limits = DEFAULT) -> Document:
    """Like `load_yaml`, from bytes that were read already."""
    lines = Lines(name, text_of(content, name, limits), YAML_BREAKS)
    half = halved(lines, limits)
    if half:
        return Document(lines, half.data, half.places[id(half.data)][0], half.places)
    builder = Builder(lines, limits)
    data = builder.document()
    return Document(lines, data, builder.place, builder.places, builder.anchors.places)
