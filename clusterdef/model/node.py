"""One node, with everything that was resolved for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.model.machine import Bmc, Disk, Hardware, Layout, Mount, OperatingSystem, Place, Repository, Scripts, Vm
from clusterdef.model.network import Interface, Placed
from clusterdef.model.service import Endpoint, Port


@dataclass(frozen=True, slots=True)
class Node:
    """One machine. `roles` are those it was given, `all_roles` those and what they include, base first.

    `parameters` is by `module.parameter`; a secret's value there is the name of the secret. `host_keys` are the
    public keys by which its ssh server is known: type and key, a space between.
    """

    name: str
    number: int | None
    roles: tuple[str, ...]
    all_roles: tuple[str, ...]
    groups: tuple[str, ...]
    modules: tuple[str, ...]
    device: bool
    install: str
    os: OperatingSystem | None
    interfaces: tuple[Interface, ...]
    primary: Interface | None
    fqdn: str
    aliases: tuple[str, ...]
    bmc: Bmc | None
    vm: Vm | None
    hardware: Hardware
    place: Place
    disks: tuple[Disk, ...]
    layout: Layout | None
    keep: tuple[str, ...]
    kernel: tuple[str, ...]
    kernel_pin: str | None
    console: str | None
    firmware: str
    secure_boot: bool
    boot_order: tuple[str, ...]
    selinux: str
    packages: tuple[str, ...]
    repos: tuple[Repository, ...]
    web_proxy: str | None
    mounts: tuple[Mount, ...]
    scripts: Scripts
    parameters: Mapping[str, Any]
    services: Mapping[str, tuple[Endpoint, ...]]
    ports: tuple[Port, ...]
    provides: tuple[str, ...]
    description: str = ""
    host_keys: tuple[str, ...] = ()

    @property
    def certname(self) -> str:
        """The name on its certificate: its full name."""
        return self.fqdn

    @property
    def reached_at(self) -> str:
        """Where it answers: its first address on its primary network, or its name where others give addresses."""
        return str(self.primary.address) if self.primary and self.primary.address else self.fqdn

    @property
    def boot(self) -> Interface | None:
        """The interface it is installed over: the first on a network with `boot: true`."""
        return next((interface for interface in self.interfaces if interface.network.boot), None)

    def way_out(self, version: int = 4) -> Placed | None:
        """The address whose gateway is the node's default route: the first attachment that has one."""
        every = (placed for interface in self.interfaces for placed in interface.addresses)
        return next((placed for placed in every if placed.version == version and placed.gateway), None)

    def on(self, network: str) -> Interface | None:
        """Its interface on the network of that name."""
        return next((interface for interface in self.interfaces if interface.network.name == network), None)

    def endpoint(self, service: str) -> Endpoint | None:
        """How this node reaches a service: the first provider's endpoint."""
        found = self.services.get(service, ())
        return found[0] if found else None
