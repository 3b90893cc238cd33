"""A node on its way to being resolved: what is known of it before its parameters are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clusterdef.model import Bmc, Interface, Place
from clusterdef.resolve.layers import Layer
from clusterdef.resolve.members import Written
from clusterdef.resolve.profiles import Profile


@dataclass(slots=True)
class NodeDraft:
    """One node: as written, its profile, its place on the networks, its settings. `own` are its own layers; `versions`
    are those of its addresses on each of its networks."""

    name: str
    written: Written
    profile: Profile
    interfaces: tuple[Interface, ...]
    primary: Interface | None
    fqdn: str
    aliases: tuple[str, ...]
    bmc: Bmc | None
    place: Place
    own: tuple[Layer, ...]
    settings: Mapping[str, Any]
    provides: tuple[str, ...] = ()
    networks: tuple[str, ...] = field(default=())
    versions: tuple[tuple[int, ...], ...] = field(default=())

    @property
    def install(self) -> str:
        """How it gets its operating system."""
        found: str = self.settings["install"]
        return found

    def on(self, network: str) -> Interface | None:
        """Its interface on a network."""
        return next((interface for interface in self.interfaces if interface.network.name == network), None)
