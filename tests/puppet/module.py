"""The shipped modules that have Puppet code, and what may be made of their definitions. Nothing here asserts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.house.package import ROOT

HOME = ROOT / "puppet" / "modules"
SYSTEMS = ROOT / "clusterdef" / "compilation" / "systems.json"
"""Facts of the systems that there are."""

PACKAGED = Path("/usr/share/puppet/modules")
"""Where the distribution's packages put modules."""

NAMES = {"el": ("AlmaLinux", "CentOS", "RedHat", "Rocky"), "debian": ("Debian",)}
"""Our families, as metadata.json names systems."""

PUPPET = {"name": "puppet", "version_requirement": ">= 7.0.0 < 10.0.0"}


@dataclass(frozen=True)
class Module:
    """A folder with a definition and code."""

    folder: Path

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def definition(self) -> Mapping[str, Any]:
        """Its module.json."""
        data: Mapping[str, Any] = json.loads((self.folder / "module.json").read_text("utf-8"))
        return data

    @property
    def systems(self) -> list[str]:
        """The systems that it says it supports: `el9`, `debian12`."""
        return [f"{family}{release}" for family, releases in self.definition["os"].items() for release in releases]

    @property
    def metadata_file(self) -> Path:
        return self.folder / "metadata.json"

    def metadata(self) -> str:
        """What its metadata.json should be: everything but the dependencies follows from the definition."""
        kept = json.loads(self.metadata_file.read_text("utf-8")) if self.metadata_file.exists() else {}
        made = {
            "name": f"clusterdef-{self.name}",
            "version": "0.1.0",
            "author": "the clusterdef developers",
            "summary": _summary(self.definition["description"]),
            "license": "MIT",
            "source": f"https://git.example.org/clusterdef/puppet/modules/{self.name}",
            "dependencies": kept.get("dependencies", []),
            "operatingsystem_support": list(_support(self.definition["os"])),
            "requirements": [PUPPET],
        }
        return json.dumps(made, indent=2, ensure_ascii=False) + "\n"

    def files(self, *patterns: str) -> list[Path]:
        """Its files by patterns such as `manifests/**/*.pp`."""
        return sorted(file for pattern in patterns for file in self.folder.glob(pattern))


def modules() -> list[Module]:
    """Every module that has code, by name."""
    return [Module(folder.parent) for folder in sorted(HOME.glob("*/manifests"))]


def _summary(description: str) -> str:
    """The first clause, as long as metadata.json takes it."""
    return description.split(";")[0].split(". ")[0].split(": ")[0][:144]


def _support(systems: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    for family, releases in systems.items():
        for name in NAMES[family]:
            yield {"operatingsystem": name, "operatingsystemrelease": releases}
