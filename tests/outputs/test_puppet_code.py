"""The Puppet code of a cluster's modules is part of what is generated, as it stands on the shelves."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from clusterdef import puppet_code, site
from clusterdef.cli import main
from clusterdef.problem import Refused
from tests.golden.golden import EXAMPLE
from tests.house.package import ROOT

SHELF = ROOT / "puppet" / "modules"
PLACE = "puppet/modules"


def below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def generated(folder: Path, definition: Path = EXAMPLE) -> Mapping[str, bytes]:
    assert main(["generate", str(definition), "-o", str(folder)]) == 0
    return below(folder / "current" / PLACE)


def test_every_module_of_the_cluster_is_there_and_no_other(tmp_path: Path) -> None:
    made = generated(tmp_path)
    cluster = site.load(EXAMPLE).cluster
    assert cluster
    coded = {name for name in cluster.modules if (SHELF / name / "manifests").is_dir()}
    assert {path.split("/")[0] for path in made} == coded < {folder.name for folder in SHELF.iterdir()}
    for path, content in made.items():
        assert content == (SHELF / path).read_bytes(), path


def test_what_a_server_does_not_read_stays_behind(tmp_path: Path) -> None:
    parts = {path.split("/")[1] for path in generated(tmp_path)}
    assert {"manifests", "templates", "data", "hiera.yaml", "metadata.json"} <= parts
    assert parts.isdisjoint({"spec", "module.json", "README.md"})


def test_a_changed_manifest_of_the_site_makes_a_new_generation(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE.parent, tmp_path / "site", ignore=shutil.ignore_patterns("generated"))
    own = shutil.copytree(SHELF / "chrony", folder / "modules" / "chrony")
    before = generated(tmp_path / "tree", folder / "site.yaml")
    manifest = own / "manifests" / "init.pp"
    manifest.write_text(manifest.read_text() + "# changed\n")
    after = generated(tmp_path / "tree", folder / "site.yaml")
    assert [path for path in after if before[path] != after[path]] == ["chrony/manifests/init.pp"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m" / "files").mkdir(parents=True)
    (tmp_path / "m" / "files" / "x").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="link"):
        list(puppet_code.files({"m": tmp_path / "m"}))
