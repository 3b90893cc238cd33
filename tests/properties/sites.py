"""Sites as hypothesis makes them: valid by construction, small, odd in every way that is allowed.

Nothing here asserts.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

Raw = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

COLUMNS = ("name", "network", "interface", "mac", "serial", "rack", "unit", "switch", "port")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE ada@example.org\n"
PREFIXES = ("worker", "wn", "gpu-", "a", "x0-", "login", "storage-node", "s")
MOTTO = "generators/motto/generator.json"
STYLES = (None, False, True)
"""What PyYAML calls default_flow_style: mixed, blocks only, braces only."""

SYSTEMS: Raw = {
    "el8": {"family": "el", "release": "8.10", "media": "el8-dvd"},
    "el10": {"family": "el", "release": "10.1", "media": "el10-dvd"},
    "bookworm": {"family": "debian", "release": "12.8", "media": "debian12"},
    "trixie": {"family": "debian", "release": "13", "media": "debian13"},
    "jammy": {"family": "ubuntu", "release": "22.04", "media": "jammy-live"},
    "noble": {"family": "ubuntu", "release": "24.04", "media": "noble-live"},
}
"""What some machines have in place of Enterprise Linux 9."""

RACKS: Raw = {
    "subnets": [
        {
            "subnet": "10.41.0.0/16",
            "gateway": "10.41.255.254",
            "relay": "10.41.255.254",
            "pool": "10.41.250.1-10.41.250.9",
        },
        {"subnet": "10.42.0.0/16", "gateway": "10.42.255.254", "relay": "10.42.255.253"},
        {"subnet": "10.43.0.0/16", "gateway": "10.43.255.254", "relay": "10.43.255.254"},
    ],
    "domain": "racks.trial.internal",
    "dhcp": "relay",
    "boot": True,
}

PAIR = ["eno1", "eno2"]
CABLES: tuple[Raw, ...] = (
    {"interface": PAIR, "bond": {"mode": "802.3ad"}},
    {"interface": PAIR, "bond": {"name": "bond7", "mode": "active-backup"}, "vlan": 30},
    {"interface": "eno1", "vlan": 20},
    {"interface": "eno1", "bridge": "br0"},
    {"interface": PAIR, "bond": {"mode": "balance-rr"}, "vlan": 31, "bridge": "br-inner"},
)
"""Ways of being attached with more than one cable or one tag."""

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=30)
"""What a person may type into a description."""
PLAIN = st.text(st.characters(max_codepoint=0xFFFF, categories=("L", "N", "P", "S", "Zs")), max_size=30)
"""What a parameter may hold: Puppet's data take no character beyond U+FFFF."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that was thought up: the data of site.yaml, the rows of the inventory, the other files by name.

    `sets` are the keys in `nodes` that are sets, with the numbers of their members and of those that are retired;
    `free` is an address on the private network that nobody has.
    """

    data: Raw
    rows: tuple[Raw, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    sets: tuple[NodeSet, ...] = ()
    free: Any = "10.10.240.1"
    style: bool | None = None

    def write(self, folder: Path) -> Path:
        """Write it; the path of site.yaml."""
        for name, text in self.texts().items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        return folder / "site.yaml"

    def texts(self) -> dict[str, str]:
        """Every file of the site by its name."""
        return {**self.files, "hardware.csv": _csv(self.rows), "site.yaml": self.yaml()}

    def yaml(self) -> str:
        """The text of site.yaml, in the style that was drawn."""
        return yaml.safe_dump(self.data, sort_keys=False, default_flow_style=self.style, allow_unicode=True, width=100)

    def with_nodes(self, **nodes: Raw) -> Site:
        """With more nodes, or others under keys that are there."""
        return replace(self, data={**self.data, "nodes": {**self.data["nodes"], **nodes}})


@dataclass(frozen=True, slots=True)
class NodeSet:
    """A set of nodes: how its names are made, which numbers it has, which of them are retired."""

    prefix: str
    width: int
    numbers: tuple[int, ...]
    retired: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """As it is written in `nodes`."""
        return self.over(self.numbers)

    def name(self, number: int) -> str:
        """The name of a member."""
        return f"{self.prefix}{number:0{self.width}}"

    def over(self, numbers: tuple[int, ...]) -> str:
        """The set of these numbers."""
        return f"{self.prefix}[{','.join(f'{number:0{self.width}}' for number in numbers)}]"

    @property
    def names(self) -> tuple[str, ...]:
        """Its members that are not retired."""
        return tuple(self.name(number) for number in self.numbers if number not in self.retired)


def _csv(rows: tuple[Raw, ...]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@st.composite
def sites(draw: Draw) -> Site:
    """A site without errors."""
    return _Maker(draw).site()


class _Maker:
    """One site in the making; what is drawn first decides what may come later."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.versions = draw(st.sampled_from(((4,), (4,), (4, 6), (6,))))
        self.uefi = 4 not in self.versions or draw(st.booleans())
        self.systems = draw(st.lists(st.sampled_from(sorted(SYSTEMS)), unique=True, max_size=2))
        self.racks = 4 in self.versions and draw(st.booleans())
        self.public = draw(st.booleans())
        self.mgmt = draw(st.booleans())
        self.fabric = draw(st.sampled_from((None, "v4", "v6")))
        self.batch = draw(st.sampled_from(("htcondor", "slurm", "none")))
        self.groups = self._groups()
        self.rows: list[Raw] = []
        self.chunks = 8

    def site(self) -> Site:
        nodes = self._core()
        sets = self._sets()
        nodes |= {one.key: self._set_entry(one) for one in sets}
        self._use_groups(nodes)
        data = {
            "clusterdef": 1,
            "cluster": self._cluster(),
            "networks": self._networks(),
            "os": self._systems(),
            "nodes": nodes,
            "admins": {"ada": "ssh/ada.pub"},
            "roles": {"base": self._firmware()},
            "groups": self.groups,
            "group_order": list(self.groups),
            "parameters": self._parameters(),
            "external": {"stratum1": {"provides": ["cvmfs-stratum1"], "at": ["s1.example.org"]}},
            "inventory": "hardware.csv",
        }
        files = {"ssh/ada.pub": KEY} | self._definitions(data)
        style = self.draw(st.sampled_from(STYLES))
        return Site(data, tuple(self.rows), files, tuple(sets), self._address(60001), style)

    def _systems(self) -> Raw:
        el9 = {"family": "el", "release": "9.6", "media": "el9-dvd", "repos": self._some("updates", "epel9")}
        return {"el9": el9, **{name: SYSTEMS[name] for name in self.systems}}

    def _firmware(self) -> Raw:
        """Secure Boot is for one family of systems."""
        if not self.uefi:
            return {"firmware": "bios"}
        secure = all(SYSTEMS[name]["family"] == "el" for name in self.systems)
        more = self._maybe(boot_order=st.sampled_from((["network", "disk"], ["disk", "network"])))
        return {"firmware": "uefi", **more, **(self._maybe(secure_boot=st.just(True)) if secure else {})}

    def _nets(self, four: str, six: str) -> Any:
        """What stands for a network, an address or a pool, in the versions that this site speaks."""
        found = [text for version, text in ((4, four), (6, six)) if version in self.versions]
        return found if len(found) > 1 else found[0]

    def _use_groups(self, nodes: Raw) -> None:
        """No group stays without a node: that would be a warning."""
        used = {group for entry in nodes.values() for group in entry.get("groups", ())}
        idle = [group for group in self.groups if group not in used]
        if idle:
            nodes["login"]["groups"] = idle

    def _some(self, *choices: str) -> list[str]:
        return [choice for choice in choices if self.draw(st.booleans())]

    def _maybe(self, **keys: Any) -> Raw:
        """Each key with a value of its strategy, or not at all."""
        return {key: self.draw(strategy) for key, strategy in keys.items() if self.draw(st.booleans())}

    def _cluster(self) -> Raw:
        more = self._maybe(
            timezone=st.sampled_from(("Europe/Zurich", "UTC", "America/New_York")),
            language=st.sampled_from(("en_US.UTF-8", "de_CH.UTF-8")),
            description=TEXTS,
            contact=TEXTS,
        )
        return {"name": "trial", "os": "el9", **more}

    def _networks(self) -> Raw:
        private: Raw = {
            "subnet": self._nets("10.10.0.0/16", "2001:db8:1::/64"),
            "gateway": "head",
            "domain": "trial.internal",
            "dhcp": "managed",
            "boot": True,
            **self._maybe(pool=st.just(self._pool()), mtu=st.sampled_from((1500, 9000))),
        }
        found: Raw = {"private": private, **({"racks": RACKS} if self.racks else {})}
        if self.public:
            found["public"] = {
                "subnet": self._nets("192.0.2.0/24", "2001:db8:2::/64"),
                "gateway": "192.0.2.1" if 4 in self.versions else "2001:db8:2::1",
                "domain": "physics.example.edu",
                "dns": ["192.0.2.53" if 4 in self.versions else "2001:db8:2::53"],
                "names": "external",
                **self._maybe(ntp=st.just(["192.0.2.123"]), description=TEXTS),
            }
        if self.mgmt:
            found["mgmt"] = {"subnet": "10.20.0.0/16", "domain": "mgmt.internal", "dhcp": "managed", "kind": "bmc"}
        if self.fabric:
            subnet = "10.30.0.0/16" if self.fabric == "v4" else "2001:db8:3::/64"
            found["fabric"] = {"subnet": subnet, "domain": "ib.internal", "kind": "infiniband"}
        return found

    def _address(self, last: int, step: str = "") -> Any:
        """An address on the private network; two where it has both versions."""
        return self._nets(f"10.10.{last // 250}.{last % 250}{step}", f"2001:db8:1::{last:x}{step}")

    def _pool(self) -> str:
        return "10.10.250.1-10.10.250.99" if 4 in self.versions else "2001:db8:1::1:0-2001:db8:1::1:ff"

    def _core(self) -> Raw:
        """The machines that all others need, each in a way that is drawn."""
        head: Raw = {"role": ["head", *([f"{self.batch}-manager"] if self.batch != "none" else [])], "net": {}}
        if self.public:
            head["net"]["public"] = self._nets("192.0.2.10", "2001:db8:2::10")
        head["net"]["private"] = self._address(1)
        if self.mgmt:
            head |= {"bmc": "10.20.0.1", "net": head["net"] | {"mgmt": "10.20.0.254"}}
        nodes: Raw = {"head": head}
        for number, role in enumerate(("puppet", "ldap", "proxy", "nfs", "interactive"), 2):
            name = {"interactive": "login"}.get(role, role)
            nodes[name] = {"role": role, "net": {"private": self._address(number)}}
            if role in ("puppet", "ldap", "proxy") and self.draw(st.booleans()):
                nodes[name]["vm"] = {
                    "host": "head",
                    **self._maybe(memory=st.sampled_from(("3G", "4G")), cpus=st.integers(1, 4)),
                }
            else:
                self._row(name, "private", number)
        return dict(self.draw(st.permutations(list(nodes.items()))))

    def _row(self, name: str, network: str, number: int, cards: list[str] | None = None) -> None:
        """Nothing, or the cards of an interface with their hardware addresses."""
        if not self.draw(st.booleans()):
            return
        place = {"rack": "A1", "unit": str(number % 40 + 1)} if self.draw(st.booleans()) else {}
        for card in cards or ["bmc" if network == "mgmt" else "eno1"]:
            mac = f"02:00:5e:{number >> 8 & 255:02x}:{number & 255:02x}:{len(self.rows) & 255:02x}"
            self.rows.append({"name": name, "network": network, "interface": card, "mac": mac, **place})

    def _groups(self) -> Raw:
        settings = st.fixed_dictionaries(
            {},
            optional={
                "description": TEXTS,
                "kernel": st.just(["console=ttyS1,115200"]),
                "packages": st.lists(st.sampled_from(("vim-enhanced", "htop", "-nano")), unique=True),
                "disks": st.just({"system": {"min": "100G", "type": "ssd"}}),
                "hardware": st.fixed_dictionaries(
                    {"cores": st.integers(1, 128), "memory": st.sampled_from(("24G", "1T"))}
                ),
                "secure_boot": st.just(False),
                "selinux": st.sampled_from(("enforcing", "permissive")),
                "parameters": st.just({"node_health.interval": 7}),
            },
        )
        names = self.draw(st.lists(st.sampled_from(("r410", "r6525", "rack-a", "new")), unique=True, max_size=3))
        return {name: self.draw(settings) for name in names}

    def _sets(self) -> list[NodeSet]:
        prefixes = self.draw(st.lists(st.sampled_from(PREFIXES[:5]), unique=True, min_size=1, max_size=3))
        return [self._set(prefix) for prefix in prefixes]

    def _set(self, prefix: str) -> NodeSet:
        numbers = self.draw(st.lists(st.integers(1, 30), unique=True, min_size=1, max_size=5).map(sorted))
        gone = self.draw(st.lists(st.sampled_from(numbers), unique=True, max_size=len(numbers) - 1))
        return NodeSet(prefix, self.draw(st.sampled_from((1, 2, 3))), tuple(numbers), tuple(sorted(gone)))

    def _set_entry(self, one: NodeSet) -> Raw:
        role = self.draw(st.sampled_from(("worker", "worker", "interactive", "device")))
        first, self.chunks = self.chunks * 250, self.chunks + 1
        step = self.draw(st.sampled_from(("+", "+2", "+3")))
        entry: Raw = {"role": role, "net": self._place(role, first, step)}
        if role != "device" and self.systems and self.draw(st.booleans()):
            entry |= {"os": self.draw(st.sampled_from(self.systems))} | self._disks()
            if not entry["os"].startswith("el") and "vlan" in entry["net"].get("private", ()):
                # The installers of other families cannot be started over a tagged network.
                entry["install"] = "usb"
        if self.fabric:
            fabric = f"10.30.{self.chunks}.1+" if self.fabric == "v4" else f"2001:db8:3::{self.chunks:x}:1+"
            entry["net"] |= {"fabric": fabric} if self.draw(st.booleans()) else {}
        if self.mgmt and role != "device" and self.draw(st.booleans()):
            entry["bmc"] = f"10.20.{self.chunks}.1+"
        entry |= {"groups": self._some(*self.groups)} if role != "device" else {}
        if one.retired:
            entry["retired"] = one.over(one.retired)
        network, place = next(iter(entry["net"].items()))
        cards = PAIR if isinstance(place, dict) and "bond" in place else None
        self._exceptions(one, entry, first, network)
        for number in one.numbers:
            if number not in one.retired:
                special = network in entry.get("except", {}).get(one.name(number), {}).get("net", {})
                self._row(one.name(number), network, first + number, None if special else cards)
                if "fabric" in entry["net"]:
                    self._port(one.name(number), first + number)
        return entry

    def _disks(self) -> Raw:
        return self._maybe(disk_layout=st.sampled_from(("plain", "lvm", "raid1", "worker")))

    def _place(self, role: str, first: int, step: str) -> Raw:
        """Where a set is attached: in the racks behind relays, or on the private network, in one of many ways."""
        if self.racks and role != "device" and self.draw(st.booleans()):
            return {"racks": f"10.4{self.draw(st.integers(1, 2))}.{self.chunks}.1+"}
        address = self._address(first + 1, step)
        long: Raw = self.draw(st.sampled_from(({}, {}, *CABLES))) if role != "device" else {}
        return {"private": {"address": address, **long} if long else address}

    def _port(self, name: str, number: int) -> None:
        """An InfiniBand port with its long address."""
        if self.draw(st.booleans()):
            mac = f"80:00:00:48:fe:80:00:00:00:00:00:00:{number >> 8 & 255:02x}:{number & 255:02x}:33:44:55:66:77:88"
            self.rows.append({"name": name, "network": "fabric", "interface": "ibp65s0", "mac": mac})

    def _exceptions(self, one: NodeSet, entry: Raw, first: int, network: str) -> None:
        """One member at another address, or with an alias."""
        other = self._address(first + 200) if network == "private" else f"10.43.{self.chunks}.1"
        number = self.draw(st.sampled_from(one.numbers))
        exception = self._maybe(net=st.just({network: other}), aliases=st.just([f"{one.prefix}special"]))
        if exception and number not in one.retired:
            entry["except"] = {one.name(number): exception}

    def _parameters(self) -> Raw:
        more = self._maybe(
            **{
                "nfs.threads": st.integers(1, 1024),
                "nfs.exports": st.just(["/export/home", "/export/data"]),
                "sshd.x11_forwarding": st.booleans(),
                "cvmfs.cache_size": st.sampled_from(("10G", "20G")),
                "puppet_agent.flavour": st.sampled_from(("openvox", "puppet")),
                "firewall.mode": st.sampled_from(("none", "managed")),
            }
        )
        return {"batch": self.batch, **more}

    def _definitions(self, data: Raw) -> dict[str, str]:
        """Sometimes a module and a role of the site's own, used by its login machine, and rarely a generator."""
        if not self.draw(st.booleans()):
            return {}
        module = {
            "description": "shows a page",
            "classes": ["notice"],
            "parameters": {
                "text": {"type": "string", "default": "", "description": "what is shown"},
                "port": {"type": "integer", "minimum": 1024, "maximum": 65535, "description": "where"},
                "head": {"type": "string", "default": "${service.gateway}", "description": "the way out"},
            },
            "ports": [{"name": "page", "tcp": "parameter:port", "from": "cluster"}],
        }
        output = {"name": "motto", "for_each": "node", "path": "motto/{{ node.name }}", "template": "motto.txt.j2"}
        data["parameters"] |= {"notice.text": self.draw(PLAIN), "notice.port": self.draw(st.integers(2000, 2999))}
        login = data["nodes"]["login"]
        login["role"] = [login["role"], "noticeboard"]
        found = {
            "modules/notice/module.json": json.dumps(module),
            "roles/noticeboard/role.json": json.dumps({"description": "shows a page", "modules": ["notice"]}),
        }
        if self.draw(st.sampled_from((False, False, True))):
            found[MOTTO] = json.dumps({"description": "a line a node", "outputs": [output]})
            found["generators/motto/motto.txt.j2"] = "{{ node.fqdn }} {{ cluster.name }}\n"
        return found
