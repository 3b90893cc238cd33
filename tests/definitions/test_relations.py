"""The shipped definitions together: every name that one uses, another has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.definitions.shipped import (
    EXTERNAL,
    LAYOUTS,
    MODULES,
    PARAMETERS,
    PROVIDED,
    ROLES,
    ROOT,
    choices,
    complaints,
    modules_of,
    names,
)

CORE = {"dhcp", "boot-files", "install-files", "configuration", "hypervisor", "gateway"}
"""Services that the way a machine is installed asks for."""

AT_INSTALLATION = CORE - {"configuration"} | {"dns", "time", "logs"}
"""Services of the head that answer before any configuration server exists."""


def strings(value: Any) -> Iterator[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def references(value: Any) -> list[list[str]]:
    """The references inside a value, as paths."""
    return [found.split(".") for text in strings(value) for found in re.findall(r"\$\{([^{}]*)\}", text)]


def role_parameters() -> Iterator[tuple[str, str, Any]]:
    for role, data in ROLES.items():
        for name, value in data.get("parameters", {}).items():
            yield role, name, value


@pytest.mark.parametrize("role", ROLES)
def test_role_names_what_exists(role: str) -> None:
    assert set(names(role, "include")) <= set(ROLES)
    assert set(names(role, "modules")) <= set(MODULES)
    assert ROLES[role].get("disk_layout", "plain") in LAYOUTS


@pytest.mark.parametrize("role", ROLES)
def test_health_names_checks_of_modules_that_the_role_brings(role: str) -> None:
    for name in ROLES[role].get("health", ()):
        module, _, check = name.partition(".")
        assert check in MODULES[module].get("checks", {}), name
        assert module in modules_of(role), f"{name}: role {role} does not bring {module}"


@pytest.mark.parametrize(
    "role", [role for role, data in ROLES.items() if "everywhere" not in data and "health" in data]
)
def test_role_says_what_its_loss_means(role: str) -> None:
    assert len(ROLES[role]["runbook"]) > 40


def test_every_module_is_used_by_a_role() -> None:
    assert set(MODULES) == {module for role in ROLES for module in names(role, "modules")}


def test_every_check_tells_what_it_proves_and_is_somebodys_health() -> None:
    used = {name for data in ROLES.values() for name in data.get("health", ())}
    every = {
        f"{module}.{check}": rule for module, data in MODULES.items() for check, rule in data.get("checks", {}).items()
    }
    assert used <= set(every)
    assert [name for name, rule in every.items() if "description" not in rule] == []


@pytest.mark.parametrize("role", ROLES)
def test_choice_of_a_parameter_covers_its_values(role: str) -> None:
    for item in [*choices(role, "include"), *choices(role, "modules")]:
        assert item["description"]
        if "." in item["choose"]:
            module, _, name = item["choose"].partition(".")
            assert set(item["from"]) == set(PARAMETERS[module, name]["enum"])


def test_choices_by_one_word_have_the_same_values_everywhere() -> None:
    answers: dict[str, set[str]] = {}
    for role in ROLES:
        for item in choices(role, "include"):
            assert answers.setdefault(item["choose"], set(item["from"])) == set(item["from"])
    assert answers["batch"] == {"slurm", "htcondor", "none"}


def test_role_parameters_exist_and_fit() -> None:
    for role, key, value in role_parameters():
        module, _, name = key.partition(".")
        parameter = PARAMETERS[module, name]
        assert module in modules_of(role), f"role {role} sets {key}, but never brings {module}"
        if not references(value):
            rule = {
                word: parameter[word] for word in ("type", "enum", "items", "pattern", "minimum") if word in parameter
            }
            assert complaints(rule, value) == [], f"{role}: {key}"


@pytest.mark.parametrize("module", MODULES)
def test_module_names_what_exists(module: str) -> None:
    data = MODULES[module]
    own = data.get("parameters", {})
    spoken = [data.get("ports", []), data.get("provides", {})]
    assert {text.removeprefix("parameter:") for text in strings(spoken) if text.startswith("parameter:")} <= set(own)
    assert set(data.get("conflicts", ())) <= set(MODULES)
    assert {rule["class"] for rule in own.values() if "class" in rule} <= set(data["classes"])


@pytest.mark.parametrize("module", MODULES)
def test_conflicts_are_mutual(module: str) -> None:
    assert all(module in MODULES[other].get("conflicts", ()) for other in MODULES[module].get("conflicts", ()))


@pytest.mark.parametrize("module", MODULES)
def test_sources_of_ports_are_lists_of_networks(module: str) -> None:
    for port in MODULES[module].get("ports", ()):
        if port["from"].startswith("parameter:"):
            parameter = PARAMETERS[module, port["from"].removeprefix("parameter:")]
            assert parameter["type"] == "array"
            assert parameter["items"]["format"] == "network"


def opened(module: str) -> set[int]:
    """The port numbers a module lets in, single ones only."""
    said = [port.get(protocol) for port in MODULES[module].get("ports", ()) for protocol in ("tcp", "udp")]
    return {
        number
        for numbers in said
        for number in (numbers if isinstance(numbers, list) else [numbers])
        if isinstance(number, int)
    }


@pytest.mark.parametrize("module", MODULES)
def test_port_of_a_service_is_opened(module: str) -> None:
    """What is offered on a port is let in, if not by the module then by one that always comes with it."""
    offered = {terms["port"] for terms in MODULES[module].get("provides", {}).values() if "port" in terms}
    for role in [role for role in ROLES if module in names(role, "modules")]:
        assert offered <= {number for beside in names(role, "modules") for number in opened(beside)}, role


@pytest.mark.parametrize("module", MODULES)
def test_checks_speak_of_services_that_the_module_knows(module: str) -> None:
    known = {"address", "name", "user", *MODULES[module].get("provides", {}), *MODULES[module].get("requires", {})}
    for name, check in MODULES[module].get("checks", {}).items():
        assert set(re.findall(r"\{([^{}]*)\}", check.get("run", ""))) <= known, f"{module}.{name}"


def test_checks_from_a_consumer_belong_to_a_service() -> None:
    for module, data in MODULES.items():
        if any(check.get("from") == "consumer" for check in data.get("checks", {}).values()):
            assert data.get("provides"), f"{module} has consumers only if it provides something"


@pytest.mark.parametrize("module", MODULES)
def test_references_to_services_are_required(module: str) -> None:
    """A default that needs a service says so in `requires`; where it may be missing, the value may be too.

    An optional parameter may also use the mere name of a service that the module does not wait for.
    """
    requires = MODULES[module].get("requires", {})
    for name, parameter in MODULES[module].get("parameters", {}).items():
        optional = parameter.get("optional", False)
        for path in references(parameter.get("default")):
            if path[0] == "service":
                assert requires.get(path[1], {"optional": True}).get("optional", False) == optional, f"{module}.{name}"
                assert path[1] in PROVIDED | EXTERNAL, f"{module}.{name}"
            if path[0] == "parameters":
                assert tuple(path[1:]) in PARAMETERS, f"{module}.{name}"


@pytest.mark.parametrize("role", ROLES)
def test_references_to_parameters_find_their_module_on_the_same_machine(role: str) -> None:
    for module in modules_of(role):
        for path in references([rule.get("default") for rule in MODULES[module].get("parameters", {}).values()]):
            if path[0] == "parameters":
                assert path[1] in modules_of(role), f"role {role}: {module} looks at {path[1]}"


@pytest.mark.parametrize("role", ROLES)
def test_required_services_are_provided_by_somebody(role: str) -> None:
    for module in modules_of(role):
        for service, terms in MODULES[module].get("requires", {}).items():
            assert service in PROVIDED | EXTERNAL, f"{module}: {service}"
            assert terms.get("optional") or service in PROVIDED, (
                f"{module} cannot do without {service}, which only others provide"
            )


def test_external_services_are_documented() -> None:
    text = (ROOT / "roles" / "README.md").read_text("utf-8")
    assert [service for service in sorted(PROVIDED | EXTERNAL) if f"`{service}`" not in text] == []


def test_boot_chain_finds_its_services() -> None:
    phases = {
        name: terms.get("phase", "configure")
        for data in MODULES.values()
        for name, terms in data.get("provides", {}).items()
    }
    assert set(phases) >= CORE
    assert {name for name, phase in phases.items() if phase == "install"} == AT_INSTALLATION
    needed = {service for data in MODULES.values() for service in data.get("requires", {})}
    assert not needed & (CORE - {"configuration"}), "the core knows what installing a machine needs"


def test_parameters_that_outputs_and_manuals_speak_of() -> None:
    spoken = (
        "htcondor.slots nfs.exports firewall.mode firewall.extra frontier_squid.clients users.root_password munge.key"
    )
    assert {tuple(name.split(".")) for name in spoken.split()} <= set(PARAMETERS)
