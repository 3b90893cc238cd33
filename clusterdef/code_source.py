"""Where a Puppet module's code comes from when it is not shipped: a git repository, the Forge or a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GIT, FORGE, FOLDER = "git", "forge", "folder"
VERSIONS: Mapping[str, str] = {GIT: "ref", FORGE: "version", FOLDER: ""}
"""Kind of place -> the key that says which version is meant; a folder has what it has."""


@dataclass(frozen=True, slots=True)
class Source:
    """`place` is a URL, the module's name on the Forge or a folder; `version` is the ref or the version there."""

    kind: str
    place: str
    version: str = ""

    @property
    def data(self) -> dict[str, str]:
        """As it stands in module.json, in site.yaml and in the lock."""
        key = VERSIONS[self.kind]
        return {self.kind: self.place, **({key: self.version} if key else {})}

    def __str__(self) -> str:
        return " ".join(filter(None, (self.place, self.version)))


def source(data: Mapping[str, Any]) -> Source:
    """The source that such a map means; its shape has been checked before."""
    kind = next(kind for kind in VERSIONS if kind in data)
    place = data[kind].replace("/", "-") if kind == FORGE else data[kind]
    return Source(kind, place, data.get(VERSIONS[kind], ""))
