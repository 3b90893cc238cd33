"""Catalogs of every machine of every example, by what the classifier says and with the shipped code."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clusterdef import site
from clusterdef.model import Cluster, Node
from tests.golden.golden import cases
from tests.outputs.clusters import made
from tests.outputs.system.test_hiera import stubs, write
from tests.puppet.module import HOME, PACKAGED, SYSTEMS, modules
from tests.puppet.system.tools import places, run

RUN = Path(__file__).with_name("compile.rb")
FACTS = json.loads(SYSTEMS.read_text("utf-8"))
MACHINE = {
    "kernel": "Linux",
    "service_provider": "systemd",
    "virtual": "physical",
    "path": "/usr/sbin:/usr/bin:/sbin:/bin",
    "memory": {"system": {"total_bytes": 24 << 30}},
    "processors": {"count": 8},
}
Row = dict[str, Any]


def facts(node: Node) -> Row:
    """What such a machine would tell of itself."""
    assert node.os
    family, release = node.os.family, str(node.os.release).split(".")[0]
    network = {"fqdn": node.certname, "hostname": node.name, "domain": node.certname.partition(".")[2]}
    return {**MACHINE, "networking": network, **FACTS[f"{family}{release}"]}


SLOT = re.compile(r"@@cd:secret:[^@]*@@")


def environment(folder: Path, cluster: Cluster, files: dict[str, str]) -> None:
    """Hiera as it was made, classes as they were written; a class without code takes what its definition says."""
    for path, text in files.items():
        if path.startswith("puppet/") and not path.startswith("puppet/manifests/"):
            write(folder / path.removeprefix("puppet/"), SLOT.sub("a secret", text))
    coded = {module.name for module in modules()}
    for module in cluster.modules.values():
        for its_class, text in stubs(module).items() if module.name not in coded else ():
            first, *rest = its_class.split("::")
            write(folder / "stubs" / first / "manifests" / f"{'/'.join(rest) or 'init'}.pp", text)
    write(folder / "environment.conf", f"modulepath = {folder / 'stubs'}:{HOME}:{PACKAGED}\n")


def wanted(name: str, cluster: Cluster, files: dict[str, str]) -> Iterator[Row]:
    for node in cluster.nodes.values():
        document = f"enc/{node.certname}.json"
        if document in files and node.os and f"{node.os.family}{str(node.os.release).split('.')[0]}" in FACTS:
            told = json.loads(files[document])
            row = {key: told[key] for key in ("classes", "parameters")}
            yield {"environment": name, "certname": node.certname, "facts": facts(node), **row}


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with an environment for each example."""
    folder = tmp_path_factory.mktemp("code")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def rows(code: Path) -> list[Row]:
    """What is to be compiled."""
    found: list[Row] = []
    for number, case in enumerate(cases()):
        cluster = site.load(case.site).cluster
        assert cluster, case
        files = made(cluster, "classify", "hiera")
        name = f"case{number}"
        environment(code / "environments" / name, cluster, files)
        found += wanted(name, cluster, files)
    return found


def test_every_machine_of_every_example_gets_its_catalog(
    ruby: str, code: Path, rows: list[Row], tmp_path: Path
) -> None:
    options = [*places(tmp_path), f"--codedir={code}"]
    done = run([ruby, str(RUN), *options], tmp_path, json.dumps(rows))
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    wrong = {(row["environment"], row["certname"]): one for row, one in zip(rows, found, strict=True) if "error" in one}
    assert wrong == {}, json.dumps([*wrong.values()][:3], indent=2) + done.stderr[-2000:]
    assert len(rows) > 150
    families = {row["facts"]["os"]["family"] for row in rows}
    assert families == {"RedHat", "Debian"}
