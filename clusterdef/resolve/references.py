"""References: `${service.http-proxy}` and its kin, evaluated for one node.

A string that is one reference takes the value's own type; inside other text it becomes text; a list
inside a list is spliced, and an item that comes out empty is left out. `$${` is a literal `${`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from clusterdef.formats import size_in_bytes
from clusterdef.model import Endpoint, Network
from clusterdef.problem import did_you_mean, listing
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.relations import Relations

_REFERENCE = re.compile(r"\$\$\{|\$\{([^{}]*)\}")
_WHOLE = re.compile(r"\$\{([^{}]*)\}")


_OPEN = re.compile(r"\$\{[^{}]*(?![^{}]*\})")
SHAPES = "references are ${service.NAME}, ${node.FACT}, ${networks.NAME}, ${nodes.of_role.ROLE} and the like"
LITERAL = "to mean the text itself write $${"
CLOSE = f"write }} where it ends; {LITERAL}"


class Dangling(Exception):
    """A reference that leads nowhere; the message says why, `hint` what may have been meant, `advice` what there is."""

    def __init__(self, message: str, hint: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.advice = (advice,) if advice else ()


class Absent(Exception):
    """A reference to an optional service that nobody provides: the parameter has no value then."""

    def __init__(self, service: str) -> None:
        super().__init__(f"nobody provides {service}")
        self.service = service


def mentions(value: Any, word: str = "${") -> bool:
    """True when a text inside `value` contains `word`."""
    if isinstance(value, str):
        return word in value
    if isinstance(value, dict):
        return any(mentions(inner, word) for inner in value.values())
    return isinstance(value, list) and any(mentions(inner, word) for inner in value)


def mentioned(value: Any) -> Iterator[list[str]]:
    """The references inside `value`, each cut at its dots: its head, then its path."""
    if isinstance(value, str):
        yield from (found[1].strip().split(".") for found in _REFERENCE.finditer(value) if found[1] is not None)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from mentioned(inner)


def of_node(value: Any) -> bool:
    """True when `value` may come out otherwise for each node, even for nodes that are on the same networks."""
    return any(head == "node" and path[:1] not in SHARED_FACTS for head, *path in mentioned(value))


SHARED_FACTS = (["dns"], ["domain"], ["ntp"])
"""Facts of a node that follow from its networks, and from which of them is its primary one."""


class References:
    """Evaluates references for the nodes of one site. `parameter` gives another parameter's value for a node."""

    def __init__(
        self,
        facts: Mapping[str, Any],
        networks: Mapping[str, Network],
        drafts: Mapping[str, NodeDraft],
        relations: Relations,
        admins: Iterable[str],
    ) -> None:
        self._facts = facts
        self._networks = networks
        self._drafts = drafts
        self._relations = relations
        self._admins = list(admins)
        self._with_role: dict[str, list[NodeDraft]] = {}
        self._by_role: dict[tuple[str, str], list[str]] = {}
        for draft in drafts.values():
            for role in draft.profile.all_roles:
                self._with_role.setdefault(role, []).append(draft)
        self.parameter: Callable[[NodeDraft, str], Any] | None = None
        self.known_roles: frozenset[str] = frozenset()
        self.machines: frozenset[str] = frozenset()
        self._heads: Mapping[str, Callable[[list[str], NodeDraft], Any]] = {
            "cluster": self._cluster,
            "networks": self._network,
            "nodes": lambda path, _: self._role_list("nodes", path, lambda draft: draft.name),
            "fqdns": lambda path, _: self._role_list("fqdns", path, lambda draft: draft.fqdn),
            "addresses": lambda path, _: self._role_list("addresses", path, _first_address),
            "service": self._service,
            "node": self._node,
            "parameters": self._parameter,
            "admins": lambda path, _: self._admins,
        }

    def value(self, written: Any, draft: NodeDraft) -> Any:
        """`written` with its references replaced. Raises Dangling or Absent."""
        if isinstance(written, str):
            return self._text(written, draft)
        if isinstance(written, dict):
            return {key: self.value(inner, draft) for key, inner in written.items()}
        if isinstance(written, list):
            return self._list(written, draft)
        return written

    def _list(self, written: list[Any], draft: NodeDraft) -> list[Any]:
        found: list[Any] = []
        for item in written:
            value = self.value(item, draft)
            if value == "" and item != "":
                continue
            splice = isinstance(item, str) and isinstance(value, list)
            found.extend(value if splice else [value])
        return found

    def _text(self, written: str, draft: NodeDraft) -> Any:
        whole = _WHOLE.fullmatch(written)
        if whole:
            return self._reference(whole[1], draft)
        opened = _OPEN.search(written.replace("$${", ""))
        if opened:
            raise Dangling(f"'{opened[0]}' opens a reference that is not closed", "", CLOSE)
        return _REFERENCE.sub(lambda found: "${" if found[1] is None else str(self._scalar(found[1], draft)), written)

    def _scalar(self, reference: str, draft: NodeDraft) -> Any:
        value = self._reference(reference, draft)
        if isinstance(value, list | dict):
            raise Dangling(
                f"${{{reference}}} is a list; it cannot stand inside other text", "write it alone, as an item of a list"
            )
        return value

    def _reference(self, reference: str, draft: NodeDraft) -> Any:
        head, *path = reference.strip().split(".")
        if head not in self._heads:
            said = f"begins with '{head}', which is nothing" if head else "names nothing"
            label = did_you_mean(head, self._heads)
            raise Dangling(f"${{{reference}}} {said}", label, "" if label else f"{SHAPES}; {LITERAL}")
        try:
            return self._heads[head](path, draft)
        except (IndexError, KeyError) as error:
            raise Dangling(f"${{{reference}}} leads nowhere", "", SHAPES) from error

    def _cluster(self, path: list[str], draft: NodeDraft) -> Any:
        return _known(self._facts, path[0], "cluster")

    def _network(self, path: list[str], draft: NodeDraft) -> Any:
        head = path[0]
        if head == "of_role":
            return self._of_role(path[1])
        # A network may be called so as well; then it is meant where one of its own facts is asked for.
        if head in GROUPS and (len(path) == 1 or head not in self._networks):
            return _subnets(network for network in self._networks.values() if GROUPS[head](network))
        network = _known(self._networks, head, "network")
        return _network_fact(network, path[1] if len(path) > 1 else "subnet")

    def _of_role(self, role: str) -> list[str]:
        networks = {one.network.name: one.network for draft in self._having(role) for one in draft.interfaces}
        managed = [network for network in networks.values() if network.names == "managed"]
        return _subnets(managed or networks.values())

    def _having(self, role: str) -> list[NodeDraft]:
        if role not in self.known_roles:
            label = did_you_mean(role, self.known_roles)
            raise Dangling(f"there is no role '{role}'", label, "" if label else "`clusterdef catalog` lists roles")
        return self._with_role.get(role, [])

    def _role_list(self, kind: str, path: list[str], fact: Callable[[NodeDraft], str]) -> list[str]:
        if path[0] != "of_role":
            raise KeyError(path[0])
        if (kind, path[1]) not in self._by_role:
            self._by_role[kind, path[1]] = [found for draft in self._having(path[1]) if (found := fact(draft))]
        return self._by_role[kind, path[1]]

    def _service(self, path: list[str], draft: NodeDraft) -> Any:
        service = path[0]
        if service not in self._relations.known:
            label = did_you_mean(service, self._relations.known)
            raise Dangling(
                f"there is no service '{service}'", label, "" if label else "`clusterdef catalog` lists them"
            )
        ends = self._relations.endpoints(service, draft)
        if not ends:
            raise Absent(service)
        return _known(SERVICE_FACTS, path[1] if len(path) > 1 else "host", "service")(ends)

    def missed(self, draft: NodeDraft, service: str) -> bool:
        """True when it is told already that nobody provides a service to this node."""
        return self._relations.missed(draft, service)

    def _node(self, path: list[str], draft: NodeDraft) -> Any:
        if path[0] == "addresses":
            interface = draft.on(path[1])
            if interface is None or interface.address is None:
                there = listing(one.network.name for one in draft.interfaces if one.address)
                advice = f"it has one on {there}" if there else "it has none at all"
                raise Dangling(f"{draft.name} has no address on network {path[1]}", "", advice)
            return str(interface.address)
        return _known(NODE_FACTS, path[0], "node")(draft)

    def _parameter(self, path: list[str], draft: NodeDraft) -> Any:
        assert self.parameter
        return self.parameter(draft, ".".join(path))


def _known(table: Mapping[str, Any], key: str, what: str) -> Any:
    if key not in table:
        label = did_you_mean(key, table)
        said = f"there is no network '{key}'" if what == "network" else f"a {what} has no '{key}'"
        raise Dangling(said, label, "" if label else f"there is {listing(table, 20)}")
    return table[key]


GROUPS: Mapping[str, Callable[[Network], bool]] = {
    "managed": lambda network: network.names == "managed",
    "machines": lambda network: network.names == "managed" and network.kind != "bmc",
    "boot": lambda network: network.boot,
    "all": lambda network: True,
}
"""`${networks.managed}` and the like: which networks are meant."""


def _subnets(networks: Iterable[Network]) -> list[str]:
    return [str(subnet.net) for network in networks for subnet in network.subnets]


def _network_fact(network: Network, key: str) -> Any:
    facts: Mapping[str, Callable[[], Any]] = {
        "subnet": lambda: str(network.subnets[0].net),
        "subnets": lambda: _subnets([network]),
        "domain": lambda: network.domain,
        "gateway": lambda: str(network.subnets[0].gateway) if network.subnets[0].gateway else "",
        "dns": lambda: [str(address) for address in network.dns],
        "ntp": lambda: list(network.ntp),
    }
    return _known(facts, key, "network's fact")()


def _first_address(draft: NodeDraft) -> str:
    return str(draft.primary.address) if draft.primary and draft.primary.address else ""


def _hardware(key: str, unit: int = 1) -> Callable[[NodeDraft], int]:
    def fact(draft: NodeDraft) -> int:
        found = draft.settings.get("hardware", {}).get(key, 0)
        if not found and draft.settings.get("vm"):
            found = draft.settings["vm"].get({"cores": "cpus"}.get(key, key), 0)
        return (size_in_bytes(found) if isinstance(found, str) else int(found)) // unit

    return fact


NODE_FACTS: Mapping[str, Callable[[NodeDraft], Any]] = {
    "name": lambda draft: draft.name,
    "fqdn": lambda draft: draft.fqdn,
    "domain": lambda draft: draft.primary.network.domain if draft.primary else "",
    "address": _first_address,
    "dns": lambda draft: [
        str(one) for one in dict.fromkeys(server for interface in draft.interfaces for server in interface.network.dns)
    ],
    "ntp": lambda draft: list(
        dict.fromkeys(server for interface in draft.interfaces for server in interface.network.ntp)
    ),
    "rack": lambda draft: draft.place.rack,
    "cores": _hardware("cores"),
    "memory_mb": _hardware("memory", 1 << 20),
    "gpus": _hardware("gpus"),
}
"""`${node.…}`"""

SERVICE_FACTS: Mapping[str, Callable[[tuple[Endpoint, ...]], Any]] = {
    "host": lambda ends: ends[0].host,
    "hosts": lambda ends: list(dict.fromkeys(end.host for end in ends)),
    "address": lambda ends: ends[0].address,
    "addresses": lambda ends: list(dict.fromkeys(end.address for end in ends)),
    "port": lambda ends: ends[0].port or 0,
    "url": lambda ends: ends[0].url,
    "urls": lambda ends: list(dict.fromkeys(end.url for end in ends)),
}
"""`${service.NAME.…}`"""
