"""The steps of resolving, in their order. Each step's knowledge lives in its own module; here they meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from clusterdef.inputs import Inputs
from clusterdef.model import Admin, Cluster, Interface, Module, Network, Node, Parameter, Place, Recipient, Role, Secret
from clusterdef.problem import Problem, has_errors, in_file_order
from clusterdef.resolve.administrators import administrator_problems
from clusterdef.resolve.attachments import Attacher, Attachment, Controller
from clusterdef.resolve.carriers import carrier_problems
from clusterdef.resolve.clock import clock_problems
from clusterdef.resolve.definitions import definition_problems
from clusterdef.resolve.doubts import Doubts
from clusterdef.resolve.draft import NodeDraft
from clusterdef.resolve.host_keys import host_key_problems, host_keys
from clusterdef.resolve.hosts import Hosts, without_mac
from clusterdef.resolve.inventory import NOTHING, joined
from clusterdef.resolve.layers import Layer, add
from clusterdef.resolve.members import Raw, Written, mentioned, written
from clusterdef.resolve.networks import Ways, drafts, finished
from clusterdef.resolve.order import Order
from clusterdef.resolve.parameter_names import Names
from clusterdef.resolve.parameters import Settler
from clusterdef.resolve.ports import Listening, port_number
from clusterdef.resolve.profiles import Composer, Profile, choices, role_mark
from clusterdef.resolve.references import References
from clusterdef.resolve.relations import Relations, unknown_externals
from clusterdef.resolve.routers import router_problems
from clusterdef.resolve.settings import Settings
from clusterdef.resolve.settings_checks import setting_problems
from clusterdef.resolve.shared_domains import shared_domains
from clusterdef.resolve.systems import system_problems
from clusterdef.resolve.virtual import plug_in, virtual_problems
from clusterdef.schema import flat
from clusterdef.source import Document


@dataclass(slots=True)
class Resolution:
    """What became of a site. `cluster` is None when there are errors, so that nothing is generated from it;
    `resolved` is what could be made out all the same.

    The drafts and the settler stay, so that `explain` can look at the layers once more.
    """

    problems: list[Problem]
    cluster: Cluster | None = None
    resolved: Cluster | None = None
    drafts: Mapping[str, NodeDraft] = field(default_factory=dict)
    settler: Settler | None = None


Stand = Callable[[Mapping[str, Node]], object]
"""`stand(nodes)`: called when all nodes are what they are going to be, and much is still to be looked at."""


def resolve(inputs: Inputs, stand: Stand | None = None) -> Resolution:
    """Resolve a site; `stand` is shown its nodes as soon as they are there. All problems, of shape and of meaning, are
    in the result, in file order."""
    if not inputs.usable:
        return Resolution(in_file_order(inputs.problems))
    resolver = Resolver(inputs, stand)
    cluster = resolver.cluster()
    problems = in_file_order([*inputs.problems, *resolver.problems], [inputs.site.file])
    return Resolution(problems, None if has_errors(problems) else cluster, cluster, resolver.drafts, resolver.settler)


class Resolver:
    """One site on its way through the steps."""

    def __init__(self, inputs: Inputs, stand: Stand | None) -> None:
        self.inputs = inputs
        self._stand = stand
        self.document = inputs.site
        self.site: Raw = inputs.site.data
        self.problems: list[Problem] = []
        self.settings = Settings(self.site, inputs.catalog, inputs.files, inputs.sound("os"))
        self.nodes = self._nodes()
        sound, networks = inputs.sound("nodes"), self.site["networks"]
        self.doubts = Doubts(self.document, inputs.catalog, sound, len(inputs.sound("networks")) < len(networks))
        self.networks: dict[str, Network] = {}
        self.drafts: dict[str, NodeDraft] = {}
        self._place_nodes()
        self.relations = Relations(self.document, inputs.catalog, self.drafts, self.doubts)
        self.settler = self._settler()
        self._order = Order(self.relations, self.drafts)

    def _nodes(self) -> dict[str, Written]:
        nodes, problems = written(self.document, self.inputs.sound("nodes"))
        self.problems += problems
        return nodes

    def _place_nodes(self) -> None:
        """Networks, addresses, names and profiles: every node becomes a draft."""
        sketches, problems = drafts(self.document, self.inputs.sound("networks"))
        attacher = Attacher(self.document, sketches)
        attached = {name: attacher.attachments(node) for name, node in self.nodes.items()}
        controllers = {name: attacher.controller(node) for name, node in self.nodes.items()}
        self.problems += [*problems, *attacher.problems, *attacher.strays.problems()]
        told = self.doubts.names, _astray(attached)
        self.networks = finished(sketches, Ways(self.document, _addresses(attached), self.nodes, *told, self.problems))
        self._name_nodes(attached, controllers)

    def _name_nodes(
        self, attached: Mapping[str, tuple[Attachment, ...]], controllers: Mapping[str, Controller | None]
    ) -> None:
        networks, others = self.site["networks"], partial(mentioned, self.document)
        found, problems = joined(self.inputs.inventory, self.nodes, networks, others)
        self.problems += problems
        composer = Composer(self.document, self.inputs.catalog, self.inputs.sound("groups"), self.inputs.sound("roles"))
        hosts = Hosts(self.document, self.inputs.inventory, self.networks, found)
        for name, node in self.nodes.items():
            draft = self._draft(
                node, composer, hosts, attached[name], controllers[name], found.get(name, NOTHING).place
            )
            self.drafts[name] = draft
            self.problems += hosts.strangers(node, attached[name], draft.bmc)
            if draft.profile.disputes:
                self.problems += _unsettled(self.document, draft)
        plug_in(str(self.site["cluster"].get("name", "")), self.drafts)
        self.floating = tuple(hosts.floating(self.inputs.sound("floating"), self.nodes, self.doubts.names))
        self.problems += [*composer.problems, *hosts.problems, *hosts.pool_problems()]
        for claims in (hosts.names, hosts.addresses, hosts.macs):
            self.problems += claims.problems()

    def _draft(
        self,
        node: Written,
        composer: Composer,
        hosts: Hosts,
        attached: tuple[Attachment, ...],
        controller: Controller | None,
        place: Place,
    ) -> NodeDraft:
        profile = composer.profile(node)
        interfaces = hosts.interfaces(node, attached)
        primary = hosts.primary(node, interfaces)
        own = tuple(self._own_layers(node))
        settings = profile.settings
        if own:
            settings = dict(settings)
            for layer in own:
                add(settings, layer.settings)
            settings["install"] = "none" if profile.device else settings["install"]
        return NodeDraft(
            name=node.name,
            written=node,
            profile=profile,
            interfaces=interfaces,
            primary=primary,
            fqdn=primary.fqdn if primary else node.name,
            aliases=hosts.node_names(node),
            bmc=hosts.bmc(node, controller),
            place=place,
            own=own,
            settings=settings,
            networks=tuple(one.network.name for one in interfaces),
            versions=tuple(tuple(placed.version for placed in one.addresses) for one in interfaces),
        )

    def _own_layers(self, node: Written) -> Iterator[Layer]:
        """The node's own words that say more than where it is."""
        for number, word in enumerate(node.words):
            if word.data.keys() - PLACE_KEYS:
                path = (
                    ("nodes", node.key)
                    if number == 0
                    else ("nodes", node.key, "except", word.label.removeprefix("except "))
                )
                yield Layer("", word.label, self.document, word.data, path)

    def _settler(self) -> Settler:
        facts = {
            "name": self.site["cluster"].get("name", ""),
            "timezone": self._cluster_value("timezone"),
            "domain": self._domain(),
            "tree": self._publish("tree"),
            "eyaml": self._eyaml() is not None,
        }
        references = References(facts, self.networks, self.drafts, self.relations, self.site.get("admins", ()))
        references.known_roles = frozenset(self.inputs.catalog.roles)
        roles = {role for profile in self._profiles() for role in profile.all_roles}
        references.machines = frozenset(roles | self.nodes.keys())
        settler = Settler(self.document, self.inputs.catalog, references)
        self.relations.port_of = lambda draft, module, terms: port_number(
            terms, module, settler.ground(draft.profile).static
        )
        return settler

    def _cluster_value(self, key: str) -> str:
        default = flat("site")["properties"]["cluster"]["properties"][key].get("default", "")
        return str(self.site["cluster"].get(key, default))

    def _domain(self) -> str:
        """The domain of the first network, one whose names are ours and that machines are installed over before others.

        Accounts and the directory are named after it: a fabric or the controllers' network must not be it by standing
        first in the file. Where the hostmaster has all names, it is that of his networks.
        """
        named = [network for network in self.networks.values() if network.domain]
        return min(named, key=lambda one: (one.names != "managed", not one.boot)).domain if named else ""

    def cluster(self) -> Cluster:
        """The whole cluster; what is wrong on the way goes to `problems`."""
        listening = Listening(self.document, self.inputs.catalog, self.networks)
        nodes = {name: self._node(draft, listening) for name, draft in self.drafts.items()}
        if self._stand:
            self._stand(nodes)
        steps, circles = self._order.steps()
        self.problems += [
            *listening.problems,
            *self.settler.problems,
            *self.settler.closing_problems(),
            *circles,
            *self.relations.problems(),
        ]
        self.problems += unknown_externals(self.document, self.inputs.catalog, LIFE_SERVICES)
        self.problems += without_mac(self.inputs.inventory, self.document, self._booting())
        self.problems += virtual_problems(self.document, self.drafts, nodes, self.doubts)
        self.problems += setting_problems(self.document, self.inputs, self.drafts, self.settings, self.doubts)
        self.problems += system_problems(
            self.document, self.inputs.catalog.modules, self.drafts.values(), self.settings
        )
        self.problems += self._parameter_names()
        self.problems += host_key_problems(self.inputs.files, self.nodes)
        self.problems += administrator_problems(self.document, self.inputs.sound("admins"))
        self.problems += carrier_problems(self.document, self.inputs.inventory, self.drafts.values())
        self.problems += clock_problems(self.document, self._cluster_value("timezone"))
        self.problems += router_problems(self.document, self.drafts.values())
        self.problems += shared_domains(self.document, self.drafts.values())
        self.problems += definition_problems(self.inputs.catalog)
        if not has_errors([*self.inputs.problems, *self.problems]):
            self.problems += self.settler.made_up
        return Cluster(
            name=str(self.site["cluster"].get("name", "")),
            description=self._cluster_value("description"),
            contact=self._cluster_value("contact"),
            timezone=self._cluster_value("timezone"),
            language=self._cluster_value("language"),
            keyboard=self._cluster_value("keyboard"),
            domain=self._domain(),
            tree=self._publish("tree"),
            puppet=self._publish("puppet"),
            networks=self.networks,
            nodes=nodes,
            roles=self._roles(),
            modules=self._modules(),
            admins=tuple(self._admins()),
            floating=self.floating,
            secrets=self._secrets(nodes),
            order=steps,
            layouts=self.settings.layouts,
            eyaml=self._eyaml(),
        )

    def _node(self, draft: NodeDraft, listening: Listening) -> Node:
        profile = draft.profile
        parameters = self.settler.parameters(draft)
        return Node(
            name=draft.name,
            host_keys=host_keys(self.inputs.files, draft.name),
            number=draft.written.number,
            roles=profile.roles,
            all_roles=profile.all_roles,
            groups=profile.groups,
            modules=profile.modules,
            device=profile.device,
            interfaces=draft.interfaces,
            primary=draft.primary,
            fqdn=draft.fqdn,
            aliases=draft.aliases,
            bmc=draft.bmc,
            place=draft.place,
            parameters=parameters,
            services=self.relations.services(draft),
            ports=listening.ports(draft, parameters),
            provides=draft.provides,
            description=str(draft.written.value("description") or ""),
            **self._settled(draft),
        )

    def _settled(self, draft: NodeDraft) -> dict[str, Any]:
        """Fields from settings."""
        values = self.settings.values(draft.settings, draft.profile.settings)
        return {**values, "os": None} if draft.profile.device else values

    def _booting(self) -> dict[str, tuple[Written, tuple[Interface, ...]]]:
        return {
            name: (draft.written, draft.interfaces)
            for name, draft in self.drafts.items()
            if draft.install == "network" and not draft.settings.get("vm", {}).get("host")
        }

    def _publish(self, key: str) -> str:
        default = flat("site")["properties"]["publish"]["properties"][key]["default"]
        return str(self.site.get("publish", {}).get(key, default))

    def _profiles(self) -> Iterable[Profile]:
        """Every profile that some node has, in the site's order."""
        return {id(draft.profile): draft.profile for draft in self.drafts.values()}.values()

    def _roles(self) -> dict[str, Role]:
        used = dict.fromkeys(name for profile in self._profiles() for name in profile.all_roles)
        modules: dict[str, dict[str, None]] = {name: {} for name in used}
        includes = {name: dict[str, None]() for name in used}
        for profile in self._profiles():
            for module, role in profile.brought.items():
                modules[role][module] = None
            for name in profile.roles:
                includes[name] |= (
                    dict.fromkeys(other for other in profile.all_roles if other != name)
                    if len(profile.roles) == 1
                    else {}
                )
        return {name: self._role(name, tuple(includes[name]), tuple(modules[name])) for name in used}

    def _role(self, name: str, includes: tuple[str, ...], modules: tuple[str, ...]) -> Role:
        definition = self.inputs.catalog.roles[name]
        data = definition.data
        return Role(
            name,
            data["description"],
            includes,
            modules,
            data.get("device", False),
            tuple(data.get("health", ())),
            data.get("runbook", ""),
            definition.shelf,
        )

    def _modules(self) -> dict[str, Module]:
        used = dict.fromkeys(name for profile in self._profiles() for name in profile.modules)
        return {name: self._module(name) for name in used}

    def _module(self, name: str) -> Module:
        definition = self.inputs.catalog.modules[name]
        data = definition.data
        parameters = tuple(_parameter(name, data, key, schema) for key, schema in data.get("parameters", {}).items())
        return Module(
            name,
            data["description"],
            tuple(data["classes"]),
            parameters,
            tuple(data.get("packages", ())),
            data,
            definition.shelf,
        )

    def _admins(self) -> Iterator[Admin]:
        for name, data in self.site.get("admins", {}).items():
            if name in self.inputs.sound("admins"):
                long = data if isinstance(data, dict) else {"ssh": data}
                files = long["ssh"] if isinstance(long["ssh"], list) else [long["ssh"]]
                keys = tuple(line for file in files for line in _key_lines(self.inputs.files.get(file, "")))
                yield Admin(name, keys, long.get("name", ""), long.get("mail", ""), long.get("uid"))

    def _secrets(self, nodes: Mapping[str, Node]) -> tuple[Secret, ...]:
        """Every secret that some node needs, by name, with who asks for it."""
        found: dict[str, tuple[str, dict[str, None]]] = {}
        for name, node in nodes.items():
            for declared, secret in self.settler.secrets(node.parameters, self.drafts[name].profile):
                kind = declared.schema.get("secret", {}).get("kind", "token")
                found.setdefault(secret, (kind, {}))[1][declared.key] = None
            if node.bmc:
                found.setdefault(node.bmc.password, ("password", {}))[1]["bmc"] = None
        return tuple(Secret(name, kind, tuple(users)) for name, (kind, users) in sorted(found.items()))

    def _eyaml(self) -> Recipient | None:
        """For whom secrets are encrypted; a file that is none of a certificate is told elsewhere."""
        name = self.site.get("secrets", {}).get("eyaml")
        return Recipient(self.inputs.files.get(name, "")) if name else None

    def _parameter_names(self) -> Iterator[Problem]:
        """Parameter names of every layer that somebody wrote, whether a node uses it or not."""
        catalog = self.inputs.catalog
        carried = frozenset(module for profile in self._profiles() for module in profile.modules)
        names = Names(catalog, frozenset(choices(catalog)), carried, self.doubts)
        for holder in _parameter_holders(self.site):
            yield from names.problems(self.document, holder)
        for role in catalog.roles.values():
            yield from names.problems(role.document, role.document.data.get("parameters", {}), of_site=False)


PLACE_KEYS = frozenset(("role", "net", "bmc", "groups", "aliases", "primary", "except", "retired", "description"))
"""Keys of a node that are no settings."""

LIFE_SERVICES = ("dhcp", "boot-files", "install-files", "hypervisor", "configuration", "gateway", "dns", "time")
"""Services that the core itself asks for, or that outputs do."""


def _addresses(attached: Mapping[str, tuple[Attachment, ...]]) -> dict[tuple[str, str], Any]:
    return {(name, one.network): one.addresses for name, attachments in attached.items() for one in attachments}


def _astray(attached: Mapping[str, tuple[Attachment, ...]]) -> frozenset[tuple[str, str]]:
    """Nodes and networks whose address there cannot be: told already."""
    return frozenset(
        (name, one.network)
        for name, attachments in attached.items()
        for one in attachments
        if not one.addresses and not one.dynamic
    )


def _unsettled(document: Document, draft: NodeDraft) -> Iterator[Problem]:
    """Disagreements of its roles or groups that the node itself does not settle."""
    for leaf, problem in draft.profile.disputes.items():
        if not any(layer.holder(leaf) for layer in draft.own):
            yield problem if problem.mark else replace(problem, mark=role_mark(document, draft.written))


def _key_lines(text: str) -> Iterator[str]:
    yield from (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _parameter(module: str, data: Mapping[str, Any], name: str, schema: Mapping[str, Any]) -> Parameter:
    types = schema["type"]
    first = data["classes"][0] if data["classes"] else None
    target = (
        None
        if schema.get("internal") or not (schema.get("class") or first)
        else (schema.get("class", first), schema.get("name", name))
    )
    return Parameter(
        module,
        name,
        schema["description"],
        (types,) if isinstance(types, str) else tuple(types),
        target,
        schema.get("format") == "secret",
    )


def _parameter_holders(site: Raw) -> Iterator[Raw]:
    yield _map(site.get("parameters"))
    sections: Iterable[Any] = (site.get("roles"), site.get("groups"), site["nodes"])
    for section in sections:
        for owner in _map(section).values():
            yield _map(_map(owner).get("parameters"))
            for exception in _map(_map(owner).get("except")).values():
                yield _map(_map(exception).get("parameters"))


def _map(value: Any) -> Raw:
    return value if isinstance(value, dict) else {}
