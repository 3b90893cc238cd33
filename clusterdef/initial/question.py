"""What is asked before a site is begun: one row a question, with its default and what may be answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.complaint import expected, quoted
from clusterdef.initial import ASKED
from clusterdef.initial.layout import Small, layout
from clusterdef.problem import listing
from clusterdef.schema import faults, flat

Answers = Mapping[str, str]
"""Key -> answer, of the questions before this one."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `default` and `check` see the answers before it; `check` says what is wrong, or nothing."""

    key: str
    schema: Mapping[str, Any]
    default: Callable[[Answers], str]
    check: Callable[[str, Answers], str] = field(default=lambda value, before: "")

    @property
    def text(self) -> str:
        """What is asked."""
        return ASKED[self.key]

    def objection(self, value: str, before: Answers | None) -> tuple[str, ...]:
        """Why `value` is no answer, in the schema's words; empty when it is one.

        Without the answers before it, only by itself.
        """
        if faults(self.schema, value):
            return (f"{self.key} cannot be {quoted(value)}", *expected(self.schema, self.key))
        reason = self.check(value, before) if before is not None else ""
        return (f"{self.key} cannot be {quoted(value)}: {reason}",) if reason else ()


RELEASES: Mapping[str, tuple[str, str]] = {"el9": ("el", "9.6"), "el8": ("el", "8.10"), "el10": ("el", "10.0")}
"""Operating systems to begin with: name -> family and release."""

PRIVATE = ("10.10.0.0/16", "172.20.0.0/16", "192.168.0.0/16")
MGMT = ("10.20.0.0/16", "172.21.0.0/16", "10.40.0.0/16")

NETWORK = {"type": "string", "format": "network", "description": "an IPv4 network", "examples": ["192.0.2.0/24"]}
ADDRESS = {"type": "string", "format": "address", "description": "an IPv4 address"}


def questions(name: str, catalog: Catalog) -> tuple[Question, ...]:
    """The questions in their order; `name` is that of the site's folder."""
    cluster = flat("site")["properties"]["cluster"]["properties"]
    domain = flat("site")["properties"]["networks"]["additionalProperties"]["properties"]["domain"]
    admin = {"type": "string", "description": "a user name", **flat("site")["properties"]["admins"]["propertyNames"]}
    systems = {"type": "string", "enum": list(RELEASES), "description": f"one of {', '.join(RELEASES)}"}
    batch = batch_systems(catalog)
    return (
        Question("name", cluster["name"], lambda before: _hostname(name)),
        Question("timezone", cluster["timezone"], lambda before: cluster["timezone"]["default"]),
        Question("os", systems, lambda before: next(iter(RELEASES))),
        Question("domain", domain, lambda before: "example.edu"),
        Question("subnet", NETWORK, lambda before: "192.0.2.0/24", _subnet),
        Question("gateway", ADDRESS, lambda before: _host(before, 1), _inside),
        Question("head-address", ADDRESS, _head_default, _head),
        Question("dns", ADDRESS, lambda before: before["gateway"], _version),
        Question("private", NETWORK, lambda before: _free(before, PRIVATE), _own),
        Question("mgmt", NETWORK, lambda before: _free(before, MGMT), _own),
        Question("workers", COUNT, lambda before: "4", _workers),
        Question("batch", _choice(batch), lambda before: batch[0]),
        Question("admin", admin, lambda before: "admin"),
    )


COUNT = {"type": "string", "pattern": "^[1-9][0-9]{0,4}$", "description": "a whole number from 1"}


def batch_systems(catalog: Catalog) -> list[str]:
    """What roles let a site choose as `batch`, in the order of the first role that asks."""
    every = (item for role in catalog.roles.values() for item in role.data.get("include", ()) if isinstance(item, dict))
    return list(dict.fromkeys(word for item in every if item["choose"] == "batch" for word in item["from"]))


def _choice(words: list[str]) -> dict[str, Any]:
    return {"type": "string", "enum": words, "description": f"one of {', '.join(words)}"}


def _hostname(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:63].strip("-") or "mycluster"


def _host(before: Answers, number: int) -> str:
    net = IPv4Network(before["subnet"])
    return str(net[min(number, net.num_addresses - 2)])


def _head_default(before: Answers) -> str:
    wanted = (_host(before, number) for number in (10, 2, 1))
    return next(address for address in wanted if address != before["gateway"])


def _free(before: Answers, nets: tuple[str, ...]) -> str:
    return next((net for net in nets if not list(_overlaps(net, before))), nets[-1])


def _overlaps(net: str, before: Answers) -> Iterator[str]:
    mine = IPv4Network(net)
    yield from (key for key in ("subnet", "private") if key in before and mine.overlaps(IPv4Network(before[key])))


def _version(value: str, before: Answers) -> str:
    try:
        IPv4Address(value)
    except AddressValueError:
        return "begin with IPv4; site.yaml takes IPv6 beside it"
    return ""


def _network_version(value: str) -> str:
    return "begin with IPv4; site.yaml takes IPv6 beside it" if ":" in value else ""


def _subnet(value: str, before: Answers) -> str:
    if _network_version(value):
        return _network_version(value)
    return "it has no room for a gateway and a head" if IPv4Network(value).prefixlen > 29 else ""


def _inside(value: str, before: Answers) -> str:
    if _version(value, before):
        return _version(value, before)
    net, address = IPv4Network(before["subnet"]), IPv4Address(value)
    if address not in net:
        return f"it is not in {net}"
    edges = {net.network_address: "network", net.broadcast_address: "broadcast"}
    return f"it is the {edges[address]} address of {net}" if address in edges else ""


def _head(value: str, before: Answers) -> str:
    return _inside(value, before) or ("the gateway has it" if value == before["gateway"] else "")


def _own(value: str, before: Answers) -> str:
    if _network_version(value):
        return _network_version(value)
    found = list(_overlaps(value, before))
    if found:
        return f"it overlaps {listing(f'{key} {before[key]}' for key in found)}"
    return _room(value)


def _room(value: str) -> str:
    try:
        layout(IPv4Network(value), 1)
    except Small as small:
        return str(small)
    return ""


def _workers(value: str, before: Answers) -> str:
    for key in ("private", "mgmt"):
        try:
            layout(IPv4Network(before[key]), int(value))
        except Small as small:
            return f"{key} {before[key]}: {small}"
    return ""
