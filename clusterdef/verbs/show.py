"""Show: what was understood of a site, and the order in which its machines come up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clusterdef.formats import as_size
from clusterdef.model import Cluster, Interface, Node
from clusterdef.nodeset import fold


@dataclass(frozen=True, slots=True)
class Fact:
    """One line about a node: a word, and what there is to say."""

    word: str
    text: str


def overview(cluster: Cluster, names: list[str]) -> list[tuple[str, str, str, str]]:
    """A row for each group of nodes alike: nodes, roles, how they are installed, networks."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for name in names:
        node = cluster.nodes[name]
        networks = ", ".join(one.network.name for one in node.interfaces)
        alike.setdefault((", ".join(node.roles), _installed(node), networks), []).append(name)
    return [(fold(members), *rest) for rest, members in alike.items()]


def _installed(node: Node) -> str:
    return f"{node.install}, on {node.vm.host}" if node.vm else node.install


def facts(node: Node) -> Iterator[Fact]:
    """Everything about one node that a person asks for."""
    yield Fact("name", node.fqdn + (f" (also {', '.join(node.aliases)})" if node.aliases else ""))
    if node.description:
        yield Fact("what", node.description)
    others = ", ".join(one for one in node.all_roles if one not in node.roles)
    yield Fact("roles", ", ".join(node.roles) + (f"; with {others}" if others else ""))
    if node.groups:
        yield Fact("groups", ", ".join(node.groups))
    yield from (Fact("net" if number == 0 else "", _attachment(one)) for number, one in enumerate(node.interfaces))
    if node.bmc:
        yield Fact("bmc", f"{node.bmc.address} {node.bmc.fqdn} ({node.bmc.driver}, user {node.bmc.user})")
    yield from _machine(node)
    yield from _relations(node)


def _attachment(one: Interface) -> str:
    addresses = ", ".join(f"{placed}/{placed.prefix}" for placed in one.addresses) or "address by DHCP"
    extras = (one.fqdn, one.device, one.mac, "boots here" if one.network.boot else "")
    return f"{one.network.name}: {addresses}  {'  '.join(word for word in extras if word)}"


def _machine(node: Node) -> Iterator[Fact]:
    if node.device:
        yield Fact("place", _place(node))
        return
    system = f"{node.os.family} {node.os.release}" if node.os else "none"
    yield Fact("system", f"{system}, installed by {node.install}, {node.firmware}, SELinux {node.selinux}")
    if node.vm:
        memory, disk = as_size(node.vm.memory), as_size(node.vm.disk)
        yield Fact("virtual", f"on {node.vm.host}: {node.vm.cpus} processors, {memory} memory, {disk} disk")
    if node.layout:
        yield Fact("disk", f"layout {node.layout.name}" + (f", keeps {', '.join(node.keep)}" if node.keep else ""))
    if node.kernel or node.console:
        yield Fact("kernel", " ".join((*node.kernel, *([f"console={node.console}"] if node.console else []))))
    if _place(node):
        yield Fact("place", _place(node))


def _place(node: Node) -> str:
    words = [f"{word} {getattr(node.place, word)}" for word in ("rack", "unit", "serial") if getattr(node.place, word)]
    cables = [f"{what} at {switch} port {port}" for what, switch, port, _ in node.place.cables]
    return ", ".join((*words, *cables))


def _relations(node: Node) -> Iterator[Fact]:
    if node.modules:
        yield Fact("modules", ", ".join(node.modules))
    if node.provides:
        yield Fact("provides", ", ".join(node.provides))
    uses = [
        f"{service} from {', '.join(dict.fromkeys(end.host for end in ends))}"
        for service, ends in sorted(node.services.items())
    ]
    yield from (Fact("uses" if number == 0 else "", use) for number, use in enumerate(uses))


def order(cluster: Cluster) -> list[tuple[str, str]]:
    """The steps of installation: what is done, and to which nodes. That nodes are at work is no step."""
    steps = (step for step in cluster.order if step.phases != ("run",))
    return [(" and ".join(phase for phase in step.phases if phase != "run"), fold(step.nodes)) for step in steps]


def as_data(node: Node) -> Mapping[str, Any]:
    """A node as plain data, for programs: the same facts under the model's own names."""
    return {
        "name": node.name,
        "fqdn": node.fqdn,
        "aliases": list(node.aliases),
        "roles": list(node.roles),
        "all_roles": list(node.all_roles),
        "groups": list(node.groups),
        "modules": list(node.modules),
        "install": node.install,
        "os": {"name": node.os.name, "family": node.os.family, "release": node.os.release} if node.os else None,
        "interfaces": [_interface(one) for one in node.interfaces],
        "bmc": {"name": node.bmc.name, "address": str(node.bmc.address), "driver": node.bmc.driver}
        if node.bmc
        else None,
        "vm": {"host": node.vm.host, "memory": node.vm.memory, "cpus": node.vm.cpus, "disk": node.vm.disk}
        if node.vm
        else None,
        "place": {"rack": node.place.rack, "unit": node.place.unit, "serial": node.place.serial},
        "provides": list(node.provides),
        "services": {
            service: [{"host": end.host, "address": end.address, "port": end.port} for end in ends]
            for service, ends in sorted(node.services.items())
        },
        "parameters": dict(sorted(node.parameters.items())),
    }


def _interface(one: Interface) -> Mapping[str, Any]:
    return {
        "network": one.network.name,
        "addresses": [str(placed) for placed in one.addresses],
        "fqdn": one.fqdn,
        "devices": list(one.devices),
        "macs": list(one.macs),
    }
