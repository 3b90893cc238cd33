"""What packets do where there is IPv6: neighbours are found, and the same doors are open and closed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clusterdef.model import Node
from clusterdef.site import load
from tests.golden.golden import HOME, Case
from tests.outputs.system.knocks import Knock, knocks, listen
from tests.outputs.system.spaces import Lab, Space, lab

pytestmark = pytest.mark.xdist_group("packets-six")

CASE = Case(HOME / "dual-stack")
DOORS: list[Knock] = [("tcp", "2001:db8:10::1", 22), ("tcp", "2001:db8:10::1", 80), ("udp", "2001:db8:10::1", 53),
         ("tcp", "2001:db8:1::10", 22), ("tcp", "2001:db8:1::10", 80), ("udp", "2001:db8:1::10", 53),
         ("tcp", "10.10.0.1", 80), ("tcp", "192.0.2.10", 80)]  # fmt: skip
"""Of the head: its address on the inner network, on the campus, and both of version 4."""

INNER = "2001:db8:10::2:1"
CAMPUS = "2001:db8:1::99"


def plug(made: Lab, node: Node) -> Space:
    for number, interface in enumerate(node.interfaces):
        addresses = [f"{placed.address}/{placed.prefix}" for placed in interface.addresses]
        made.plug(node.name, interface.device or f"net{number}", interface.network.name, *addresses)
    return made.machines[node.name]


@pytest.fixture(scope="module")
def made() -> Iterator[Lab]:
    cluster = load(CASE.site).cluster
    assert cluster
    files = {path.removeprefix("expected/"): content.decode() for path, content in CASE.seen().items()}
    with lab() as found:
        for name in ("head", "w1"):
            space = plug(found, cluster.nodes[name])
            space.do("nft", "-f", "-", given=files[f"firewall/{name}.nft"])
        campus = found.plug("campus", "eno1", "campus", f"{CAMPUS}/64", "192.0.2.99/24")
        campus.do("ip", "-6", "route", "add", "2001:db8:10::/64", "via", "2001:db8:1::10")
        found.machines["head"].set("net.ipv6.conf.all.forwarding", 1)
        found.machines["w1"].do("ip", "-6", "route", "add", "default", "via", "2001:db8:10::1")
        listen(found, "head", DOORS)
        listen(found, "campus", [("tcp", CAMPUS, 80)])
        listen(found, "w1", [("tcp", INNER, 22)])
        yield found


def answers(found: Lab, client: str, among: list[Knock]) -> list[str | None]:
    return [*knocks(found, client, among).values()]


def test_inner_machines_reach_the_head_where_it_listens(made: Lab) -> None:
    # ssh is for every network of the site; the rest is for inner addresses.
    assert answers(made, "w1", DOORS) == [INNER, INNER, INNER, INNER, None, None, "10.10.2.1", None]


def test_the_campus_reaches_ssh_and_nothing_else(made: Lab) -> None:
    assert answers(made, "campus", DOORS) == [CAMPUS, None, None, CAMPUS, None, None, None, None]


def test_the_gateway_lets_out_and_not_in_and_leaves_addresses_as_they_are(made: Lab) -> None:
    assert answers(made, "w1", [("tcp", CAMPUS, 80)]) == [INNER]
    assert answers(made, "campus", [("tcp", INNER, 22)]) == [None]
    # It is the gateway that stops it: the machine itself would not, as the head's neighbours see.
    assert answers(made, "head", [("tcp", INNER, 22)]) == ["2001:db8:10::1"]


def test_neighbours_are_found_anew(made: Lab) -> None:
    for name in ("head", "w1"):
        made.machines[name].do("ip", "-6", "neigh", "flush", "all")
    assert answers(made, "w1", DOORS[:1]) == [INNER]
    assert answers(made, "head", [("tcp", INNER, 22)]) == ["2001:db8:10::1"]
