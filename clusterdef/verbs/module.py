"""Module: begin a module definition in the site's folder, empty or from the class behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusterdef import catalog, puppet_class, replacement
from clusterdef.complaint import shape_problems
from clusterdef.problem import Problem, Refused, Severity
from clusterdef.schema import flat
from clusterdef.source import parse_json

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
KIND = next(kind for kind in catalog.KINDS if kind.word == "module")
EMPTY: Mapping[str, Any] = {"provides": {}, "requires": {}, "ports": [], "checks": {}}
"""What no Puppet code tells."""

README = """# {name}

`module.json` beside this file tells clusterdef what the module is. JSON has no comments, so they stand here; write
what this page should say to the next person in their place.

- `description`: one sentence: what it does, and what to know about it at three in the morning.
- `classes`: the Puppet classes that are declared on a machine; the first one takes the parameters.
- `parameters`: what can be set. One without `default` and not `"optional": true` must be given by a role or a site:
  `"port": {{"type": "integer", "default": 8080, "description": "where it answers"}}`
- `provides`: services for other machines: `"web": {{"port": "parameter:port", "description": "pages"}}`
- `requires`: services from other machines, and from when on: `"time": {{"phase": "run"}}`
- `ports`: what the firewall opens, and for whom: `{{"name": "web", "tcp": "parameter:port", "from": "cluster"}}`
- `checks`: commands that tell whether it works:
  `"answers": {{"run": "curl -fsS http://{{address}}/", "from": "consumer"}}`

`clusterdef catalog --services` lists the services that there are; the reference of module.json has every other key.
The Puppet code goes into `manifests/` here, or `source` in module.json says where it comes from.
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: the site's folder, the module's name, where its Puppet code is and which class of it."""

    folder: Path
    name: str
    puppet: Path | None = None
    class_: str | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """What was written. `open` is what only a person knows, in words."""

    file: Path
    parameters: int
    notes: tuple[Problem, ...]
    open: tuple[str, ...]


def begin(wish: Wish) -> Begun:
    """Write the definition.

    Raises Refused when there is one already, the Puppet code cannot be read, or nothing can be written.
    """
    if not NAME.fullmatch(wish.name):
        raise Refused(_no_name(wish.name))
    file = wish.folder / KIND.folder / wish.name / KIND.file
    if file.exists() and not wish.force:
        raise Refused(_there(file))
    made = puppet_class.made(puppet_class.load(wish.puppet, wish.name, wish.class_)) if wish.puppet else None
    data = _completed(wish, dict(made.data) if made else _empty(wish.name))
    text = as_text(data)
    _assert_sound(text)
    replacement.folder(file.parent)
    replacement.put(file, text.encode())
    if made is None and not file.with_name("README.md").exists():
        replacement.put(file.with_name("README.md"), README.format(name=wish.name).encode())
    notes = (*(made.notes if made else ()), *_replaced(wish.name))
    return Begun(file, len(data["parameters"]), notes, tuple(_open(data, made)))


def _empty(name: str) -> dict[str, Any]:
    return {"description": f"to be written: what {name} does", "classes": [name], "parameters": {}}


def _completed(wish: Wish, data: dict[str, Any]) -> dict[str, Any]:
    """With the editor's schema where the site has it; without `source` where the code lies beside the definition."""
    home = wish.folder / KIND.folder / wish.name
    if wish.puppet and wish.puppet.resolve() == home.resolve():
        data.pop("source", None)
    schema = Path(".clusterdef") / "module.schema.json"
    editor = {"$schema": f"../../{schema}"} if (wish.folder / schema).is_file() else {}
    return {**editor, **data, **EMPTY}


def as_text(data: Mapping[str, Any]) -> str:
    """JSON as people keep such files: a line for each parameter, everything else on one line a key."""
    lines = [f"  {_json(key)}: {_value(key, value)}" for key, value in data.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(key: str, value: Any) -> str:
    if key != "parameters" or not value:
        return _json(value)
    width = max(len(_json(name)) for name in value) + 1
    rows = (f"    {_json(name) + ':':<{width}} {_json(schema)}" for name, schema in value.items())
    return "{\n" + ",\n".join(rows) + "\n  }"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _assert_sound(text: str) -> None:
    """What we write ourselves fits our own schema, whatever the Puppet code was."""
    problems = shape_problems(parse_json(text.encode(), KIND.file), flat(KIND.word))
    if problems:
        raise AssertionError("; ".join(f"{problem.place}: {problem.message}" for problem in problems))


def _replaced(name: str) -> Iterator[Problem]:
    shipped = catalog.load().of(KIND.word).get(name)
    if shipped:
        message = f"there is a {shipped.shelf} module {name}: in this site yours takes its place"
        advice = ("choose another name if that is not meant",)
        yield Problem("module-replaces", message, advice=advice, severity=Severity.NOTE, subject=name)


def _open(data: Mapping[str, Any], made: puppet_class.Made | None) -> Iterator[str]:
    if data["description"].startswith("to be written"):
        yield "description: what it does, in one sentence"
    if made and made.unsaid:
        yield f"descriptions of {len(made.unsaid)} of {len(data['parameters'])} parameters"
    if made is None:
        yield "parameters: what can be set"
    yield "provides, requires: services for and from other machines"
    yield "ports: what the firewall opens, and for whom"
    yield "checks: commands that tell whether it works"


def _no_name(name: str) -> Problem:
    advice = ("lower-case letters, digits and underscores, beginning with a letter",)
    return Problem("module-name", f"'{name}' cannot be the name of a module", subject=name, advice=advice)


def _there(file: Path) -> Problem:
    message = f"{file} is already there"
    return Problem("module-exists", message, subject=str(file), advice=("to write it anew:   --force",))
