"""Each shipped definition by itself: its shape, its words, its defaults, its README."""

from __future__ import annotations

import re

import pytest

from tests.definitions.shipped import FOLDERS, LAYOUTS, MODULES, PARAMETERS, ROLES, complaints, shipped

REFERENCE = "${"
EVERY = [(kind, name) for kind in FOLDERS for name in shipped(kind)]
STATEMENT = {"description", "default", "optional", "example", "merge", "class", "name", "internal", "secret"}
"""What a parameter says beyond its JSON Schema."""


def rule_of(parameter: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in parameter.items() if key not in STATEMENT}


def test_a_tier_3_cluster_is_shipped() -> None:
    wanted = "base head puppet ldap proxy nfs interactive worker batch-manager xrootd-redirector xrootd-data device"
    batch = "htcondor-manager htcondor-submit htcondor-execute slurm-manager slurm-submit slurm-execute"
    assert set(wanted.split()) | set(batch.split()) <= set(ROLES)


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_definition_has_its_shape(kind: str, name: str) -> None:
    assert complaints({"$ref": f"{kind}.schema.json"}, shipped(kind)[name]) == []


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_definition_names_its_schema_for_editors(kind: str, name: str) -> None:
    file = FOLDERS[kind] / name / f"{kind}.json"
    schema = file.parent / shipped(kind)[name]["$schema"]
    assert schema.resolve().name == f"{kind}.schema.json"
    assert schema.exists()


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in EVERY if kind != "layout"])
def test_definition_has_a_readme(kind: str, name: str) -> None:
    text = (FOLDERS[kind] / name / "README.md").read_text("utf-8")
    assert text.startswith(f"# {name}\n")
    assert len(text.split()) >= 40, "say what it is for, what dies with it and where to look"


@pytest.mark.parametrize(("module", "name"), PARAMETERS)
def test_parameter_says_what_it_does(module: str, name: str) -> None:
    text = PARAMETERS[module, name]["description"]
    assert len(text) >= 20
    assert not text.endswith("."), "descriptions have no full stop"


@pytest.mark.parametrize(("module", "name"), PARAMETERS)
def test_inner_keys_say_what_they_do(module: str, name: str) -> None:
    inner = PARAMETERS[module, name].get("items", {}).get("properties", {})
    assert [key for key, rule in inner.items() if len(rule.get("description", "")) < 10] == []


@pytest.mark.parametrize(("module", "name"), [key for key, rule in PARAMETERS.items() if "default" in rule])
def test_default_fits_its_own_rule(module: str, name: str) -> None:
    parameter = PARAMETERS[module, name]
    if REFERENCE not in str(parameter["default"]):
        assert complaints(rule_of(parameter), parameter["default"]) == []


@pytest.mark.parametrize(("module", "name"), [key for key, rule in PARAMETERS.items() if "example" in rule])
def test_example_fits_its_own_rule(module: str, name: str) -> None:
    assert complaints(rule_of(PARAMETERS[module, name]), PARAMETERS[module, name]["example"]) == []


@pytest.mark.parametrize(("module", "name"), [key for key, rule in PARAMETERS.items() if "default" not in rule])
def test_parameter_without_a_default_can_be_asked_for(module: str, name: str) -> None:
    """Either nobody need say it, or it is a secret (which has a name by itself), or an example helps to answer."""
    parameter = PARAMETERS[module, name]
    assert parameter.get("optional") or parameter.get("format") == "secret" or "example" in parameter


@pytest.mark.parametrize(
    ("module", "name"), [key for key, rule in PARAMETERS.items() if rule.get("format") == "secret"]
)
def test_secret_says_how_it_comes_about(module: str, name: str) -> None:
    parameter = PARAMETERS[module, name]
    assert set(parameter["secret"]) == {"kind", "per"}
    assert "default" not in parameter, "the name is module.parameter by itself"


@pytest.mark.parametrize("module", MODULES)
def test_parameters_can_be_those_of_a_puppet_class(module: str) -> None:
    """Names that Puppet keeps for itself: metaparameters, and the variables every scope has."""
    taken = {"alias", "audit", "before", "consume", "export", "loglevel", "noop", "notify", "require", "schedule"}
    taken |= {"stage", "subscribe", "tag", "name", "title", "facts", "trusted", "server_facts", "module_name"}
    assert taken & MODULES[module].get("parameters", {}).keys() == set()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_has_a_root_and_at_most_one_volume_that_grows(layout: str) -> None:
    volumes = LAYOUTS[layout]["volumes"]
    mounts = [volume["mount"] for volume in volumes]
    assert "/" in mounts
    assert len(set(mounts)) == len(mounts)
    assert sum(volume.get("grow", False) for volume in volumes) == 1


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_nothing_of_another_site_is_in_it(kind: str, name: str) -> None:
    """Addresses and hosts in shipped text are those kept for documentation."""
    texts = [
        path.read_text("utf-8")
        for path in (FOLDERS[kind] / name).rglob("*")
        if path.suffix in (".json", ".md", ".yaml")
    ]
    for address in re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "\n".join(texts)):
        assert re.match(r"(10\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|0\.0\.0\.0|127\.0\.0\.1)", address), address
