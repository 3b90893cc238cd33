"""Who provides what, who needs it, and by which name and address the one reaches the other.

Knows services and phases, never a role or a module. The services that a node's way of being
installed needs are a table here (LIFE); all other needs come from module definitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.model import Endpoint, Interface
from clusterdef.nodeset import fold
from clusterdef.problem import Also, Mark, Problem, did_you_mean, listing
from clusterdef.resolve.doubts import Doubts
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.members import Raw
from clusterdef.resolve.profiles import Profile, as_list
from clusterdef.source import Document

HYPERVISOR = "hypervisor"
CONFIGURATION = "configuration"


READY = {"install": "installed", "configure": "configured", "run": "at work"}
"""Phase -> what a machine is after it."""


@dataclass(frozen=True, slots=True)
class Need:
    """A service needed from a phase on; `why` finishes the sentence "it is needed for …"."""

    service: str
    phase: str
    optional: bool
    why: str
    module: str = ""


LIFE: Mapping[str, tuple[Need, ...]] = {
    "network": (
        Need("dhcp", "install", True, "its address when it boots"),
        Need("boot-files", "install", True, "its boot loader"),
        Need("install-files", "install", True, "its kernel, kickstart and packages"),
    ),
    "usb": (Need("install-files", "install", True, "its packages"),),
    "image": (Need("install-files", "install", True, "its image"),),
}
"""How a machine is installed -> what that needs. What is missing is told by the boot chain, in better words."""

INSTALLING = frozenset(need.service for needs in LIFE.values() for need in needs)
"""Services that answer on networks which machines are installed over, and on no other."""


Reach = tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]
"""Where nodes are that reach others alike: their networks, and the versions of their addresses on each."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A node that provides a service, through a module."""

    node: str
    module: str
    terms: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outside:
    """An external service as the site writes it."""

    name: str
    at: tuple[str, ...]
    port: int | None


def needs(catalog: Catalog, profile: Profile, install: str, virtual: bool) -> tuple[Need, ...]:
    """Everything nodes of this profile need from others."""
    found = list(LIFE.get(install, ()))
    if virtual:
        found.append(Need(HYPERVISOR, "install", False, "running it as a virtual machine"))
    for module in profile.modules:
        for service, terms in catalog.modules[module].data.get("requires", {}).items():
            why = terms.get("description", f"module {module}")
            found.append(Need(service, terms.get("phase", "configure"), terms.get("optional", False), why, module))
    return tuple(found)


class Relations:
    """The offers and needs of one site."""

    def __init__(self, document: Document, catalog: Catalog, drafts: Mapping[str, NodeDraft], doubts: Doubts) -> None:
        self._doubts = doubts
        self.document = document
        self.catalog = catalog
        self.drafts = drafts
        self.offers: dict[str, list[Offer]] = {}
        self.outside: dict[str, list[Outside]] = {}
        self.port_of: Any = None
        self._endpoints: dict[tuple[str, Reach, str], tuple[Endpoint, ...]] = {}
        self._needs: dict[tuple[int, str, bool], tuple[Need, ...]] = {}
        self._services: dict[tuple[int, Reach, str, str], Mapping[str, tuple[Endpoint, ...]]] = {}
        self._collect()

    def _collect(self) -> None:
        provided: dict[int, list[tuple[str, str, Mapping[str, Any]]]] = {}
        for draft in self.drafts.values():
            if id(draft.profile) not in provided:
                provided[id(draft.profile)] = list(self._provided(draft.profile))
            for service, module, terms in provided[id(draft.profile)]:
                self.offers.setdefault(service, []).append(Offer(draft.name, module, terms))
            draft.provides = tuple(dict.fromkeys(service for service, *_ in provided[id(draft.profile)]))
        for name, external in self.document.data.get("external", {}).items():
            for service in as_list(external.get("provides")):
                self.outside.setdefault(service, []).append(
                    Outside(name, tuple(external.get("at", ())), external.get("port"))
                )

    def _provided(self, profile: Profile) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """What each node of a profile provides: a service, by which module, on which terms."""
        for module in profile.modules:
            for service, terms in self.catalog.modules[module].data.get("provides", {}).items():
                yield service, module, terms

    @cached_property
    def known(self) -> set[str]:
        """Every service that anybody in the catalog or the site speaks of."""
        spoken = (
            data.get(key, {})
            for module in self.catalog.modules.values()
            for data in (module.data,)
            for key in ("provides", "requires")
        )
        return {service for terms in spoken for service in terms} | set(self.outside)

    def needs(self, draft: NodeDraft) -> tuple[Need, ...]:
        """What a node needs; worked out once for nodes alike."""
        key = (id(draft.profile), draft.install, "host" in draft.settings.get("vm", ()))
        if key not in self._needs:
            self._needs[key] = needs(self.catalog, draft.profile, draft.install, key[2])
        return self._needs[key]

    def providers(self, service: str, draft: NodeDraft) -> list[Offer]:
        """Who may serve this node: itself alone where it provides the service or the service is a node's own."""
        offers = self.offers.get(service, [])
        if service == HYPERVISOR:
            host = draft.settings.get("vm", {}).get("host")
            return [offer for offer in offers if offer.node == host]
        if service in draft.provides:
            return [offer for offer in offers if offer.node == draft.name]
        return [offer for offer in offers if offer.terms.get("scope", "cluster") == "cluster"]

    def services(self, draft: NodeDraft) -> Mapping[str, tuple[Endpoint, ...]]:
        """All services that a node needs and has, as it reaches them; one mapping for nodes alike."""
        needs = self.needs(draft)
        key = (id(needs), (draft.networks, draft.versions), draft.name if draft.provides else "", _host(draft))
        if key not in self._services:
            found = {need.service: self.endpoints(need.service, draft) for need in needs}
            self._services[key] = {service: ends for service, ends in found.items() if ends}
        return self._services[key]

    def endpoints(self, service: str, draft: NodeDraft) -> tuple[Endpoint, ...]:
        """The service as this node reaches it: our own providers first, then external ones."""
        host = _host(draft) if service == HYPERVISOR else ""
        key = (service, (draft.networks, draft.versions), draft.name if service in draft.provides else host)
        if key not in self._endpoints:
            ours = (self._endpoint(service, offer, draft) for offer in self.providers(service, draft))
            theirs = (
                end
                for outside in self.outside.get(service, ())
                for end in _external(service, outside, self._usual(service))
            )
            self._endpoints[key] = (*ours, *theirs)
        return self._endpoints[key]

    def _usual(self, service: str) -> Mapping[str, Any]:
        """How a service is spoken to, as a module says that could provide it here."""
        every = (module.data.get("provides", {}) for module in self.catalog.modules.values())
        return next((provides[service] for provides in every if service in provides), {})

    def _endpoint(self, service: str, offer: Offer, consumer: NodeDraft) -> Endpoint:
        provider = self.drafts[offer.node]
        forced: Mapping[str, str] = provider.settings.get("services", {}).get(service, {})
        interface = self._meeting(service, offer, provider, consumer, forced.get("network"))
        host = forced.get("name") or (interface.fqdn if interface else provider.fqdn)
        address = _address(interface, consumer) if interface else ""
        port = self.port_of(provider, offer.module, offer.terms.get("port")) if self.port_of else None
        return Endpoint(service, provider.name, host, address or host, port, offer.terms.get("protocol", ""))

    def _meeting(
        self, service: str, offer: Offer, provider: NodeDraft, consumer: NodeDraft, forced: str | None
    ) -> Interface | None:
        """The provider's interface that the consumer should use.

        Forced by the site; else as the module says (`name_on`); `shared` is the first network both
        are on, those whose names are ours before the others. What installs machines is met where they start from.
        """
        if forced:
            return provider.on(forced) or provider.primary
        how = offer.terms.get("name_on", "shared")
        if how == "external":
            return next((one for one in provider.interfaces if one.network.names == "external"), provider.primary)
        if how == "shared" and provider is not consumer:
            shared = [one for one in provider.interfaces if one.network.name in consumer.networks]
            return min(
                shared,
                key=lambda one: (
                    not one.network.boot if service in INSTALLING else one.network.names != "managed",
                    consumer.networks.index(one.network.name),
                ),
                default=provider.primary,
            )
        return provider.primary

    def problems(self) -> Iterator[Problem]:
        """Needs that nobody meets, services of which there may be only one, offers and forces that do not fit."""
        yield from self._unmet()
        yield from self._too_many()
        yield from self._forced()

    def _unmet(self) -> Iterator[Problem]:
        """Told once for each module and service, naming the nodes; of a node once for each service."""
        missing: dict[tuple[str, str], list[tuple[NodeDraft, Need]]] = {}
        for draft in self.drafts.values():
            services = self.services(draft)
            told: set[str] = set()
            for need in self.needs(draft):
                if not need.optional and need.module and need.service not in services and need.service not in told:
                    told.add(need.service)
                    if not self._doubts.provided(need.service):
                        missing.setdefault((need.module, need.service), []).append((draft, need))
        yield from (self._missing(module, service, found) for (module, service), found in missing.items())

    def _missing(self, module: str, service: str, found: list[tuple[NodeDraft, Need]]) -> Problem:
        draft, need = found[0]
        definition = self.catalog.modules[module]
        able = self._able(service)
        names = fold([draft.name for draft, _ in found])
        written = definition.document.mark("requires", service)
        roles = f"give a node the role {' or '.join(able)}, or" if able else "no role provides it:"
        advice = (
            f"{service}: {need.why}",
            f"module {module} requires it ({written})",
            f"{roles} name it under `external:`, for example",
            f"   {service}: {{provides: {service}, at: [{service}.example.org]}}",
        )
        message = f"nobody provides {service}, which {names} {'needs' if len(found) == 1 else 'need'}"
        mark = self.document.key_mark("nodes", draft.written.key)
        return Problem("no-provider", message, mark, did_you_mean(service, self.offers), advice=advice)

    def missed(self, draft: NodeDraft, service: str) -> bool:
        """True when it is told that nobody provides a service to this node."""
        needed = any(need.service == service and need.module and not need.optional for need in self.needs(draft))
        return needed and service not in self.services(draft)

    def _able(self, service: str) -> list[str]:
        """Roles whose modules provide a service."""
        able = {name for name, module in self.catalog.modules.items() if service in module.data.get("provides", {})}
        return [name for name, role in self.catalog.roles.items() if able & set(_module_names(role.data))]

    def _too_many(self) -> Iterator[Problem]:
        for service, offers in self.offers.items():
            nodes = list(dict.fromkeys(offer.node for offer in offers))
            single = next((offer for offer in offers if offer.terms.get("single")), None)
            if single and len(nodes) > 1:
                first, second = (self.document.key_mark("nodes", self.drafts[name].written.key) for name in nodes[:2])
                definition = self.catalog.modules[single.module].document
                said = definition.mark("provides", service, "single")
                advice = (
                    f"module {single.module} says that there may be one ({said})",
                    "take the role from one of them",
                )
                message = f"{nodes[1]} and {nodes[0]} both provide {service}, of which there may be one"
                yield Problem(
                    "two-providers",
                    message,
                    second,
                    also=(Also(first, "the other one"),) if first != second else (),
                    advice=advice,
                )

    def _forced(self) -> Iterator[Problem]:
        """Forced names of services: for a service the node has not, on a network it is not on."""
        told: set[tuple[str, str]] = set()
        for draft in self.drafts.values():
            for service, forced in draft.settings.get("services", {}).items():
                network = forced.get("network")
                mark = self._place(draft, "services", service)
                if str(mark) + service in told:
                    continue
                if service not in self.known:
                    told.add((str(mark), service))
                    label = did_you_mean(service, self.known)
                    advice = () if label else (f"services are {listing(sorted(self.known), 30)}",)
                    yield Problem("unknown-service", f"there is no service '{service}'", mark, label, advice=advice)
                elif network and draft.on(network) is None and service in draft.provides:
                    told.add((str(mark), service))
                    advice = (f"it is on {listing(draft.networks)}",)
                    yield Problem(
                        "service-elsewhere",
                        f"{draft.name} is not on network {network}, so nobody can reach its {service} there",
                        mark,
                        advice=advice,
                    )

    def _place(self, draft: NodeDraft, *leaf: str) -> Mark:
        return place(draft, *leaf) or self.document.key_mark("nodes", draft.written.key)


def place(draft: NodeDraft, *leaf: str) -> Mark | None:
    """Where the strongest layer of a node sets a leaf, or None when no layer does."""
    for layer in (*reversed(draft.own), *reversed(draft.profile.layers)):
        found = layer.holder(leaf)
        if found:
            return layer.document.mark_in(*found)
    return None


def _host(draft: NodeDraft) -> str:
    """The machine on which a virtual one runs, else nothing."""
    found: str = draft.settings.get("vm", {}).get("host", "")
    return found


def _address(interface: Interface, consumer: NodeDraft) -> str:
    """The first address of an interface that the consumer can speak to: one of the versions that it has there itself,
    or, on a network that it is not on, anywhere."""
    there = dict(zip(consumer.networks, consumer.versions, strict=True)).get(interface.network.name)
    spoken = there or tuple(version for versions in consumer.versions for version in versions)
    able = (placed.address for placed in interface.addresses if placed.version in spoken)
    found = next(able, interface.address)
    return str(found) if found else ""


def _external(service: str, outside: Outside, usual: Mapping[str, Any]) -> Iterator[Endpoint]:
    """An outside service speaks the usual protocol, on the usual port unless the site names another."""
    known = usual.get("port")
    port = outside.port or (known if isinstance(known, int) else None)
    yield from (
        Endpoint(service, outside.name, host, host, port, usual.get("protocol", ""), external=True)
        for host in outside.at
    )


def _module_names(role: Mapping[str, Any]) -> Iterable[str]:
    for item in role.get("modules", ()):
        if isinstance(item, str):
            yield item
        else:
            yield from (name for names in item["from"].values() for name in names)


def unknown_externals(document: Document, catalog: Catalog, known: Iterable[str]) -> Iterator[Problem]:
    """External services that no module needs: a mistyped name would otherwise be of no effect.

    Nothing is said while a module cannot be read: it may be the one.
    """
    if any(kind == "module" for kind, _ in catalog.broken):
        return
    wanted = {service for module in catalog.modules.values() for service in module.data.get("requires", {})} | set(
        known
    )
    external: Raw = document.data.get("external", {})
    for name, data in external.items():
        for number, service in enumerate(as_list(data.get("provides"))):
            if service not in wanted:
                path = (
                    ("external", name, "provides", number)
                    if isinstance(data["provides"], list)
                    else ("external", name, "provides")
                )
                label = did_you_mean(service, wanted)
                advice = () if label else (f"services that modules ask for: {listing(sorted(wanted), 30)}",)
                yield Problem(
                    "unknown-service",
                    f"no module needs a service '{service}'",
                    document.mark(*path),
                    did_you_mean(service, wanted),
                    advice=advice,
                )
