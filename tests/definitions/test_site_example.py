"""The example site and the fragments beside the roles: they have the shape of a site, and name what exists."""

from __future__ import annotations

import csv
import ipaddress
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from clusterdef import inputs
from clusterdef.formats import FORMATS
from clusterdef.model import Cluster
from clusterdef.problem import Severity, as_line
from clusterdef.resolve import Resolution, resolve
from tests.definitions.shipped import MODULES, PARAMETERS, ROLES, ROOT, complaints

HOME = ROOT / "site-example"
FRAGMENTS = sorted((ROOT / "roles").glob("*/examples/*.yaml"))
SCHEMA = {"$ref": "site.schema.json"}


class Plain(yaml.SafeLoader):
    """Reads every scalar as text that is no integer, boolean or null: what clusterdef does."""


Plain.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("int", "-?(0|[1-9][0-9]*)", "-0123456789"),
    ("bool", "true|false", "tf"),
    ("null", "null|~|", "n~"),
):
    Plain.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def read(file: Path) -> Any:
    """The data of a YAML file."""
    return yaml.load(file.read_text("utf-8"), Plain)


def over(weak: Any, strong: Any) -> Any:
    """`strong` laid over `weak`, map by map."""
    if not (isinstance(weak, dict) and isinstance(strong, dict)):
        return strong
    return weak | {key: over(weak[key], value) if key in weak else value for key, value in strong.items()}


def parameters(site: Any) -> set[str]:
    """Every parameter that a site sets, anywhere."""
    places = [site, *site.get("roles", {}).values(), *site.get("groups", {}).values(), *site["nodes"].values()]
    return {name for place in places for name in place.get("parameters", {})}


SITE = read(HOME / "site.yaml")


@pytest.mark.parametrize(
    "fragment", [None, *FRAGMENTS], ids=lambda file: f"{file.parts[-3]}/{file.name}" if file else "site.yaml"
)
def test_site_has_its_shape_and_names_what_exists(fragment: Path | None) -> None:
    site = over(SITE, read(fragment)) if fragment else SITE
    assert complaints(SCHEMA, site) == []
    assert {name for name in parameters(site) if "." in name} <= {".".join(key) for key in PARAMETERS}
    roles = [node["role"] for node in site["nodes"].values()]
    assert {name for said in roles for name in ([said] if isinstance(said, str) else said)} <= set(ROLES)
    assert set(site.get("roles", {})) <= set(ROLES)


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_fragment_says_why_and_changes_something(fragment: Path) -> None:
    assert fragment.read_text("utf-8").startswith("# ")
    assert over(SITE, read(fragment)) != SITE


def test_externals_name_services_that_modules_ask_for() -> None:
    wanted = {service for data in MODULES.values() for service in data.get("requires", {})}
    for file in FRAGMENTS:
        assert {external["provides"] for external in read(file).get("external", {}).values()} <= wanted, file


def inventory() -> list[dict[str, str]]:
    with (HOME / SITE["inventory"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_inventory_is_filled_in() -> None:
    rows = inventory()
    assert list(rows[0]) == ["name", "network", "interface", "mac", "serial", "rack", "unit", "switch", "port"]
    assert {row["network"] for row in rows} <= set(SITE["networks"])
    assert [row["name"] for row in rows if not row["mac"] and row["interface"] != "bmc"] == ["worker17"]
    assert {row["name"] for row in rows} >= {"head", "nfs", "int1", "int2", "worker01", "worker32", "switch1"}


def test_inventory_gives_nothing_twice() -> None:
    rows = inventory()
    for columns in (("mac",), ("name", "network", "interface"), ("switch", "port")):
        found = [tuple(row[column] for column in columns) for row in rows if all(row[column] for column in columns)]
        assert len(set(found)) == len(found), columns
    places = {row["name"]: (row["rack"], row["unit"]) for row in rows}
    assert len(set(places.values())) == len(places)


def test_inventory_has_macs_that_belong_to_nobody() -> None:
    """Locally administered (IEEE 802, second bit of the first byte), so no card in the world has one of them."""
    macs = [row["mac"] for row in inventory() if row["mac"]]
    assert all(FORMATS["mac"](mac) and int(mac[:2], 16) & 0b11 == 0b10 for mac in macs)


def test_key_is_a_public_one() -> None:
    for key in SITE["admins"].values():
        assert re.fullmatch(r"ssh-ed25519 [A-Za-z0-9+/=]{68} \S+\n", (HOME / key).read_text("utf-8"))
    assert not [
        file
        for file in HOME.rglob("*")
        if "generated" not in file.parts and file.is_file() and b"PRIVATE KEY" in file.read_bytes()
    ]


def test_addresses_are_those_kept_for_examples() -> None:
    kept = [ipaddress.ip_network(net) for net in ("10.0.0.0/8", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for address in re.findall(r"\d+\.\d+\.\d+\.\d+", (HOME / "site.yaml").read_text("utf-8")):
        assert any(ipaddress.ip_address(address) in net for net in kept), address


def test_it_stays_calm() -> None:
    """It is what a reader sees first; what needs more lines than this needs a better schema."""
    lines = (HOME / "site.yaml").read_text("utf-8").splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 140


def resolved(site: Any, folder: Path) -> Resolution:
    """The example's folder with this site in it, resolved."""
    home = shutil.copytree(HOME, folder / "site", ignore=shutil.ignore_patterns("generated"))
    (home / "site.yaml").write_text(yaml.safe_dump(site, sort_keys=False), "utf-8")
    return resolve(inputs.read(home / "site.yaml"))


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    found = resolve(inputs.read(HOME / "site.yaml")).cluster
    assert found
    return found


def test_example_is_clean_but_for_the_mac_that_nobody_has_read_off() -> None:
    problems = resolve(inputs.read(HOME / "site.yaml")).problems
    assert [(problem.severity.word, problem.message.split()[0]) for problem in problems] == [("note", "worker17")]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_example_with_a_fragment_has_nothing_wrong(fragment: Path, tmp_path: Path) -> None:
    result = resolved(over(SITE, read(fragment)), tmp_path)
    assert [as_line(problem) for problem in result.problems if problem.severity is not Severity.NOTE] == []
    assert result.cluster


def test_machines_come_up_in_the_order_of_the_book(cluster: Cluster) -> None:
    """Nobody wrote it down: it follows from who needs what, and when."""
    workers = tuple(f"worker{number:02}" for number in range(1, 33))
    assert [(step.nodes, step.phases) for step in cluster.order] == [
        (("head",), ("install",)),
        (("puppet",), ("install", "configure", "run")),
        (("ldap", "proxy"), ("install", "configure", "run")),
        (("nfs",), ("install", "configure", "run")),
        (("head",), ("configure", "run")),
        (("int1", "int2"), ("install", "configure", "run")),
        (workers, ("install", "configure", "run")),
    ]


def test_order_is_the_same_with_slurm(tmp_path: Path) -> None:
    found = resolved(over(SITE, read(ROOT / "roles/batch-manager/examples/slurm.yaml")), tmp_path).cluster
    assert found
    assert [step.nodes[0] for step in found.order] == ["head", "puppet", "ldap", "nfs", "head", "int1", "worker01"]
    assert {"munge", "slurm_node"} <= set(found.nodes["worker01"].modules)
    assert not [name for node in found.nodes.values() for name in node.modules if name.startswith("htcondor")]


def test_firewall_mode_none_takes_the_module_out_of_every_role(tmp_path: Path) -> None:
    found = resolved(over(SITE, {"parameters": {"firewall.mode": "none"}}), tmp_path).cluster
    assert found
    assert [*found.having("firewall")] == []
    assert found.nodes["head"].parameters["nat.masquerade"] is True


def test_services_are_named_as_the_consumer_reaches_them(cluster: Cluster) -> None:
    parameters = cluster.nodes["worker07"].parameters
    assert parameters["cvmfs.proxies"] == ["http://proxy.mytier3.internal:3128"]
    assert parameters["cvmfs.servers"] == ["cvmfs-s1.example.org"]
    assert parameters["autofs.server"] == "nfs.mytier3.internal"
    assert parameters["htcondor.slots"] == 8
    assert cluster.nodes["int1"].parameters["puppet_agent.server"] == "puppet.mytier3.internal"
    assert cluster.nodes["head"].parameters["chrony.servers"] == ["192.0.2.123"]


def test_outside_services_speak_as_ours_do(tmp_path: Path) -> None:
    found = resolved(over(SITE, read(ROOT / "roles/proxy/examples/campus-cache.yaml")), tmp_path).cluster
    assert found
    usual = over(SITE, {"external": {"other": {"provides": "http-proxy", "at": ["cache.example.edu"]}}})
    proxies = found.nodes["worker07"].parameters["cvmfs.proxies"]
    assert proxies == ["http://proxy.mytier3.internal:3128", "http://squid.example.edu:8080"]
    (tmp_path / "usual").mkdir()
    other = resolved(usual, tmp_path / "usual").cluster
    assert other
    assert other.nodes["worker07"].parameters["cvmfs.proxies"][-1] == "http://cache.example.edu:3128"


def test_files_are_not_offered_to_management_controllers(cluster: Cluster) -> None:
    for key in ("nfs.clients", "xrootd_server.clients"):
        assert cluster.nodes["nfs"].parameters[key] == ["10.10.0.0/16"]
    assert cluster.nodes["proxy"].parameters["frontier_squid.clients"] == ["10.10.0.0/16"]


def test_secrets_are_names(cluster: Cluster) -> None:
    assert {secret.name for secret in cluster.secrets} == {
        "bmc.password",
        "htcondor.pool_password",
        "openldap.root_password",
        "users.root_password",
    }
