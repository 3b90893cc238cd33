"""Classes and parameters by both ways, and secrets by Hiera: catalogs of every machine of every example, by Puppet."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef import site
from clusterdef.languages import filled
from clusterdef.model import Cluster, Module, Parameter
from tests.golden.golden import cases
from tests.outputs.clusters import made, small

RUN = Path(__file__).with_name("compile.rb")
TYPES = {
    "string": "String",
    "integer": "Integer",
    "number": "Numeric",
    "boolean": "Boolean",
    "array": "Array",
    "object": "Hash",
    "null": "Undef",
}
CHOICE = "puppet_server.classify"
SAYS = '  notify { "$title": message => [$cd_cluster, $cd_node, $cd_roles, $cd_groups, $cd_rack] }\n'
"""What a stub does: it tells the machine's own parameters, as it sees them."""


def puppet_type(parameter: Parameter) -> str:
    """What its class takes, as the module's definition has it."""
    inner = ", ".join(TYPES[one] for one in parameter.type)
    one = inner if len(parameter.type) == 1 else f"Variant[{inner}]"
    return f"Optional[Sensitive[{one}]]" if parameter.secret else f"Optional[{one}]"


def stubs(module: Module) -> dict[str, str]:
    """Classes that take what the module's definition says, by name."""
    takes: dict[str, list[Parameter]] = {name: [] for name in module.classes}
    for one in module.parameters:
        if one.target:
            takes.setdefault(one.target[0], []).append(one)
    return {name: stub(name, parameters) for name, parameters in takes.items()}


def stub(name: str, parameters: list[Parameter]) -> str:
    rows = [f"  {puppet_type(one)} ${one.target[1]} = undef,\n" for one in parameters if one.target]
    return f"class {name}(\n{''.join(rows)}) {{\n{SAYS}}}\n"


def both_ways(cluster: Cluster) -> Cluster:
    """The same cluster where nobody has chosen one of the two ways, so that both are made."""
    nodes = {
        name: replace(node, parameters={key: one for key, one in node.parameters.items() if key != CHOICE})
        for name, node in cluster.nodes.items()
    }
    return replace(cluster, nodes=nodes)


class Compiler:
    """Environments of several sites below one directory, compiled together."""

    def __init__(self, ruby: str, folder: Path) -> None:
        self.ruby = ruby
        self.folder = folder
        self.wanted: list[dict[str, Any]] = []

    def add(self, name: str, cluster: Cluster, files: dict[str, str]) -> None:
        """Both ways of a cluster, for all its machines: `NAME_listed` and `NAME_classified`."""
        for way in ("listed", "classified"):
            self.environment(f"{name}_{way}", cluster, files, listed=way == "listed")
            for node in cluster.nodes.values():
                if not node.device:
                    told = json.loads(files[f"enc/{node.certname}.json"]) if way == "classified" else None
                    row = {"environment": f"{name}_{way}", "certname": node.certname, "classifier": told}
                    self.wanted.append(row)

    def environment(self, name: str, cluster: Cluster, files: dict[str, str], listed: bool) -> None:
        place = self.folder / "code" / "environments" / name
        for path, text in files.items():
            if path.startswith("puppet/") and (listed or not path.endswith(".pp")):
                write(place / path.removeprefix("puppet/"), text)
        (place / "manifests").mkdir(exist_ok=True, parents=True)
        for module in cluster.modules.values():
            for its_class, text in stubs(module).items():
                first, *rest = its_class.split("::")
                write(place / "modules" / first / "manifests" / f"{'/'.join(rest) or 'init'}.pp", text)

    def compiled(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What came out, by environment and certificate name."""
        places = [f"--{name}={self.folder / name[:-3]}" for name in ("confdir", "vardir", "codedir")]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [self.ruby, str(RUN), *places],
            input=json.dumps(self.wanted),
            capture_output=True,
            text=True,
            timeout=600,
            env=environment,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        found = json.loads(done.stdout.splitlines()[-1])
        names = ((one["environment"], one["certname"]) for one in self.wanted)
        return dict(zip(names, found, strict=True))


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def compiler(program: Callable[[str], str], tmp_path: Path) -> Compiler:
    program("puppet")
    return Compiler(program("ruby"), tmp_path)


def differing(found: dict[tuple[str, str], dict[str, Any]], names: Iterable[str]) -> list[str]:
    """Machines for which the ways differ, or one of them fails."""
    wrong = []
    for (environment, certname), listed in found.items():
        if environment.endswith("_listed"):
            classified = found[environment.replace("_listed", "_classified"), certname]
            if listed != classified or "error" in listed:
                wrong.append(f"{environment} {certname}: {listed.get('error') or classified.get('error') or 'differ'}")
    assert {environment.rsplit("_", 1)[0] for environment, _ in found} == set(names)
    return wrong


def test_every_machine_of_every_example_gets_the_same_by_both_ways(compiler: Compiler) -> None:
    names = []
    for case in {case.site: case for case in cases()}.values():
        loaded = site.load(case.site).cluster
        assert loaded
        cluster = both_ways(loaded)
        names.append(case.folder.name.replace("-", "_"))
        compiler.add(names[-1], cluster, made(cluster, "classify", "hiera"))
    found = compiler.compiled()
    assert differing(found, names)[:5] == []
    slots = {
        value["sensitive"].split(":")[2]
        for one in found.values()
        for parameters in one["resources"].values()
        for value in parameters.values()
        if isinstance(value, dict) and "sensitive" in value
    }
    assert {"users.root_password", "htcondor.pool_password"} <= slots


@pytest.mark.parametrize(("chosen", "made_for"), [("enc", "enc"), ("nodes.pp", "puppet")])
def test_only_the_way_that_is_chosen_is_made(chosen: str, made_for: str) -> None:
    cluster = small()
    server = replace(cluster.nodes["puppet"], parameters={CHOICE: chosen})
    files = made(replace(cluster, nodes={**cluster.nodes, "puppet": server}), "classify")
    assert {path.split("/")[0] for path in files} - {"puppet"} == {made_for} - {"puppet"}
    assert ("puppet/manifests/nodes.pp" in files) is (made_for == "puppet")


def test_a_secret_reaches_its_class_by_hiera_alone_and_is_sensitive(compiler: Compiler) -> None:
    files = made(small(), "classify", "hiera")
    compiler.add("small", small(), files)
    slot = "@@cd:secret:motd.x:quoted@@"
    for one in compiler.compiled().values():
        assert one["resources"]["Class[Motd]"]["secret"] == {"sensitive": slot}
    assert {path.split("/")[1] for path, text in files.items() if slot in text} == {"data"}


SECRET = "a'b\"c\\\n# %{trusted.certname} %{lookup('x')} %%{y}: {é}\t@@ - $z"


def test_no_secret_is_anything_but_itself_to_its_class(compiler: Compiler) -> None:
    files = {path: filled(text, lambda name, kind: SECRET) for path, text in made(small(), "classify", "hiera").items()}
    compiler.add("small", small(), files)
    for one in compiler.compiled().values():
        assert one["resources"]["Class[Motd]"]["secret"] == {"sensitive": SECRET}


def test_what_a_class_does_not_take_is_noticed(compiler: Compiler) -> None:
    cluster = small()
    odd = replace(cluster.nodes["worker01"], parameters={"chrony.servers": "no list"})
    cluster = replace(cluster, nodes={"worker01": odd})
    compiler.add("odd", cluster, made(cluster, "classify", "hiera"))
    assert [("expects" in one.get("error", ""), "servers" in one["error"]) for one in compiler.compiled().values()] == [
        (True, True)
    ] * 2
