"""The ground that hostile text is tried on: one site with every kind of machine, and a place in it for every field.

Nothing here asserts.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clusterdef.resolve.cells import CELLS, fits
from clusterdef.resolve.inventory import COLUMNS
from clusterdef.schema import faults, walk
from clusterdef.source import load_json, load_yaml
from tests.hostile.alphabet import signs
from tests.hostile.field import EACH, ITEM, NAME, Field, Steps, fields, in_parameters

HOME = Path(__file__).with_name("ground")
SITE = "site.yaml"
INVENTORY = "hardware.csv"
FILES = {
    "site": SITE,
    "role": "roles/board/role.json",
    "module": "modules/board/module.json",
    "layout": "layouts/board/layout.json",
    "inventory": INVENTORY,
}
ROW = 3
"""The row of the inventory in which cells are tried; the header is 0."""
FORMS = (
    ("", ""),
    ("https://mirror.example.org/", ""),
    ("5.14.0-", ""),
    ("", "@example.org"),
    ("dc=", ""),
    ("@", ""),
)
"""What stands around a word where a word alone is not enough."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a field is tried: the file, the way to it there, what has to stand around the text."""

    number: int
    field: Field
    file: str
    ways: tuple[Steps, ...]
    before: str = ""
    after: str = ""

    @property
    def word(self) -> str:
        """The harmless text that stands there otherwise."""
        return f"mk{self.number:03}x"

    def whole(self, text: str) -> str:
        """The text with what has to stand around it."""
        return f"{self.before}{text}{self.after}"

    @property
    def refers(self) -> bool:
        """Whether `${…}` means something there: in values of parameters."""
        head, last = self.field.steps[0], self.field.steps[-1]
        return head == "parameters" and last != NAME and (self.field.kind == "site" or last == "default")

    def said(self, text: str) -> str:
        """The text that comes of it: where there are references, `$${` is how one writes `${`."""
        return text.replace("$${", "${") if self.refers else text

    def reported(self, text: str) -> str:
        """What else may be made of it: a disk's model has no blanks (lsblk(8)), a surname is the last word."""
        steps = self.field.steps
        if steps[-1] == "model" and "disks" in steps:
            return "_".join(text.split())
        return (text.split() or [""])[-1] if steps == ("admins", EACH, "name") else self.said(text)

    def takes(self, text: str) -> bool:
        """Whether the schema lets it through."""
        if any("\ud800" <= char <= "\udfff" for char in text):
            return False
        if self.field.kind == "inventory":
            # Blanks around a cell are the table's, not the text's.
            column = COLUMNS[int(self.field.steps[1])]
            moves = column == "unit" and re.fullmatch(r"[Uu]?[0-9]+(-[0-9]+)?", text)
            return text == text.strip() and not moves and fits(column, text)
        if self.field.steps[-1] == "model" and not text.strip():
            return False
        if "packages" in self.field.steps and not text.startswith(self.word):
            # Lists of packages are in order and without doubles: only what begins alike stays in its place.
            return False
        if self.refers and "${node.name}" in text.replace("$${", ""):
            # A reference that holds is another text, no harm.
            return False
        if self.field.steps[-1] == NAME and self.whole(text) in walk(documents()[self.file], self.ways[0][:-2]):
            # Two of one name are told of, or are one.
            return False
        return self.field.steps[-1] == NAME or not faults(self.field.schema, self.whole(text))

    def __str__(self) -> str:
        return f"{self.file} {'.'.join(map(str, self.ways[0]))}"


@cache
def documents() -> Mapping[str, Any]:
    """The data of the ground's files, by name."""
    found = {name: load_json(HOME / name).data for name in FILES.values() if name.endswith(".json")}
    rows = list(csv.reader((HOME / INVENTORY).read_text("utf-8").splitlines()))
    return {**found, SITE: load_yaml(HOME / SITE).data, INVENTORY: rows}


@cache
def places() -> tuple[Place, ...]:
    """A place for every field; raises LookupError for one that the ground has none for."""
    every = [one for kind in ("site", "role", "module", "layout") for one in fields(kind)]
    every += in_parameters(documents()[FILES["module"]])
    every += [
        Field("inventory", (ROW, COLUMNS.index(column)), {"pattern": f"^({cell.pattern})$"}, signs(cell.pattern))
        for column, cell in CELLS.items()
    ]
    ways = [(one, chosen) for one in every if str(one) not in UNTRIED for chosen in _apart(one)]
    return tuple(_placed(number, *way) for number, way in enumerate(ways))


NOWHERE = "for editors only"
CODE = "a part of a JSON Schema, which an expert writes as code"
ONE_OF = "one of the names below `from`"
UNTRIED: Mapping[str, str] = {
    "role $schema": NOWHERE,
    "module $schema": NOWHERE,
    "layout $schema": NOWHERE,
    "role include.0.default": ONE_OF,
    "role modules.0.default": ONE_OF,
    **{f"module parameters.*.{part}": CODE for part in ("pattern", "required.0")},
    **{f"module parameters.*.{part}.*.{NAME}": CODE for part in ("items", "properties", "propertyNames")},
    f"module parameters.*.properties.*.*.{NAME}": CODE,
    **{f"module parameters.*.items.properties.{part}.{NAME}": CODE for part in ("*", "*.*")},
    f"module parameters.*.additionalProperties.*.{NAME}": CODE,
    f"module parameters.*.default.*.{NAME}": "as in a value of a parameter",
    f"module parameters.*.example.*.{NAME}": "as in a value of a parameter",
}
"""Fields that are not tried, and why."""


def _apart(one: Field) -> Iterator[tuple[Steps, ...]]:
    """The ways to a field on the ground, each a place of its own; those of the inventory belong together."""
    file = FILES[one.kind]
    ways = _chosen(documents()[file], one)
    if not ways:
        raise LookupError(f"{file} of the ground has no place for {one}: write one")
    yield from [ways] if file == INVENTORY else ((way,) for way in ways)


def _placed(number: int, one: Field, ways: tuple[Steps, ...]) -> Place:
    file = FILES[one.kind]
    for before, after in FORMS:
        place = Place(number, one, file, ways, before, after)
        if place.takes(place.word):
            return place
    raise LookupError(f"no form of a word fits {one}: add one to FORMS")


def _chosen(data: Any, one: Field) -> tuple[Steps, ...]:
    """All places that hold such a text, else the first that could; of names the last, which nobody refers to."""
    if one.kind == "inventory":
        column = int(one.steps[1])
        # With one rack and one switch there is no order of them that the text could change.
        many = COLUMNS[column] in ("rack", "switch")
        return tuple((row, column) for row in range(1, len(data)) if data[row][column]) if many else (one.steps,)
    ways = list(_ways(data, one.steps))
    if one.steps[-1] == NAME:
        return tuple(ways[-1:])
    # What stands below the last name would not be found by it once that is another one.
    named = ways[:-1] if one.steps[-1] == EACH else ways
    return tuple(way for way in named if _there(data, way)) or tuple(ways[:1])


def _there(data: Any, way: Steps) -> bool:
    try:
        return isinstance(walk(data, way), str)
    except LookupError:
        return False


def _ways(data: Any, steps: Steps) -> Iterator[Steps]:
    """The ways through the data that the steps may mean; the last step need not be there."""
    if not steps:
        yield from () if isinstance(data, dict | list) else ((),)
        return
    step, rest = steps[0], steps[1:]
    if step == NAME:
        yield steps
    elif step in (EACH, ITEM):
        keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
        yield from ((key, *way) for key in keys for way in _ways(data[key], rest))
    elif isinstance(data, dict) and step in data:
        yield from ((step, *way) for way in _ways(data[step], rest))
    elif isinstance(data, dict) and rest in ((), (ITEM,)):
        yield steps


def written(values: Mapping[Place, str], folder: Path) -> Path:
    """The ground with these texts at their places, in a folder; the path of site.yaml."""
    data = copy.deepcopy(dict(documents()))
    # Names last: what stands below them is found by the old ones.
    for place, text in sorted(values.items(), key=lambda pair: (pair[0].ways[0][-1] == NAME, pair[0].number)):
        for way in place.ways:
            _set(data[place.file], way, place.whole(text))
    shutil.copytree(HOME, folder, dirs_exist_ok=True)
    for name, content in data.items():
        (folder / name).write_text(_text(name, content), "utf-8")
    return folder / SITE


def _set(data: Any, steps: Steps, text: str) -> None:
    *way, last = steps
    if last == NAME:
        *way, old = way
        for step in way:
            data = data[step]
        items = [(text if key == old else key, value) for key, value in data.items()]
        data.clear()
        data.update(items)
        return
    for step in way:
        data = data.setdefault(step, []) if isinstance(data, dict) else data[step]
    if isinstance(data, list) and last == len(data):
        data.append(text)
    else:
        data[last] = text


def _text(name: str, content: Any) -> str:
    if name == SITE:
        return yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, default_flow_style=False, width=10**6)
    if name == INVENTORY:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(content)
        return text.getvalue()
    return json.dumps(content, indent=1)
