"""A later shelf may replace a role, a module or a template; generators of one name are an error."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from clusterdef import catalog
from clusterdef.cli import exits
from tests.cli.shell import SMALL, Shell

GENERATOR = {
    "description": "labels for the machines",
    "outputs": [
        {"name": "labels", "for_each": "node", "path": "labels/{{ node.name }}.txt", "template": "label.txt.j2"}
    ],
}


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A small site in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capsys)


def put(file: Path, content: object) -> None:
    """Write a file, JSON unless it is text."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def install(folder: Path, name: str, groups: dict[str, str]) -> None:
    """What `pip install` leaves of a package: its directory and its entry points."""
    put(folder / f"{name}-1.0.dist-info" / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    points = "\n".join(f"[{group}]\n{name} = {target}\n" for group, target in groups.items())
    put(folder / f"{name}-1.0.dist-info" / "entry_points.txt", points)


def test_a_site_replaces_a_shipped_role_and_keeps_what_it_replaced(tmp_path: Path) -> None:
    put(tmp_path / "roles" / "device" / "role.json", {"description": "ours", "device": True, "install": "none"})
    found = catalog.load(tmp_path).roles["device"]
    assert (found.shelf, found.document.file) == ("site", "roles/device/role.json")
    assert found.over
    assert found.over.shelf == "built-in"


def test_an_installed_package_brings_roles_and_generators(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    packages = tmp_path_factory.mktemp("packages")
    install(packages, "acmelab", {"clusterdef.roles": "acmelab.roles", "clusterdef.generators": "acmelab.generators"})
    for room in ("", "roles", "generators"):
        put(packages / "acmelab" / room / "__init__.py", "")
    put(packages / "acmelab" / "roles" / "scale" / "role.json", {"description": "a scale", "device": True})
    put(packages / "acmelab" / "generators" / "labels" / "generator.json", GENERATOR)
    put(packages / "acmelab" / "generators" / "labels" / "label.txt.j2", "{{ node.name }} weighs {{ weight }}\n")
    put(
        packages / "acmelab" / "generators" / "labels" / "__init__.py",
        "def context(node, cluster):\n    return {'weight': 7}\n",
    )
    monkeypatch.syspath_prepend(packages)
    shell.write(SMALL + "  s1: {role: scale, net: {net: 10.0.0.9}}\n")
    try:
        assert shell.run("generate").code == exits.FINE
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "acmelab"]:
            del sys.modules[name]
    assert Path("generated/current/labels/s1.txt").read_text("utf-8") == "s1 weighs 7\n"
    assert catalog.load(None).roles["scale"].shelf == "acmelab"


def test_a_site_adds_a_generator_without_python(shell: Shell) -> None:
    put(shell.folder / "generators" / "labels" / "generator.json", GENERATOR)
    put(shell.folder / "generators" / "labels" / "label.txt.j2", "{{ node.name }}: {{ node.primary.address }}\n")
    assert shell.run("generate").code == exits.FINE
    assert Path("generated/current/labels/w2.txt").read_text("utf-8") == "w2: 10.0.1.2\n"
    assert "labels" in shell.run("catalog").out


def test_python_in_a_sites_generator_is_never_run(shell: Shell) -> None:
    put(shell.folder / "generators" / "labels" / "generator.json", GENERATOR)
    put(shell.folder / "generators" / "labels" / "label.txt.j2", "{{ node.name }}\n")
    put(shell.folder / "generators" / "labels" / "__init__.py", "raise SystemExit('run')\n")
    assert shell.run("generate").code == exits.FINE


def test_a_template_that_fails_is_told_with_its_line(shell: Shell) -> None:
    put(shell.folder / "generators" / "labels" / "generator.json", GENERATOR)
    put(shell.folder / "generators" / "labels" / "label.txt.j2", "fine\n{{ node.nmae }}\n")
    said = shell.run("generate")
    assert said.code == exits.DEFINITION
    assert "generators/labels/label.txt.j2:2" in said.err
    assert not Path("generated/current").exists()


def test_two_generators_of_one_name_are_an_error_that_names_both(shell: Shell) -> None:
    put(shell.folder / "generators" / "hosts" / "generator.json", GENERATOR)
    said = shell.run("check")
    assert said.code == exits.DEFINITION
    assert "there are two generators called hosts" in said.out
    assert "on the shelf built-in already" in said.out


def test_a_replaced_template_is_told_when_the_shipped_one_changes(shell: Shell) -> None:
    put(shell.folder / "templates" / "hosts" / "hosts.hostsfile.j2", "127.0.0.1 localhost\n")
    assert shell.run("generate").code == exits.FINE
    assert Path("generated/current/hosts/hosts").read_text("utf-8") == "127.0.0.1 localhost\n"
    assert "shipped-changed" not in shell.run("check", "--format=line").out
    forget_the_shipped_one(shell)
    said = shell.run("check", "--format=line")
    assert "shipped-changed" in said.out
    assert "template hosts/hosts.hostsfile.j2" in said.out


def forget_the_shipped_one(shell: Shell) -> None:
    """Make the tree remember another shipped template than there is: a new generation with that fact."""
    from clusterdef import tree

    before = tree.current(Path("generated"))
    assert before
    facts = {**before.facts, "over": {"template hosts/hosts.hostsfile.j2": "0" * 64}}
    tree.write(Path("generated"), [], inputs="", version="0", facts=facts, carry=lambda entry: True)
