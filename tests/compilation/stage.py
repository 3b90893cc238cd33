"""A small site with modules of its own, and a compiler that needs no Puppet. Nothing here asserts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clusterdef.ports.compiler import Asked, Code, Compiled, Fault

SITE = """\
clusterdef: 1
cluster: {name: small, os: debian12}
networks:
  inner: {subnet: 10.10.0.0/16, gateway: 10.10.0.1, domain: small.internal, dhcp: none, names: external}
os:
  debian12: {family: debian, release: 12, media: debian12-netinst}
nodes:
  own: {role: greeter, install: existing, net: {inner: 10.10.0.2}}
  w[1-6]: {role: greeter, install: existing, net: {inner: 10.10.2.1+}}
"""
KINDS = {"Integer": int, "String": str, "Array": list}


@dataclass
class Stage:
    """The site's folder; a module is code for it, a definition, and a row in the only role."""

    folder: Path
    modules: list[str] = field(default_factory=list)

    def site(self, text: str = SITE) -> Path:
        """The site, written."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "site.yaml").write_text(text)
        role = {"description": "greets", "modules": self.modules}
        self.write("roles/greeter/role.json", json.dumps(role, indent=1))
        self.write("roles/base/role.json", '{"description": "nothing at all", "everywhere": true}')
        return self.folder / "site.yaml"

    def module(self, name: str, code: str | None, parameters: Mapping[str, Any] | None = None) -> None:
        """A module with a class of its own name."""
        self.modules.append(name)
        rows = {key: {"description": "a value", **row} for key, row in (parameters or {}).items()}
        definition = {"description": "a module", "classes": [name], "parameters": rows}
        self.write(f"modules/{name}/module.json", json.dumps(definition, indent=1))
        if code is not None:
            self.write(f"modules/{name}/manifests/init.pp", code)

    def write(self, path: str, text: str) -> None:
        """A file of the site."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


class Reader:
    """A compiler that knows classes with typed parameters, and no more of the language than that."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.code: Code | None = None

    def compiled(self, code: Code, asked: Sequence[Asked]) -> Iterator[Compiled]:
        """See ports.compiler."""
        self.asked, self.code = list(asked), code
        for one in asked:
            faults = [fault for name, given in one.classes.items() for fault in _faults(code, name, given or {})]
            yield Compiled(one.certname, 0 if faults else len(one.classes), tuple(faults))


def _faults(code: Code, name: str, given: Mapping[str, Any]) -> Iterator[Fault]:
    file = code.modules[name] / "manifests" / "init.pp" if name in code.modules else None
    if file is None:
        yield Fault(f"there is no class {name}", name)
        return
    rows = (line.strip(" ,").split(" $") for line in file.read_text().split(") {")[0].splitlines() if " $" in line)
    takes = {parameter.split(" ")[0]: KINDS[kind] for kind, parameter in rows}
    for key, value in given.items():
        if key not in takes:
            yield Fault(f"class {name} takes no parameter '{key}'", name, key, ((file, 1),))
        elif not isinstance(value, takes[key]):
            yield Fault(f"class {name}: parameter '{key}' expects something else", name, key, ((file, 1),))
