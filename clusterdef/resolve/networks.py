"""Networks: from what the site says to Network values, and what can be wrong with them on their own."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from typing import Any

from clusterdef.model import Address, Net, Network, Pool, Subnet
from clusterdef.problem import Also, Mark, Problem, did_you_mean, listing
from clusterdef.source import Document

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A network before its gateway is known: the way out may be a node, whose address comes later."""

    network: Network
    data: Raw
    ways: tuple[tuple[str, Raw], ...]


def drafts(document: Document, sound: frozenset[str]) -> tuple[dict[str, Draft], list[Problem]]:
    """The networks named in `sound` (those whose shape is right), and what is wrong with their addresses."""
    found: dict[str, Draft] = {}
    problems: list[Problem] = []
    for name, data in document.data["networks"].items():
        if name in sound:
            found[name] = _draft(document, name, data, problems)
    problems += _within(document, found)
    problems += _overlaps(document, found)
    return found, problems


def _draft(document: Document, name: str, data: Raw, problems: list[Problem]) -> Draft:
    subnets: list[Subnet] = []
    ways: list[tuple[str, Raw]] = []
    for text, holder, key in _ranges(data):
        net = ip_network(text)
        mark = document.mark_in(holder, key)
        problems += _strange(name, net, mark)
        pool = _pool(document, name, net, holder, problems) if _pool_fits(holder, net) else None
        relay = ip_address(holder["relay"]) if "relay" in holder else None
        if relay and relay not in net:
            message = f"network {name}: relay {relay} is outside {net}"
            advice = (f"write its address in {usable(net)}",)
            problems.append(Problem("relay-outside", message, document.mark_in(holder, "relay"), advice=advice))
        subnets.append(Subnet(net, relay=relay, pool=pool))
        ways.append((holder.get("gateway", ""), holder))
    network = Network(
        name=name,
        subnets=tuple(subnets),
        domain=data.get("domain", ""),
        dns=tuple(ip_address(text) for text in data.get("dns", ())),
        ntp=tuple(data.get("ntp", ())),
        dhcp=data.get("dhcp", "none"),
        names=data.get("names", "managed"),
        boot=data.get("boot", False),
        kind=data.get("kind", "ethernet"),
        vlan=data.get("vlan"),
        mtu=data.get("mtu"),
        within=data.get("within"),
        description=data.get("description", ""),
    )
    return Draft(network, data, tuple(ways))


def _ranges(data: Raw) -> Iterator[tuple[str, Raw, str]]:
    """Each subnet's text with the map that holds its gateway and pool, and the key it stands under."""
    if "subnets" in data:
        yield from ((part["subnet"], part, "subnet") for part in data["subnets"])
    else:
        texts = data["subnet"] if isinstance(data["subnet"], list) else [data["subnet"]]
        yield from ((text, data, "subnet") for text in texts)


def _strange(name: str, net: Net, mark: Mark) -> Iterator[Problem]:
    kinds = ("multicast", "loopback", "unspecified", "link_local")
    for kind in kinds:
        if getattr(net, f"is_{kind}"):
            message = f"network {name}: {net} is {kind.replace('_', '-')}; no machine can have an address there"
            yield Problem("network-strange", message, mark, advice=("take a private or a public unicast network",))


def _pool_fits(holder: Raw, net: Net) -> bool:
    text = holder.get("pool", "")
    return bool(text) and (":" in text) == (net.version == 6)


def _pool(document: Document, name: str, net: Net, holder: Raw, problems: list[Problem]) -> Pool | None:
    mark = document.mark_in(holder, "pool")
    try:
        first, last = (ip_address(end) for end in holder["pool"].split("-"))
    except ValueError:
        message = f"network {name}: pool {holder['pool']} is no range of addresses"
        advice = (f"write FIRST-LAST, both of them whole addresses in {usable(net)}",)
        problems.append(Problem("pool-unclear", message, mark, _whole(holder["pool"], net), advice=advice))
        return None
    if first.version != last.version or int(last) < int(first):
        problems.append(
            Problem(
                "pool-unclear",
                f"network {name}: pool {holder['pool']} runs backwards",
                mark,
                advice=(f"write {last}-{first}",),
            )
        )
        return None
    ends = [end for end in (first, last) if why_unusable(end, net)]
    if ends:
        message = f"network {name}: pool address {ends[0]} {why_unusable(ends[0], net)}"
        problems.append(Problem("pool-outside", message, mark, advice=(f"usable addresses are {usable(net)}",)))
        return None
    return Pool(first, last)


def _whole(text: str, net: Net) -> str:
    """`10.10.250.1-99`: the second end is often shortened to its last number."""
    first, _, last = text.partition("-")
    whole = f"{first.rpartition('.')[0]}.{last}"
    try:
        return f"write {first}-{whole}" if last.isdigit() and ip_address(whole) in net else ""
    except ValueError:
        return ""


def usable(net: Net) -> str:
    """The addresses machines may have, as a range to read."""
    if net.num_addresses <= 2:
        return f"{net[0]}-{net[-1]}"
    return f"{net[1]}-{net[-2] if net.version == 4 else net[-1]}"


def why_unusable(address: Address, net: Net) -> str:
    """Why a machine cannot have this address on that network; empty when it can (RFC 950, RFC 4291 2.6.1)."""
    if address not in net:
        return f"is outside {net}"
    if net.prefixlen >= net.max_prefixlen - 1:
        return ""
    if address == net.network_address:
        return f"is the network address of {net}" if net.version == 4 else f"is the routers' anycast address of {net}"
    if net.version == 4 and address == net.broadcast_address:
        return f"is the broadcast address of {net}"
    return ""


def _within(document: Document, found: Mapping[str, Draft]) -> Iterator[Problem]:
    for name, draft in found.items():
        outer = draft.network.within
        if outer is None:
            continue
        if outer == name:
            message = f"network {name} is within itself"
            advice = ("name the larger network that it is a part of, or take the line out",)
            yield Problem("not-within", message, document.mark("networks", name, "within"), advice=advice)
        elif outer not in document.data["networks"]:
            known = [other for other in document.data["networks"] if other != name]
            message = f"network {name} is within {outer}, which is no network"
            mark = document.mark("networks", name, "within")
            advice = (f"networks are {listing(known)}" if known else "take it out",)
            yield Problem("unknown-network", message, mark, did_you_mean(outer, known), advice=advice)
        elif outer in found and not _inside(draft.network, found[outer].network):
            yield _not_within(document, draft.network, found[outer].network)


def _not_within(document: Document, inner: Network, outer: Network) -> Problem:
    message = f"network {inner.name} is not within {outer.name}: its addresses are no part of it"
    also = (Also(_subnet_mark(document, outer.name), f"network {outer.name}"),)
    advice = "take `within` out, or correct one of the subnets"
    if _inside(outer, inner):
        advice = f"it is the other way round: say `within: {inner.name}` in network {outer.name}"
    return Problem("not-within", message, document.mark("networks", inner.name, "within"), also=also, advice=(advice,))


def _inside(inner: Network, outer: Network) -> bool:
    return all(any(_part(part.net, whole.net) for whole in outer.subnets) for part in inner.subnets)


def _part(small: Net, large: Net) -> bool:
    return small.version == large.version and small.prefixlen >= large.prefixlen and small.network_address in large


def _overlaps(document: Document, found: Mapping[str, Draft]) -> Iterator[Problem]:
    """Sorted by first address, a network can only overlap those that are still open: no comparison of all pairs."""
    every = [(subnet.net, draft.network) for draft in found.values() for subnet in draft.network.subnets]
    open_: list[tuple[Net, Network]] = []
    for net, network in sorted(
        every, key=lambda pair: (pair[0].version, int(pair[0].network_address), pair[0].prefixlen)
    ):
        open_ = [pair for pair in open_ if pair[0].version == net.version and pair[0].overlaps(net)]
        for whole, outer in open_:
            if network is outer:
                yield _overlap_in_itself(document, network, net, whole)
            elif not _allowed(network, outer, found):
                yield _overlap(document, network, net, outer, whole)
        open_.append((net, network))


def _allowed(one: Network, other: Network, known: Container[str]) -> bool:
    """One says that it is within the other; or within a name that nobody has, which is told already."""
    claims = ((one.within, other.name), (other.within, one.name))
    return any(within == name or (within is not None and within not in known) for within, name in claims)


def _overlap_in_itself(document: Document, network: Network, net: Net, whole: Net) -> Problem:
    message = f"two subnets of network {network.name} overlap: {net} and {whole}"
    advice = ("take one of them out, or make it a network of its own that is `within` this one",)
    return Problem("networks-overlap", message, _subnet_mark(document, network.name), advice=advice)


def _overlap(document: Document, inner: Network, net: Net, outer: Network, whole: Net) -> Problem:
    later, earlier = _by_place(document, inner, outer)
    also = Also(_subnet_mark(document, earlier.name), "overlaps with this")
    mine, other = (net, whole) if later is inner else (whole, net)
    message = f"networks {later.name} ({mine}) and {earlier.name} ({other}) overlap"
    advice = (f"if that is meant, say so: `within: {outer.name}` in network {inner.name}",)
    return Problem("networks-overlap", message, _subnet_mark(document, later.name), also=(also,), advice=advice)


def _by_place(document: Document, one: Network, other: Network) -> tuple[Network, Network]:
    names = list(document.data["networks"])
    return (one, other) if names.index(one.name) >= names.index(other.name) else (other, one)


def _subnet_mark(document: Document, name: str) -> Mark:
    key = "subnets" if "subnets" in document.data["networks"][name] else "subnet"
    return document.mark("networks", name, key)


@dataclass(frozen=True, slots=True)
class Ways:
    """What is known of nodes when the ways out of networks are looked for; collects what is wrong with them."""

    document: Document
    addresses: Mapping[tuple[str, str], tuple[Address, ...]]
    nodes: Mapping[str, object]
    unread: Collection[str]
    astray: Collection[tuple[str, str]]
    problems: list[Problem]

    def gateway(self, network: Network, subnet: Subnet, way: str, holder: Raw) -> Address | None:
        """The gateway of one subnet: the address that is written there, or that of the node that is named."""
        if not way:
            return None
        try:
            literal = ip_address(way)
        except ValueError:
            return self._of_node(network, subnet, way, holder)
        return self._literal(network, subnet, literal, holder) if literal.version == subnet.version else None

    def _literal(self, network: Network, subnet: Subnet, address: Address, holder: Raw) -> Address | None:
        why = why_unusable(address, subnet.net)
        if why:
            message = f"network {network.name}: gateway {address} {why}"
            advice = (f"take an address in {usable(subnet.net)}",)
            self.problems.append(
                Problem("gateway-outside", message, self.document.mark_in(holder, "gateway"), advice=advice)
            )
            return None
        return address

    def _of_node(self, network: Network, subnet: Subnet, way: str, holder: Raw) -> Address | None:
        mark = self.document.mark_in(holder, "gateway")
        there = self.addresses.get((way, network.name), ())
        if way in self.unread or (way, network.name) in self.astray:
            return None
        if way not in self.nodes:
            message = f"network {network.name}: gateway {way} is neither an address nor a node"
            advice = ("write an address of this network, or the name of a node that is on it",)
            label = did_you_mean(way, self.nodes)
            self.problems.append(Problem("unknown-gateway", message, mark, label, advice=advice))
        elif not there:
            message = f"network {network.name}: gateway {way} has no address on this network"
            advice = (f"give it one under {way}, for example `net: {{{network.name}: {subnet.net[1]}}}`",)
            self.problems.append(Problem("gateway-elsewhere", message, mark, advice=advice))
        found = next((address for address in there if address in subnet.net), None)
        if found is None and any(address.version == subnet.version for address in there):
            self._not_here(network, subnet, way, mark)
        return found

    def _not_here(self, network: Network, subnet: Subnet, way: str, mark: Mark) -> None:
        """It is on the network, in another of its subnets: machines of this one could not reach it."""
        message = f"network {network.name}: gateway {way} has no address in {subnet.net}"
        advice = (f"write the address of the router there, in {usable(subnet.net)}",)
        self.problems.append(Problem("gateway-elsewhere", message, mark, advice=advice))


def finished(found: Mapping[str, Draft], ways: Ways) -> dict[str, Network]:
    """The networks with their gateways; what is wrong with these is added to `ways.problems`."""
    networks: dict[str, Network] = {}
    for name, draft in found.items():
        subnets = tuple(
            replace(subnet, gateway=ways.gateway(draft.network, subnet, way, holder))
            for subnet, (way, holder) in zip(draft.network.subnets, draft.ways, strict=True)
        )
        networks[name] = replace(draft.network, subnets=subnets)
        ways.problems.extend(_strays(ways.document, networks[name], draft))
        ways.problems.extend(_pooled_gateway(ways.document, networks[name], draft))
    ways.problems.extend(_shared_pools(ways.document, networks, found))
    return networks


def _shared_pools(document: Document, networks: Mapping[str, Network], found: Mapping[str, Draft]) -> Iterator[Problem]:
    """Pools that overlap, where one network is within another: two servers would give the same address away."""
    pools = [
        (name, subnet.pool, document.mark_in(holder, "pool"))
        for name, draft in found.items()
        for subnet, (_, holder) in zip(networks[name].subnets, draft.ways, strict=True)
        if subnet.pool
    ]
    for number, (name, pool, mark) in enumerate(pools):
        for other, taken, where in pools[:number]:
            if taken.first in pool or pool.first in taken:
                message = f"the pools of networks {name} and {other} overlap"
                advice = ("DHCP would give the same address twice; move one of them",)
                yield Problem("pools-overlap", message, mark, also=(Also(where, f"pool of {other}"),), advice=advice)


def _pooled_gateway(document: Document, network: Network, draft: Draft) -> Iterator[Problem]:
    """A router's address in a pool; that of a node is told with the node's."""
    for subnet, (_, holder) in zip(network.subnets, draft.ways, strict=True):
        for what, address in (("gateway", subnet.gateway), ("relay", subnet.relay)):
            if address and subnet.pool and address in subnet.pool and holder[what] == str(address):
                message = f"network {network.name}: its {what} {address} lies in the pool {holder['pool']}"
                advice = ("DHCP would give it to a machine that it does not know; move the pool",)
                yield Problem("address-in-pool", message, document.mark_in(holder, "pool"), advice=advice)


def _strays(document: Document, network: Network, draft: Draft) -> Iterator[Problem]:
    """A literal gateway or a pool that fits no subnet's IP version would otherwise vanish without a word."""
    holders: dict[int, tuple[Raw, list[Subnet]]] = {}
    for subnet, (_, holder) in zip(network.subnets, draft.ways, strict=True):
        holders.setdefault(id(holder), (holder, []))[1].append(subnet)
    for holder, subnets in holders.values():
        for key, code in (("gateway", "gateway-outside"), ("pool", "pool-outside")):
            text = holder.get(key, "")
            version = _version(text)
            if version and all(subnet.version != version for subnet in subnets):
                here = "no subnet here is" if len(subnets) > 1 else f"{subnets[0].net} is not"
                message = f"network {network.name}: {key} {text} is IPv{version}, and {here}"
                room = " or ".join(usable(subnet.net) for subnet in subnets)
                advice = (f"write {'an address' if key == 'gateway' else 'addresses'} in {room}",)
                yield Problem(code, message, document.mark_in(holder, key), advice=advice)


def _version(text: str) -> int:
    """The IP version of an address, or of the first of a range; 0 when it is neither."""
    try:
        return ip_address(text.partition("-")[0]).version if text else 0
    except ValueError:
        return 0
