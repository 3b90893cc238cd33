"""Services: who provides them, by which name each consumer reaches them, and the order that follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clusterdef.nodeset import fold
from tests.resolve.sites import cluster, module, role

NETS = """\
networks:
  public: {subnet: 192.0.2.0/24, domain: example.edu, names: external}
  private: {subnet: 10.0.0.0/16, domain: mini.internal}
  storage: {subnet: 10.1.0.0/16, domain: storage.internal}
"""


def definitions(**provides: Any) -> dict[str, Any]:
    """A server and a client of one service `cache`."""
    return {
        "modules": {
            "cache": module(
                provides={"cache": {"port": 3128, "protocol": "http", **provides}},
            ),
            "client": module(
                requires={"cache": {"phase": "run"}},
                parameters={
                    "url": {"type": "string", "description": "where it is", "default": "${service.cache.url}"},
                    "all": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "all",
                        "default": ["me", "${service.cache.hosts}"],
                    },
                    "text": {
                        "type": "string",
                        "description": "in a text",
                        "default": "on ${service.cache.address} for $${x} of ${node.name}",
                    },
                },
            ),
        },
        "roles": {
            "base": role(),
            "server": role(modules=["cache"], install="none"),
            "user": role(modules=["client"], install="none"),
        },
    }


NODES = """\
nodes:
  s: {role: server, net: {public: 192.0.2.5, private: 10.0.0.5, storage: 10.1.0.5}%s}
  inside: {role: user, net: {private: 10.0.1.1}}
  outside: {role: user, net: {public: 192.0.2.7}}
  both: {role: user, net: {public: 192.0.2.8, private: 10.0.1.2}}
  disks: {role: user, net: {storage: 10.1.0.9}}
"""


def urls(folder: Path, text: str, **provides: Any) -> dict[str, str]:
    """Consumer -> the URL it gets."""
    found = cluster(folder, NETS + text, **definitions(**provides))
    return {name: node.parameters["client.url"] for name, node in found.nodes.items() if "client" in node.modules}


def test_the_network_that_both_ends_share_gives_the_name(tmp_path: Path) -> None:
    assert urls(tmp_path, NODES % "") == {
        "inside": "http://s.mini.internal:3128",
        "outside": "http://s.example.edu:3128",
        "both": "http://s.mini.internal:3128",
        "disks": "http://s.storage.internal:3128",
    }


def test_a_module_may_ask_for_the_public_name(tmp_path: Path) -> None:
    assert set(urls(tmp_path, NODES % "", name_on="external").values()) == {"http://s.example.edu:3128"}


def test_a_site_may_force_the_network_or_the_very_name(tmp_path: Path) -> None:
    by_network = tmp_path / "network"
    by_name = tmp_path / "name"
    by_network.mkdir()
    by_name.mkdir()
    assert (
        urls(by_network, NODES % ", services: {cache: {network: storage}}")["inside"]
        == "http://s.storage.internal:3128"
    )
    assert (
        urls(by_name, NODES % ", services: {cache: {name: cache.example.org}}")["inside"]
        == "http://cache.example.org:3128"
    )


def test_what_installs_a_machine_is_met_on_the_network_that_it_starts_from(tmp_path: Path) -> None:
    """The head's web server answers on boot networks and on no other, whichever network stands first."""
    nets = """\
networks:
  guests: {subnet: 10.3.0.0/24, domain: g.internal}
  inner: {subnet: 10.1.0.0/24, domain: i.internal, boot: true}
"""
    nodes = """\
nodes:
  s: {role: server, net: {inner: 10.1.0.1, guests: 10.3.0.1}}
  v: {role: user, net: {guests: 10.3.0.5, inner: 10.1.0.9}}
"""
    found = cluster(tmp_path, nets + nodes, **installing()).nodes["v"]
    assert found.endpoint("install-files") and found.endpoint("install-files").address == "10.1.0.1"  # type: ignore[union-attr]
    assert found.endpoint("time") and found.endpoint("time").address == "10.3.0.1"  # type: ignore[union-attr]


def test_a_machine_is_told_of_an_address_that_it_can_speak_to(tmp_path: Path) -> None:
    nets = """\
networks:
  inner: {subnet: [10.1.0.0/24, "2001:db8::/64"], domain: i.internal, boot: true}
  other: {subnet: "2001:db8:1::/64", domain: o.internal, boot: true}
"""
    nodes = """\
nodes:
  s: {role: server, net: {inner: [10.1.0.1, "2001:db8::1"]}}
  four: {role: user, net: {inner: 10.1.0.4}}
  six: {role: user, net: {inner: "2001:db8::6"}}
  both: {role: user, net: {inner: ["2001:db8::7", 10.1.0.7]}}
  away: {role: user, net: {other: "2001:db8:1::8"}}
"""
    found = cluster(tmp_path, nets + nodes, **installing()).nodes
    assert {name: node.endpoint("time").address for name, node in found.items() if name != "s"} == {  # type: ignore[union-attr]
        "four": "10.1.0.1",
        "six": "2001:db8::1",
        "both": "10.1.0.1",
        "away": "2001:db8::1",
    }


def installing() -> dict[str, Any]:
    """A server of files and time, and machines that are installed over the network."""
    return {
        "modules": {
            "files": module(provides={"install-files": {"port": 80, "phase": "install"}, "time": {"phase": "install"}}),
            "clock": module(requires={"time": {"phase": "install"}}),
        },
        "roles": {
            "base": role(),
            "server": role(modules=["files"], install="none"),
            "user": role(modules=["clock"], install="network"),
        },
    }


def test_references_keep_their_type_are_spliced_and_escaped(tmp_path: Path) -> None:
    found = cluster(tmp_path, NETS + NODES % "", **definitions()).nodes["inside"].parameters
    assert found["client.all"] == ["me", "s.mini.internal"]
    assert found["client.text"] == "on 10.0.0.5 for ${x} of inside"


def test_an_external_service_satisfies_a_requirement(tmp_path: Path) -> None:
    text = "nodes: {u: {role: user, net: {private: 10.0.1.1}}}\n"
    text += "external: {c: {provides: cache, at: [cache.example.org]}}\n"
    found = cluster(tmp_path, NETS + text, **definitions())
    assert found.nodes["u"].services["cache"][0].host == "cache.example.org"
    assert found.nodes["u"].services["cache"][0].external


def test_the_order_comes_out_of_the_phases() -> None:
    from clusterdef.inputs import read
    from clusterdef.resolve import resolve

    example = Path(__file__).parents[2] / "site-example" / "site.yaml"
    found = resolve(read(example)).cluster
    assert found
    steps = [(fold(step.nodes), step.phases[0]) for step in found.order if step.phases != ("run",)]
    assert steps == [
        ("head", "install"),
        ("puppet", "install"),
        ("ldap,proxy", "install"),
        ("nfs", "install"),
        ("head", "configure"),
        ("int[1-2]", "install"),
        ("worker[01-32]", "install"),
    ]
