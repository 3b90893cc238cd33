"""What is installed is what git holds, whichever way it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.package import ROOT, copy_source, installed, tracked

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("packaging")]

PIP = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
LOOK = """
import json, clusterdef, importlib.resources as resources
rooms = {room: str(resources.files(f"clusterdef.{room}")) for room in ("roles", "schemas", "generators", "puppet")}
print(json.dumps({"version": clusterdef.__version__, "package": clusterdef.__file__, "rooms": rooms}))
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """A fresh environment that borrows the libraries of the one running the tests, but not its clusterdef."""

    root: Path

    @property
    def site_packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", vars={"base": str(self.root)}))

    def run(self, program: str, *arguments: str) -> str:
        """What a program of this environment prints; it runs in the environment's own directory."""
        return shout([str(self.root / "bin" / program), *arguments], self.root)

    def brought(self) -> set[str]:
        """The names at the top of site-packages, the borrowing aside."""
        return {entry.name for entry in self.site_packages.iterdir()} - {"borrowed.pth"}


def shout(command: list[str], place: Path) -> str:
    """A command's output; a failing command fails the test with everything it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = Environment(tmp_path / "environment")
    shout([sys.executable, "-m", "venv", "--without-pip", str(made.root)], tmp_path)
    # The path of a .pth file is searched, but the .pth files in it are not read: no editable clusterdef comes along.
    (made.site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return copy_source(tmp_path / "source")


def build(source: Path, *arguments: str) -> Path:
    """The wheel that `python -m build` makes."""
    shout([sys.executable, "-m", "build", "--no-isolation", *arguments, "--outdir", "made", "."], source)
    (wheel,) = (source / "made").glob("*.whl")
    return wheel


def content(wheel: Path) -> dict[str, bytes]:
    """What a wheel puts into site-packages, its own description aside."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}


def expected() -> dict[str, bytes]:
    """What git says a wheel should put there."""
    return {there: (ROOT / here).read_bytes() for there, here in installed().items()}


def differences(wheel: dict[str, bytes], git: dict[str, bytes]) -> list[str]:
    """One line for each file in which the two differ, with what to do."""
    forgotten = [f"{name}: in git, not in the wheel; add its suffix to setup.py" for name in git.keys() - wheel.keys()]
    foreign = [f"{name}: in the wheel, not in git" for name in wheel.keys() - git.keys()]
    changed = [f"{name}: not the same bytes" for name in wheel.keys() & git.keys() if wheel[name] != git[name]]
    return sorted([*forgotten, *foreign, *changed])


def test_wheel_from_the_sources_is_what_git_holds(source: Path) -> None:
    assert differences(content(build(source, "--wheel")), expected()) == []


def test_wheel_from_the_sdist_is_what_git_holds(source: Path) -> None:
    assert differences(content(build(source)), expected()) == []


def test_an_old_build_brings_no_deleted_role_back(source: Path) -> None:
    ghost = source / "build" / "lib" / "clusterdef" / "roles" / "ghost" / "role.json"
    ghost.parent.mkdir(parents=True)
    ghost.write_text("{}")
    assert differences(content(build(source, "--wheel")), expected()) == []


@pytest.mark.parametrize("how", [["."], ["--editable", "."]], ids=["install", "editable"])
def test_an_installation_works_and_finds_what_was_shipped(
    how: list[str], source: Path, environment: Environment
) -> None:
    shout([str(environment.root / "bin" / "python"), *PIP, *how], source)
    assert "generate" in environment.run("clusterdef", "--help")
    assert environment.run("python", "-m", "clusterdef", "--help").count("generate")
    seen = json_of(environment)
    home = source if "--editable" in how else environment.site_packages
    assert Path(str(seen["package"])).is_relative_to(home)
    rooms = seen["rooms"]
    assert isinstance(rooms, dict)
    for room, place in rooms.items():
        assert Path(place).is_relative_to(home)
        assert {file.name for file in Path(place).iterdir()} >= top_level(room)


def test_site_packages_gets_clusterdef_only(source: Path, environment: Environment) -> None:
    shout([str(environment.root / "bin" / "python"), *PIP, "."], source)
    assert {name.split("-")[0] for name in environment.brought()} == {"clusterdef"}


def test_a_role_added_after_an_editable_install_is_found(source: Path, environment: Environment) -> None:
    shout([str(environment.root / "bin" / "python"), *PIP, "--editable", "."], source)
    shutil.copytree(source / "roles", source / "roles" / "newcomer", ignore=shutil.ignore_patterns("[!_]*"))
    (source / "roles" / "newcomer" / "role.json").write_text("{}")
    look = "import importlib.resources as r; print((r.files('clusterdef.roles') / 'newcomer' / 'role.json').is_file())"
    assert environment.run("python", "-c", look).strip() == "True"


def json_of(environment: Environment) -> dict[str, object]:
    """What an installed clusterdef says about itself."""
    found = json.loads(environment.run("python", "-c", LOOK))
    assert isinstance(found, dict)
    return found


def top_level(room: str) -> set[str]:
    """The names that git holds at the top of a room's directory."""
    return {Path(name).relative_to(room).parts[0] for name in tracked(room)}
