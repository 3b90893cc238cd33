"""Where nodes are attached: each node's addresses on its networks and its BMC's, worked out and checked one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clusterdef.model import Address, Network, Placed
from clusterdef.nodeset import fold
from clusterdef.problem import Mark, Problem, did_you_mean, listing
from clusterdef.resolve.members import Raw, Word, Written
from clusterdef.resolve.networks import Draft, usable, why_unusable
from clusterdef.resolve.series import DYNAMIC, series
from clusterdef.resolve.spans import Spans
from clusterdef.source import Document


class Attachment(NamedTuple):
    """A node's place on a network as it is written, with its addresses. `holder[key]` is the written value.

    A tuple, as there are several for each node.
    """

    network: str
    long: Raw
    holder: Raw
    key: str
    addresses: tuple[Address, ...]
    dynamic: bool


class Controller(NamedTuple):
    """A node's BMC as it is written."""

    long: Raw
    holder: Raw
    address: Address
    network: str | None


@dataclass(slots=True)
class Strays:
    """Addresses of sets that leave their network, gathered so that each set is told of once."""

    document: Document
    found: dict[tuple[int, str], list[tuple[str, Address]]] = field(default_factory=dict)
    places: dict[tuple[int, str], tuple[Raw, str, Network]] = field(default_factory=dict)

    def add(self, name: str, address: Address, holder: Raw, key: str, network: Network) -> None:
        """Note that a node's address, written at `holder[key]`, cannot be on the network it is attached to."""
        place = (id(holder), key)
        self.found.setdefault(place, []).append((name, address))
        self.places[place] = (holder, key, network)

    def problems(self) -> Iterator[Problem]:
        """A problem for each place, naming the first node and counting the others."""
        for place, strays in self.found.items():
            holder, key, network = self.places[place]
            found = misplaced(*strays[0], network)
            assert found
            code, message = found
            if len(strays) > 1:
                others = f"{fold([name for name, _ in strays[1:]])}, up to {strays[-1][1]}"
                message += f", and {len(strays) - 1} more do not fit ({others})"
                code = code if all(network.subnet_of(other) for _, other in strays) else "address-outside"
            yield Problem(code, message, self.document.mark_in(holder, key), advice=(room(network),))


def room(network: Network) -> str:
    """Where in a network machines may have their addresses, as advice."""
    return f"addresses for machines in {network.name}: {' or '.join(usable(subnet.net) for subnet in network.subnets)}"


def misplaced(name: str, address: Address, network: Network) -> tuple[str, str] | None:
    """The code and the message for an address that cannot be there; None when it can."""
    why = _why(address, network)
    if not why:
        return None
    code = "address-reserved" if network.subnet_of(address) else "address-outside"
    return code, f"{name}: address {address} {why}"


def _why(address: Address, network: Network) -> str:
    """Why this address cannot be a machine's there, by the subnet it comes nearest to."""
    subnet = network.subnet_of(address)
    if subnet:
        return why_unusable(address, subnet.net)
    return f"is outside network {network.name} ({' and '.join(str(part.net) for part in network.subnets)})"


class Attacher:
    """Works out attachments for one site; `problems` grows as it goes."""

    def __init__(self, document: Document, networks: Mapping[str, Draft]) -> None:
        self.document = document
        self.networks = {name: draft.network for name, draft in networks.items()}
        self.all_names = frozenset(document.data["networks"])
        self._spans = {name: Spans(*network.subnets) for name, network in self.networks.items()}
        self._homes = sorted(_homes(self.networks.values()), key=lambda home: home[:2])
        self.problems: list[Problem] = []
        self.strays = Strays(document)
        self._told: set[tuple[int, str]] = set()

    def attachments(self, node: Written) -> tuple[Attachment, ...]:
        """The node's attachments in the order they are written; exceptions replace one network at a time."""
        merged: dict[str, tuple[Word, Raw]] = {}
        for word in node.words:
            for network in word.data.get("net", ()):
                merged[network] = (word, word.data["net"])
        found = (self._attachment(node, network, word, holder) for network, (word, holder) in merged.items())
        return tuple(attachment for attachment in found if attachment)

    def _attachment(self, node: Written, name: str, word: Word, holder: Raw) -> Attachment | None:
        network = self.networks.get(name)
        if network is None:
            self._unknown(name, holder)
            return None
        value = holder[name]
        long = value if isinstance(value, dict) else {"address": value}
        texts = _texts(long)
        where, key = (long, "address") if isinstance(value, dict) else (holder, name)
        addresses = tuple(self._addresses(node, texts, word, where, key, network))
        return Attachment(name, long, where, key, addresses, DYNAMIC in texts)

    def _addresses(
        self, node: Written, texts: list[str], word: Word, where: Raw, key: str, network: Network
    ) -> Iterator[Address]:
        for text in texts:
            if text == DYNAMIC:
                continue
            address = self.address(node, text, word, where, key)
            if address is None:
                continue
            if not self._usable(address, network):
                self.strays.add(node.name, address, where, key, network)
            else:
                yield address

    def _usable(self, address: Address, network: Network) -> bool:
        return self._spans[network.name].amid(address) or not _why(address, network)

    def address(self, node: Written, text: str, word: Word, holder: Raw, key: str) -> Address | None:
        """The address that a text means for this node; None (and a problem, once a place) when it is none."""
        try:
            return series(text).at(node.number, word.first)
        except OverflowError:
            message = f"{node.name}: {text} runs past the last address there is"
            self._once(holder, key, "address-unclear", message, "begin the set at a lower address")
        except ValueError:
            self._once(
                holder,
                key,
                "address-unclear",
                f"{text} is no address",
                "write an address such as 10.10.0.5, or FIRST+ for a set",
            )
        return None

    def _unknown(self, name: str, holder: Raw) -> None:
        if name not in self.all_names:
            mark = self.document.key_mark_in(holder, name)
            advice = (f"networks are {listing(self.document.data['networks'])}",)
            label = did_you_mean(name, self.all_names)
            problem = Problem("unknown-network", f"there is no network '{name}'", mark, label, advice=advice)
            self._tell(mark, holder, name, problem)

    def _once(self, holder: Raw, key: str, code: str, message: str, advice: str = "") -> None:
        mark = self.document.mark_in(holder, key)
        self._tell(mark, holder, key, Problem(code, message, mark, advice=(advice,) if advice else ()))

    def _tell(self, mark: Mark, holder: Raw, key: str, problem: Problem) -> None:
        if (id(holder), key) not in self._told:
            self._told.add((id(holder), key))
            self.problems.append(problem)

    def controller(self, node: Written) -> Controller | None:
        """The node's BMC, with the network its address is on (None where no network has it)."""
        said = node.said("bmc")
        if said is None:
            return None
        value, word = said
        long: dict[str, Any] = value if isinstance(value, dict) else {"address": value}
        holder, key = (value, "address") if isinstance(value, dict) else (word.data, "bmc")
        if long["address"] == DYNAMIC:
            message = f"{node.name}: a BMC needs an address of its own"
            self._once(holder, key, "address-unclear", message, "write it: by DHCP nobody would find it")
            return None
        address = self.address(node, long["address"], word, holder, key)
        if address is None:
            return None
        return Controller(long, holder, address, self._network_of(node, address, holder, key))

    def _network_of(self, node: Written, address: Address, holder: Raw, key: str) -> str | None:
        home = next((network for *_, spans, network in self._homes if spans.subnet_of(address)), None)
        if home is None and len(self.networks) < len(self.all_names):
            return None
        if home is None:
            message = f"{node.name}: BMC address {address} is in none of the networks"
            self._once(
                holder,
                key,
                "address-outside",
                message,
                f"networks are {listing(self.networks)}; add one with `kind: bmc`",
            )
            return None
        if not self._spans[home.name].amid(address):
            stray = misplaced(f"{node.name}-bmc", address, home)
            if stray:
                self._once(holder, key, *stray, room(home))
        return home.name


def _homes(networks: Iterable[Network]) -> Iterator[tuple[bool, int, Spans, Network]]:
    """Subnets with what decides where a BMC is at home: in a network of BMCs first, then in the smallest subnet."""
    for network in networks:
        for part in network.subnets:
            yield network.kind != "bmc", -part.net.prefixlen, Spans(part), network


def _texts(long: Raw) -> list[str]:
    value = long.get("address", DYNAMIC)
    return list(value) if isinstance(value, list) else [value]


def placed(spans: Spans, addresses: tuple[Address, ...]) -> tuple[Placed, ...]:
    """Addresses with the subnets of a finished network that they stand in."""
    return tuple([Placed(address, subnet) for address in addresses if (subnet := spans.subnet_of(address))])
