"""Ports: what a node's modules listen on, and two of them that want the same one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.model import Net, Network, Port
from clusterdef.problem import Also, Mark, Problem
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.profiles import Profile
from clusterdef.source import Document

PARAMETER = "parameter:"
_ON: Mapping[str, Any] = {
    "all": lambda network: True,
    "managed": lambda network: network.names == "managed",
    "boot": lambda network: network.boot,
    # Relays ask from networks that this machine is not on, at whatever address it has on one of ours.
    "dhcp": lambda network: network.dhcp != "none" or network.names == "managed",
    "loopback": lambda network: False,
}


class Listening:
    """The ports of one site's nodes; nodes alike share one tuple. `problems` grows as it goes."""

    def __init__(self, document: Document, catalog: Catalog, networks: Mapping[str, Network]) -> None:
        self._document = document
        self._catalog = catalog
        self._scopes: Mapping[str, tuple[Net, ...]] = {
            "cluster": _subnets(network for network in networks.values() if network.names == "managed"),
            "boot": _subnets(network for network in networks.values() if network.boot),
            "dhcp": _subnets(network for network in networks.values() if network.dhcp != "none"),
        }
        self._found: dict[tuple[Any, ...], tuple[Port, ...]] = {}
        self._spoken: dict[int, tuple[str, ...]] = {}
        self._told: set[tuple[str, ...]] = set()
        self.problems: list[Problem] = []

    def ports(self, draft: NodeDraft, parameters: Mapping[str, Any]) -> tuple[Port, ...]:
        """What a node with these parameters listens on."""
        key = (id(draft.profile), draft.networks, *(str(parameters.get(name)) for name in self._asked(draft.profile)))
        if key not in self._found:
            ports = tuple(port for module in draft.profile.modules for port in self._of_module(module, parameters))
            self._found[key] = ports
            self._collisions(draft, ports)
        return self._found[key]

    def _asked(self, profile: Profile) -> tuple[str, ...]:
        """Parameters that the ports of a profile's modules speak of."""
        if id(profile) not in self._spoken:
            self._spoken[id(profile)] = tuple(name for module in profile.modules for name in self._asked_by(module))
        return self._spoken[id(profile)]

    def _asked_by(self, module: str) -> Iterator[str]:
        for row in self._catalog.modules[module].data.get("ports", ()):
            for key in ("tcp", "udp", "from"):
                value = row.get(key)
                if isinstance(value, str) and value.startswith(PARAMETER):
                    yield f"{module}.{value.removeprefix(PARAMETER)}"

    def _of_module(self, module: str, parameters: Mapping[str, Any]) -> Iterator[Port]:
        for row in self._catalog.modules[module].data.get("ports", ()):
            for protocol in ("tcp", "udp"):
                numbers = tuple(_ranges(row.get(protocol), module, parameters))
                if numbers:
                    yield Port(
                        module,
                        row["name"],
                        protocol,
                        numbers,
                        self._sources(row["from"], module, parameters),
                        row["from"],
                        row.get("on", "all"),
                    )

    def _sources(self, scope: str, module: str, parameters: Mapping[str, Any]) -> tuple[Net, ...]:
        if scope.startswith(PARAMETER):
            return _nets(parameters.get(f"{module}.{scope.removeprefix(PARAMETER)}", []))
        return self._scopes.get(scope, ())

    def _collisions(self, draft: NodeDraft, ports: tuple[Port, ...]) -> None:
        taken: list[Port] = []
        for port in ports:
            for other in taken:
                if other.module != port.module and _meet(draft, port, other):
                    self._collision(draft, port, other)
            taken.append(port)

    def _collision(self, draft: NodeDraft, port: Port, other: Port) -> None:
        key = (port.module, other.module, port.protocol, str(port.numbers))
        if key in self._told:
            return
        self._told.add(key)
        number = max(port.numbers[0][0], other.numbers[0][0])
        roles = draft.profile.brought
        message = f"{draft.name}: modules {port.module} and {other.module} both listen on {port.protocol} port {number}"
        advice = (
            f"{port.module} comes with role {roles[port.module]}, {other.module} with role {roles[other.module]}",
            "give these to different nodes, or change a port",
        )
        also = (
            Also(self._mark(other), f"{other.name} of module {other.module}"),
            Also(self._mark(port), f"{port.name} of module {port.module}"),
        )
        mark = self._document.key_mark("nodes", draft.written.key)
        self.problems.append(Problem("port-taken", message, mark, also=also, advice=advice))

    def _mark(self, port: Port) -> Mark:
        definition = self._catalog.modules[port.module]
        number = next(number for number, row in enumerate(definition.data["ports"]) if row["name"] == port.name)
        return definition.document.mark("ports", number, port.protocol)


def _meet(draft: NodeDraft, one: Port, other: Port) -> bool:
    """The same protocol, a number in common, and an address in common on this node."""
    if one.protocol != other.protocol:
        return False
    if not any(first <= last_ and first_ <= last for first, last in one.numbers for first_, last_ in other.numbers):
        return False
    networks = [interface.network for interface in draft.interfaces]
    loopback = {one.on, other.on} & {"all"} and "loopback" in (one.on, other.on)
    return (
        bool(loopback)
        or (one.on == other.on)
        or any(_ON[one.on](network) and _ON[other.on](network) for network in networks)
    )


def _ranges(value: Any, module: str, parameters: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    if isinstance(value, str) and value.startswith(PARAMETER):
        value = parameters.get(f"{module}.{value.removeprefix(PARAMETER)}")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, int) and not isinstance(item, bool):
            yield item, item
        elif isinstance(item, str) and item.replace("-", "").isdigit():
            first, _, last = item.partition("-")
            yield int(first), int(last or first)


def _nets(value: Any) -> tuple[Net, ...]:
    found = []
    for text in value if isinstance(value, list) else [value]:
        try:
            found.append(ip_network(text))
        except ValueError:
            continue
    return tuple(found)


def _subnets(networks: Any) -> tuple[Net, ...]:
    return tuple(subnet.net for network in networks for subnet in network.subnets)


def port_number(terms: Any, module: str, parameters: Mapping[str, Any]) -> int | None:
    """The port of a service, which may be a parameter's value."""
    found = next(_ranges(terms, module, parameters), None)
    return found[0] if found else None
