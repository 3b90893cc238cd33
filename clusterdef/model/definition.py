"""What experts and the site define for all nodes: modules, roles, parameters, secrets, administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that somebody needs: its name, its kind, and who asks for it."""

    name: str
    kind: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter a module declares; `target` is (class, name there), None for one no class takes."""

    module: str
    name: str
    description: str
    type: tuple[str, ...]
    target: tuple[str, str] | None
    secret: bool = False

    @property
    def key(self) -> str:
        """`module.parameter`."""
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True)
class Module:
    """A module some node carries. `definition` is its module.json as data, for what only one output needs."""

    name: str
    description: str
    classes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    packages: tuple[str, ...]
    definition: Mapping[str, Any]
    shelf: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role some node has, with the roles and modules it brings."""

    name: str
    description: str
    includes: tuple[str, ...]
    modules: tuple[str, ...]
    device: bool
    health: tuple[str, ...]
    runbook: str
    shelf: str


@dataclass(frozen=True, slots=True)
class Admin:
    """A person who administers the cluster; `keys` are ssh public keys, a line each."""

    name: str
    keys: tuple[str, ...]
    full_name: str = ""
    mail: str = ""
    uid: int | None = None
