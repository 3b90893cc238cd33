"""What Kea, BIND and radvd are given, read by themselves; what they cannot do is refused before that."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from clusterdef.generators.bind.zone import _cuts, zones

from clusterdef.languages import LANGUAGES, CannotSay
from clusterdef.model import Cluster, Module
from clusterdef.problem import Refused
from tests.conftest import find_program
from tests.outputs.clusters import MODULES, PRIVATE, cluster, interface, made, network, node
from tests.outputs.hostile import HOSTILE
from tests.outputs.system.cables import PRIVATE as PRIVATE_PLACES
from tests.outputs.system.cables import Space, cables
from tests.outputs.system.test_dnsmasq import CASES

DEVICES = ("br-private", "eno1", "eno2", "eno3", "eno4", "eno5", "eno6", "eno7")


def with_kea(of: Cluster) -> Cluster:
    brought = {name: Module(name, name, (name,), (), (name,), {}, "built-in") for name in ("kea", "bind")}
    return replace(of, modules={**{name: one for name, one in MODULES.items() if name != "dnsmasq"}, **brought})


def managed(of: Cluster) -> Cluster:
    """The cluster without what Kea cannot do, and with a device for each place."""
    nodes = {}
    for name, one in of.nodes.items():
        places = [place if place.device else replace(place, devices=("eno3",)) for place in one.interfaces]
        nodes[name] = replace(one, interfaces=tuple(place for place in places if place.network.dhcp != "proxy"))
    networks = {name: one for name, one in of.networks.items() if one.dhcp != "proxy"}
    return with_kea(replace(of, networks=networks, nodes=nodes))


READABLE = {name: managed(of) for name, of in CASES.items() if name != "proxy"}


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Space]:
    """A machine with every device that the cases speak of: Kea refuses to listen where there is none."""
    with cables(tmp_path_factory.mktemp("net")) as net:
        for device in DEVICES:
            net.join(net.head, device, net.machine, device)
        yield net.head


def read(head: Space, *words: str) -> str:
    return head.run("sh", "-ec", PRIVATE_PLACES + "\n", "sh", find_program(words[0]), *words[1:])


@pytest.mark.parametrize("name", READABLE)
def test_the_servers_take_their_files(name: str, head: Space, tmp_path: Path) -> None:
    tree = tmp_path / "current"
    files = made(replace(READABLE[name], tree=str(tmp_path)), "kea", "bind")
    for path, text in files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        # The directory of another distribution is not here.
        (tree / path).write_text(text.replace('directory "/var/named"', 'directory "/var/cache/bind"'))
    read(head, "kea-dhcp4", "-t", str(tree / "kea" / "kea-dhcp4.json"))
    read(head, "kea-dhcp6", "-t", str(tree / "kea" / "kea-dhcp6.json"))
    told = read(head, "named-checkconf", "-z", str(tree / "bind" / "named.conf"))
    assert told.count("loaded serial 1") == len([path for path in files if path.endswith(".zone")])
    if "radvd/radvd.conf" in files:
        read(head, "radvd", "-c", "-C", str(tree / "radvd" / "radvd.conf"))


def test_who_is_the_way_out_for_version_six_is_announced() -> None:
    assert "radvd/radvd.conf" in made(READABLE["six"], "kea")
    assert "radvd/radvd.conf" not in made(READABLE["dual"], "kea")


@pytest.mark.parametrize(("of", "why"), [(CASES["proxy"], "dhcp: proxy"), (CASES["small"], "which device")])
def test_what_kea_cannot_do_is_refused(of: Cluster, why: str) -> None:
    nodes = {name: replace(one, interfaces=tuple(replace(i, bridge=None, devices=()) for i in one.interfaces))
             for name, one in of.nodes.items()}  # fmt: skip
    with pytest.raises(Refused, match=why):
        made(with_kea(replace(of, nodes=nodes if why == "which device" else of.nodes)), "kea")


@pytest.mark.parametrize(
    ("net", "names"),
    [
        ("10.10.0.0/16", ["10.10.in-addr.arpa"]),
        ("10.90.0.0/20", ["90.10.in-addr.arpa"]),
        ("10.0.0.0/12", ["10.in-addr.arpa"]),
        ("192.168.7.64/26", ["7.168.192.in-addr.arpa"]),
        ("8.8.8.0/23", ["8.8.8.in-addr.arpa", "9.8.8.in-addr.arpa"]),
        ("8.8.8.4/31", ["4.8.8.8.in-addr.arpa", "5.8.8.8.in-addr.arpa"]),
        ("fd00:10::/62", ["0.0.0.0.0.0.0.0.1.0.0.0.0.d.f.ip6.arpa"]),
        ("2a00:10::/31", ["0.1.0.0.0.0.a.2.ip6.arpa", "1.1.0.0.0.0.a.2.ip6.arpa"]),
    ],
)
def test_a_zone_of_addresses_hides_nobody_elses(net: str, names: list[str]) -> None:
    assert list(_cuts(ip_network(net), [ip_network("198.51.100.0/24")])) == names


def test_nor_that_of_a_private_network_whose_names_are_the_campuss() -> None:
    ours, theirs, elsewhere = map(ip_network, ("10.4.0.0/23", "10.4.8.0/22", "10.5.0.0/16"))
    assert list(_cuts(ours, [theirs])) == ["0.4.10.in-addr.arpa", "1.4.10.in-addr.arpa"]
    assert list(_cuts(ours, [elsewhere])) == ["4.10.in-addr.arpa"]


def test_a_name_stands_in_the_nearest_zone() -> None:
    inner = network("inner", "10.77.0.0/24", domain="deep.mytier3.internal", dhcp="none")
    head = node(
        "head", interface(PRIVATE, "head", "10.10.0.1"), interface(inner, "head", "10.77.0.1"), provides=("dns",)
    )
    found = {zone.name: zone.rows for zone in zones(with_kea(cluster((PRIVATE, inner), (head,))))}
    assert [row.owner for row in found["deep.mytier3.internal"]] == ["head"]
    assert [row.value for row in found["mytier3.internal"]] == ["10.10.0.1"]


def sayable(language: str, place: str = "") -> list[str]:
    found = []
    for value in (*HOSTILE, "a" * 64, ".".join(["a" * 60] * 5), "w1.example.org", "2001:db8::1"):
        try:
            LANGUAGES[language].say_in(place, [value]) if place else LANGUAGES[language].say(value)
            found.append(value)
        except CannotSay:
            continue
    return found


def test_kea_reads_every_text_that_can_be_said(head: Space, tmp_path: Path) -> None:
    say = LANGUAGES["keajson"]
    values = sayable("keajson")
    assert len(values) > 40
    texts = [say.say(value) for value in values]
    assert [json.loads(text) for text in texts] == values
    comment = say.say_in("comment", 'a */ b // c # d <?include "/etc/shadow"?>')
    file = tmp_path / "kea.json"
    context = f'{{"all": [{", ".join(texts)}]}}'
    file.write_text(
        f'// {comment}\n{{"Dhcp4": {{"user-context": {context}, "interfaces-config": {{"interfaces": []}}}}}}\n'
    )
    read(head, "kea-dhcp4", "-t", str(file))


def test_bind_reads_every_name_that_can_be_said(tmp_path: Path) -> None:
    names = [name for name in sayable("zone") if ":" not in name]
    assert "w1.example.org" in names
    assert not {"", "..", "a" * 64, "a,b", "*"} & set(names)
    file = tmp_path / "zone"
    rows = "".join(f"{LANGUAGES['zone'].say(name)} A 192.0.2.1\n" for name in names)
    file.write_text(f"$TTL 1h\n@ SOA ns.example.org. h.example.org. 1 1h 15m 2w 5m\n@ NS ns.example.org.\n{rows}")
    command = [
        find_program("named-compilezone"),
        "-q",
        "-k",
        "ignore",
        "-i",
        "none",
        "-o",
        "-",
        "z.internal",
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {line.split()[0] for line in done.stdout.splitlines() if line.split()[3] == "A"}
    assert found == {f"{name.lower()}.z.internal." for name in names}
