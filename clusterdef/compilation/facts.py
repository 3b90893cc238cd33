"""What a machine would tell Puppet of itself, as far as its definition knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from clusterdef.model import Interface, Node

MEMORY, CORES = 8 << 30, 4
"""Of a machine of which nobody said it."""

Facts = Mapping[str, Any]


def facts(node: Node) -> dict[str, Any]:
    """The machine's facts: those that others have too, and its names and addresses."""
    return {**common(node), "networking": _networking(node)}


def common(node: Node) -> dict[str, Any]:
    """The facts that machines of the same system and hardware share."""
    memory = node.vm.memory if node.vm else node.hardware.memory or MEMORY
    cores = node.vm.cpus if node.vm else node.hardware.cores or CORES
    return {
        "kernel": "Linux",
        "service_provider": "systemd",
        "path": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "virtual": "kvm" if node.vm else "physical",
        "is_virtual": bool(node.vm),
        "memory": {"system": {"total_bytes": memory}},
        "processors": {"count": cores, "physicalcount": 1},
        **system(node),
    }


def system(node: Node) -> Facts:
    """The facts that come with its operating system; the nearest that is known for one that is not."""
    if node.os is None:
        return {}
    family, major = node.os.family, node.os.major
    known = _systems()
    own = known.get(f"{family}{major}")
    if own is None:
        of_family = [facts for name, facts in known.items() if name.startswith(family)]
        own = of_family[-1] if of_family else {"os": {"name": family.capitalize(), "family": family.capitalize()}}
    release = {"full": node.os.release, "major": major, "minor": node.os.release.partition(".")[2]}
    return {**own, "os": {**own["os"], "release": release}}


@cache
def _systems() -> Mapping[str, Facts]:
    found: Mapping[str, Facts] = json.loads(files(__package__).joinpath("systems.json").read_text("utf-8"))
    return found


def _networking(node: Node) -> Facts:
    names = {"fqdn": node.certname, "hostname": node.certname.partition(".")[0]}
    domain = {"domain": node.certname.partition(".")[2]}
    every = {f"eth{number}": _interface(one) for number, one in enumerate(node.interfaces)}
    place = next((number for number, one in enumerate(node.interfaces) if one is node.primary), None)
    primary = {"primary": f"eth{place}", **every[f"eth{place}"]} if place is not None else {}
    return {**names, **domain, "interfaces": every, **primary}


def _interface(interface: Interface) -> Facts:
    found: dict[str, Any] = {"mac": interface.macs[0]} if interface.macs else {}
    for placed in interface.addresses:
        tail = "" if placed.version == 4 else "6"
        found.setdefault(f"ip{tail}", str(placed.address))
        found.setdefault(f"netmask{tail}", str(placed.subnet.net.netmask))
        found.setdefault(f"network{tail}", str(placed.subnet.net.network_address))
    return found
