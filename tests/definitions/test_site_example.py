"""The example site and the fragments beside the roles: they have the shape of a site, and name what exists."""

from __future__ import annotations

import csv
import ipaddress
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from clusterdef.formats import FORMATS
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
