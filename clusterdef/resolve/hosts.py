"""Names and interfaces: each node's place on finished networks, and that nothing is held twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_address
from typing import Any

from clusterdef.formats import plain_mac
from clusterdef.model import Address, Bmc, Bond, Floating, Interface, Network, Placed, Pool
from clusterdef.nodeset import Unclear, expand, fold
from clusterdef.problem import Mark, Problem, Severity, did_you_mean, listing
from clusterdef.resolve.attachments import Attachment, Controller, misplaced, placed, room
from clusterdef.resolve.claims import Claims
from clusterdef.resolve.inventory import NOTHING, Found, mac_of
from clusterdef.resolve.members import Raw, Written, misled
from clusterdef.resolve.spans import Spans
from clusterdef.source import Document, Row, Table

LONGEST = 253
"""Characters a full name may have (RFC 1035, 2.3.4, without the root's dot)."""


LABEL = 63
"""Characters that each part of it may have."""


class Hosts:
    """Builds interfaces and BMCs, and claims what they hold."""

    def __init__(
        self, document: Document, table: Table | None, networks: Mapping[str, Network], found: Mapping[str, Found]
    ) -> None:
        self._document = document
        self._table = table
        self._networks = networks
        self._found = found
        self.problems: list[Problem] = []
        self._spans = {name: Spans(*network.subnets) for name, network in networks.items()}
        self._pools = _pools(networks)
        self._pooled: dict[tuple[int, str], list[tuple[str, Address, Pool, Raw, str]]] = {}
        self._tags: dict[tuple[str, str], Attachment] = {}
        self.names = Claims(
            "name-taken",
            "{0}: the name {1} is already that of {2}",
            "give one of them another name",
            "a name of its own is for one machine: write it under `except:` of the member that shall have it",
        )
        self.addresses = Claims(
            "address-taken",
            "{0}: address {1} is already {2}'s",
            _elsewhere,
            "this is one address for the whole set; write FIRST+ to count up from it",
        )
        self.macs = Claims(
            "mac-taken",
            "{0}: MAC address {1} is already {2}'s",
            "two ports cannot have one address: read it again from the machine",
            "this is one address for the whole set: write each machine's own into the inventory",
        )

    def interfaces(self, node: Written, attachments: tuple[Attachment, ...]) -> tuple[Interface, ...]:
        """The node's interfaces, on the networks that are sound."""
        return tuple(self._interface(node, one) for one in attachments if one.network in self._networks)

    def _interface(self, node: Written, one: Attachment) -> Interface:
        network = self._networks[one.network]
        rows = _as_listed(one, self._found.get(node.name, NOTHING).rows.get(one.network, []))
        interface = Interface(
            network=network,
            addresses=placed(self._spans[network.name], one.addresses),
            fqdn=full_name(node.name, network),
            devices=self._devices(node, one, rows),
            macs=tuple(self._macs(node, one, rows)),
            names=tuple(one.long.get("names", ())),
            dynamic=one.dynamic,
            bond=_bond(one.long.get("bond")),
            bridge=one.long.get("bridge"),
            vlan=one.long.get("vlan"),
        )
        self._claim_attachment(node, one, interface)
        return interface

    def _devices(self, node: Written, one: Attachment, rows: list[Row]) -> tuple[str, ...]:
        said = one.long.get("interface", ())
        here = (said,) if isinstance(said, str) else tuple(said)
        if not rows:
            return here
        listed = tuple(row.values["interface"] for row in rows if row.values.get("interface"))
        if here and listed and set(here) != set(listed):
            message = (
                f"{node.name} is attached to {one.network} by {', '.join(here)}; the inventory says {', '.join(listed)}"
            )
            self.problems.append(
                Problem(
                    "inventory-disagrees",
                    message,
                    self._document.mark_in(one.long, "interface"),
                    advice=(_both(here, listed, one),),
                )
            )
        return here or listed

    def _macs(self, node: Written, one: Attachment, rows: list[Row]) -> Iterator[str]:
        own = plain_mac(one.long["mac"]) if "mac" in one.long else None
        if own:
            if rows:
                self._disagreeing_mac(node, one, own, rows)
            if self._first_on(node.name, own, one):
                self._take_mac(node.name, own, one.long, self._document.mark_in)
            yield own
        for row in rows:
            mac = mac_of(row)
            if mac and mac != own:
                if self._first_on(node.name, mac, one):
                    self._listed_mac(node.name, mac, row)
                yield mac

    def _first_on(self, name: str, mac: str, one: Attachment) -> bool:
        """False for a network that is tagged on a card which carries another one of the same machine."""
        before = self._tags.setdefault((name, mac), one)
        return before is one or before.long.get("vlan") == one.long.get("vlan")

    def _disagreeing_mac(self, node: Written, one: Attachment, own: str, rows: list[Row]) -> None:
        """One interface has one address; several, joined in a bond, have one each."""
        listed = [mac for row in rows if (mac := mac_of(row))]
        if len(listed) == 1 and listed[0] != own and "bond" not in one.long:
            message = f"{node.name} has {own} on {one.network}; the inventory says {listed[0]}"
            mark = self._document.mark_in(one.long, "mac")
            self.problems.append(Problem("inventory-disagrees", message, mark, advice=("keep one of them",)))

    def _listed_mac(self, holder: str, mac: str, row: Row) -> str:
        assert self._table
        self._take_mac(holder, mac, row, self._table.mark)
        return mac

    def _take_mac(self, holder: str, mac: str, where: object, mark: Callable[..., Mark]) -> None:
        why = strange_mac(mac)
        if why:
            self.problems.append(
                Problem(
                    "mac-strange",
                    f"{holder}: {mac} {why}",
                    mark(where, "mac"),
                    advice=("read it again from the machine",),
                )
            )
        self.macs.take(mac, holder, where, "mac", mark)

    def _claim_attachment(self, node: Written, one: Attachment, interface: Interface) -> None:
        if interface.addresses:
            for address in interface.addresses:
                self.addresses.take(address.address, node.name, one.holder, one.key, self._document.mark_in)
                self._in_pool(node.name, address, interface.network, one.holder, one.key)
        for number, name in enumerate(interface.names):
            self._take_name(node.name, name, one.long["names"], number)
        if len(interface.fqdn) > LONGEST:
            size = f"{len(interface.fqdn)} characters; DNS allows {LONGEST}"
            message = f"{node.name}: its full name {interface.fqdn[:40]}… has {size}"
            advice = (f"shorten it, or the domain of network {interface.network.name}",)
            entry = self._document.key_mark("nodes", node.key)
            self.problems.append(Problem("name-too-long", message, entry, advice=advice))

    def _in_pool(self, name: str, one: Placed, network: Network, holder: Raw, key: str) -> None:
        for owner, pool in self._pools[network.name]:
            if one.address in pool:
                self._pooled.setdefault((id(holder), owner), []).append((name, one.address, pool, holder, key))

    def pool_problems(self) -> Iterator[Problem]:
        """Static addresses inside a pool, told once for each place that gives them."""
        for (_, network), found in self._pooled.items():
            name, address, pool, holder, key = found[0]
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            message = f"{name}: address {address} lies in the pool {pool.first}-{pool.last} of network {network}{more}"
            advice = ("DHCP gives these to machines it does not know; move the pool, or the address",)
            yield Problem("address-in-pool", message, self._document.mark_in(holder, key), advice=advice)

    def _take_name(self, holder: str, name: str, where: Raw | list[Any], key: str | int) -> None:
        self.problems += misled((name,), lambda: self._document.mark_in(where, key))
        self.names.take(name, f"node {holder}", where, key, self._document.mark_in)

    def node_names(self, node: Written) -> tuple[str, ...]:
        """Claim the node's name and aliases; its aliases."""
        self.names.take(node.name, f"node {node.name}", "nodes", node.key, self._document.key_mark)
        said = node.said("aliases")
        if not said:
            return ()
        for number, name in enumerate(said[0]):
            self._take_name(node.name, name, said[0], number)
        return tuple(said[0])

    def bmc(self, node: Written, controller: Controller | None) -> Bmc | None:
        """The node's BMC on its finished network."""
        if controller is None:
            return None
        network = self._networks.get(controller.network or "")
        rows = self._found.get(node.name, NOTHING).bmc
        key = "address" if "address" in controller.holder else "bmc"
        name = f"{node.name}-bmc"
        self.addresses.take(controller.address, name, controller.holder, key, self._document.mark_in)
        self.names.take(name, f"the BMC of {node.name}", controller.holder, key, self._document.mark_in)
        self._long_label(node, name)
        if network:
            for one in placed(self._spans[network.name], (controller.address,)):
                self._in_pool(name, one, network, controller.holder, key)
        long = controller.long
        return Bmc(
            name=name,
            fqdn=full_name(name, network) if network else name,
            address=controller.address,
            network=network,
            mac=self._bmc_mac(name, long, rows),
            driver=long.get("driver", "ipmi"),
            user=long.get("user", "admin"),
            password=long.get("password", "bmc.password"),
        )

    def _long_label(self, node: Written, name: str) -> None:
        if len(name) > LABEL:
            message = f"{name[:40]}… is no host name: it has {len(name)} characters; DNS allows {LABEL}"
            advice = (f"shorten the name of the node to {LABEL - len('-bmc')}; its controller is called after it",)
            entry = self._document.key_mark("nodes", node.key)
            if not any(problem.code == "wrong-hostname" and problem.mark == entry for problem in self.problems):
                self.problems.append(Problem("wrong-hostname", message, entry, advice=advice))

    def _bmc_mac(self, name: str, long: Raw, rows: list[Row]) -> str | None:
        if "mac" in long:
            own = plain_mac(long["mac"])
            self._take_mac(name, own, long, self._document.mark_in)
            return own
        return next((self._listed_mac(name, mac, row) for row in rows if (mac := mac_of(row))), None)

    def primary(self, node: Written, interfaces: tuple[Interface, ...]) -> Interface | None:
        """The interface that gives the node its own name: the one asked for, the one it boots from, or the first."""
        said = node.said("primary")
        if said:
            found = next((one for one in interfaces if one.network.name == said[0]), None)
            if found is None:
                names = [one.network.name for one in interfaces]
                mark = self._document.mark_in(said[1].data, "primary")
                self.problems.append(
                    Problem(
                        "unknown-network",
                        f"{node.name} is not on network '{said[0]}'",
                        mark,
                        did_you_mean(said[0], names),
                        advice=(f"it is on {listing(names)}" if names else "it is on no network",),
                    )
                )
        else:
            found = next((one for one in interfaces if one.network.boot), None)
        return found or (interfaces[0] if interfaces else None)

    def floating(
        self, sound: frozenset[str], nodes: Mapping[str, Written], unread: frozenset[str]
    ) -> Iterator[Floating]:
        """Addresses that move between nodes."""
        for name, data in self._document.data.get("floating", {}).items():
            network = self._networks.get(data["network"]) if name in sound else None
            if network is None:
                if name in sound and data["network"] not in self._document.data["networks"]:
                    mark = self._document.mark("floating", name, "network")
                    self.problems.append(
                        Problem(
                            "unknown-network",
                            f"there is no network '{data['network']}'",
                            mark,
                            did_you_mean(data["network"], self._networks),
                            advice=(f"networks are {listing(self._networks)}",),
                        )
                    )
                continue
            try:
                names = tuple(member.name for member in expand(data["nodes"]))
            except Unclear as unclear:
                mark = self._document.mark("floating", name, "nodes")
                self.problems.append(Problem("nodeset-unclear", str(unclear), mark, advice=(unclear.advice,)))
                continue
            self._unknown_homes(name, tuple(one for one in names if one not in unread), nodes)
            self._strange_homes(name, network, names, nodes)
            yield from self._floating(name, data, network, names)

    def _unknown_homes(self, name: str, names: tuple[str, ...], nodes: Mapping[str, Written]) -> None:
        for stranger in [one for one in names if one not in nodes][:1]:
            mark = self._document.mark("floating", name, "nodes")
            advice = ("name the nodes that it moves between",)
            label = did_you_mean(stranger, nodes)
            self.problems.append(Problem("unknown-node", f"there is no node '{stranger}'", mark, label, advice=advice))

    def _strange_homes(self, name: str, network: Network, names: tuple[str, ...], nodes: Mapping[str, Written]) -> None:
        """An address can only move between machines that are on its network."""
        away = [one for one in names if one in nodes and not _on(nodes[one], network.name)]
        if away:
            mark = self._document.mark("floating", name, "nodes")
            message = (
                f"{name} is an address on {network.name}, and {fold(away)} {'is' if len(away) == 1 else 'are'} not"
            )
            advice = (f"attach {fold(away)} to {network.name}, or name nodes that are on it",)
            self.problems.append(Problem("not-attached", message, mark, advice=advice))

    def _floating(self, name: str, data: Raw, network: Network, names: tuple[str, ...]) -> Iterator[Floating]:
        address = ip_address(data["address"])
        self.addresses.take(address, name, data, "address", self._document.mark_in)
        self.names.take(name, f"the floating address {name}", "floating", name, self._document.key_mark)
        self.problems += misled((name,), lambda: self._document.key_mark("floating", name))
        stray = misplaced(name, address, network)
        if stray:
            mark = self._document.mark_in(data, "address")
            self.problems.append(Problem(*stray, mark, advice=(room(network),)))
            return
        (one,) = placed(self._spans[network.name], (address,))
        self._in_pool(name, one, network, data, "address")
        yield Floating(name, network, one, names)

    def strangers(self, node: Written, attachments: tuple[Attachment, ...], bmc: Bmc | None) -> Iterator[Problem]:
        """Inventory rows for a network the node is not on; a MAC address that nobody knows yet."""
        found = self._found.get(node.name)
        if found is None or self._table is None:
            return
        mine = {one.network for one in attachments} | set(node.value("net") or ())
        for network, rows in found.rows.items():
            if network not in mine and network in self._networks:
                mark = self._table.mark(rows[0], "network")
                row_of_bmc = bmc is not None and bmc.network is not None and bmc.network.name == network
                advice = (
                    ("a BMC's row says `bmc` under interface",)
                    if row_of_bmc
                    else (f"attach it under nodes: `net: {{{network}: …}}`, or take the row out",)
                )
                yield Problem("not-attached", f"{node.name} is not on network {network}", mark, advice=advice)
        for row in found.bmc[:1]:
            yield from self._stray_controller(self._table, node, row, bmc)

    def _stray_controller(self, table: Table, node: Written, row: Row, bmc: Bmc | None) -> Iterator[Problem]:
        """The row of a management controller that the site does not have, or has on another network."""
        listed = row.values.get("network", "")
        if node.value("bmc") is None:
            advice = ("give it one under nodes: `bmc: ADDRESS`, or take the row out",)
            message = f"{node.name} has no management controller"
            yield Problem("not-attached", message, table.mark(row, "interface"), advice=advice)
        elif bmc and bmc.network and listed in self._networks and listed != bmc.network.name:
            message = f"{bmc.name} has {bmc.address}, which is on {bmc.network.name}; the inventory says {listed}"
            advice = (f"write {bmc.network.name} here, or correct the address",)
            yield Problem("inventory-disagrees", message, table.mark(row, "network"), advice=advice)


def _on(node: Written, network: str) -> bool:
    return any(network in (word.data.get("net") or ()) for word in node.words)


def _pools(networks: Mapping[str, Network]) -> dict[str, list[tuple[str, Pool]]]:
    """Network -> the pools that its addresses may not be in: its own, and those of networks within or around it."""
    own = {name: [(name, part.pool) for part in one.subnets if part.pool] for name, one in networks.items()}
    found = {name: list(pools) for name, pools in own.items()}
    for name, network in networks.items():
        if network.within in own:
            found[name] += own[network.within]
            found[network.within] += own[name]
    return found


def _elsewhere(first: str, second: str, taken: str, wanted: str) -> str:
    """Which of two that have one address should move; a set's range says where the other may not go."""
    if taken and wanted:
        return f"begin one of the sets elsewhere: the first has {taken}, the second wants {wanted}"
    if wanted:
        return f"give {first} an address outside {wanted}, or begin the set elsewhere"
    return f"give {second} an address outside {taken}" if taken else "give one of them another address"


def full_name(name: str, network: Network) -> str:
    """`worker07.mytier3.internal`; the short name where the network has no domain."""
    return f"{name}.{network.domain}" if network.domain else name


def _as_listed(one: Attachment, rows: list[Row]) -> list[Row]:
    """Rows of the inventory in the order in which the site names the devices, where it does: the first is the first."""
    said = one.long.get("interface", ())
    if len(rows) < 2 or isinstance(said, str):
        return rows
    known = {name: number for number, name in enumerate(said)}
    return sorted(rows, key=lambda row: known.get(row.values.get("interface", ""), len(known)))


def _both(here: tuple[str, ...], listed: tuple[str, ...], one: Attachment) -> str:
    """What to do where the site and the inventory name other interfaces."""
    lacking = [name for name in here if name not in listed]
    if "bond" in one.long and set(listed) < set(here):
        return f"the inventory has a row for each interface of a bond: add one for {' and '.join(lacking)}"
    return "keep one of them"


def _bond(said: Raw | None) -> Bond | None:
    return Bond(said.get("name", "bond0"), said["mode"]) if said else None


def strange_mac(mac: str) -> str:
    """Why no interface can have this address (IEEE 802, 8.2); empty when one can. InfiniBand's long ones pass."""
    if not mac.strip("0:"):
        return "is all zeros"
    if not mac.strip("f:"):
        return "is the broadcast address"
    if len(mac) == 17 and int(mac[:2], 16) & 1:
        return "is a multicast address; the second digit of a machine's own is even"
    return ""


def without_mac(
    table: Table | None, document: Document, nodes: Mapping[str, tuple[Written, tuple[Interface, ...]]]
) -> Iterator[Problem]:
    """A note for each place to mend: nodes that boot from a network on which nobody knows their hardware address."""
    places: dict[Mark, list[str]] = {}
    for name, (node, interfaces) in nodes.items():
        boot = next((one for one in interfaces if one.network.boot), None)
        if boot and not boot.macs:
            places.setdefault(
                _row_mark(table, name, boot.network.name) or document.key_mark("nodes", node.key), []
            ).append(name)
    for mark, names in places.items():
        has = "has no MAC address: install it" if len(names) == 1 else "have no MAC address: install them"
        yield Problem(
            "no-mac", f"{fold(names)} {has} by key or by menu, or add it to the inventory", mark, severity=Severity.NOTE
        )


def _row_mark(table: Table | None, name: str, network: str) -> Mark | None:
    """The empty cell of the inventory where the address belongs."""
    if table is None or not {"mac", "name", "network"} <= set(table.header):
        return None
    row = next((row for row in table.rows if row.values["name"] == name and row.values["network"] == network), None)
    return table.mark(row, "mac") if row else None
