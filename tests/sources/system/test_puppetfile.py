"""r10k and g10k take the Puppetfile, and what they install is what was locked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from clusterdef import code_lock
from clusterdef.cli import main
from clusterdef.fetched import digest
from tests.house.package import ROOT
from tests.sources.lab import ENVIRONMENT, Places, site

pytestmark = pytest.mark.system


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site whose modules are locked; its repositories are on this machine."""
    places = Places(tmp_path)
    places.repository("motd", "1.0.0", {"example/words": ">= 1.0.0"})
    places.repository("words", "1.0.0")
    git = {name: {"git": f"file://{tmp_path}/git/{name}.git", "ref": "main"} for name in ("motd", "words")}
    file = site(tmp_path, git["motd"], {"libraries": "packaged", "pins": {"words": git["words"]}})
    assert main(["module", "lock", "--site", str(file)]) == 0
    # What is locked is meant, whatever became of the branch.
    places.repository("motd", "2.0.0")
    return file.parent


def run(folder: Path, *words: str) -> None:
    home = {**ENVIRONMENT, "HOME": str(folder)}
    done = subprocess.run(words, cwd=folder, env=home, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"


def assert_as_locked(folder: Path, modules: Path) -> None:
    locked = code_lock.read(folder).modules
    assert sorted(locked) == ["motd", "words"]
    assert {name: digest(name, modules / name) for name in locked} == {
        name: one.content for name, one in locked.items()
    }


def test_r10k_installs_what_was_locked(folder: Path, program: Callable[[str], str]) -> None:
    run(folder, program("r10k"), "puppetfile", "check")
    run(folder, program("r10k"), "puppetfile", "install", "--moduledir", str(folder / "by-r10k"))
    assert_as_locked(folder, folder / "by-r10k")


def test_g10k_installs_what_was_locked(folder: Path, program: Callable[[str], str]) -> None:
    run(
        folder,
        program("g10k"),
        "-puppetfile",
        "-moduledir",
        str(folder / "by-g10k"),
        "-cachedir",
        str(folder / "cache"),
    )
    assert_as_locked(folder, folder / "by-g10k")


def test_r10k_takes_the_shipped_pins(tmp_path: Path, program: Callable[[str], str]) -> None:
    (tmp_path / "Puppetfile").write_bytes((ROOT / "puppet" / "Puppetfile").read_bytes())
    run(tmp_path, program("r10k"), "puppetfile", "check")
