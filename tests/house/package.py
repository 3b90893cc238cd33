"""The package as git holds it, and as it looks once it is installed. Nothing here asserts."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked(*under: str) -> list[str]:
    """Files that git holds and that are on disk, relative to the root, sorted."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z", "--", *under]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


def mapping() -> dict[str, str]:
    """Which directory is which room of the package, as setup.py says."""
    found = runpy.run_path(str(ROOT / "setup.py"))["PACKAGE_DIR"]
    return {str(room): str(directory) for room, directory in found.items()}


def installed() -> dict[str, str]:
    """Where each tracked file of the package stands in an installation: {path there: path here}."""
    return {
        "/".join([*room.split("."), name.removeprefix(f"{directory}/")]): name
        for room, directory in mapping().items()
        for name in tracked(directory)
    }


def copy_source(target: Path) -> Path:
    """A clean copy of what git holds, as a fresh clone would be."""
    for name in tracked():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)
    return target


def assemble(target: Path) -> Path:
    """The package in its installed shape, made of links to the sources, for tools that read imports."""
    for room, directory in mapping().items():
        place = target.joinpath(*room.split("."))
        if room == "clusterdef":
            place.mkdir(parents=True, exist_ok=True)
            for entry in (ROOT / directory).iterdir():
                _link(place / entry.name, entry)
        else:
            _link(place, ROOT / directory)
    for link in (target / "clusterdef").iterdir():
        if not link.exists():
            link.unlink(missing_ok=True)
    return target


def _link(link: Path, source: Path) -> None:
    if source.name != "__pycache__" and not link.is_symlink():
        try:
            link.symlink_to(source)
        except FileExistsError:
            return
