"""The linters are tests: what they say is shown, with paths that an editor can jump to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.package import ROOT, assemble, mapping

BIN = Path(sys.executable).parent
VIEW = ROOT / ".cache" / "package"

# The last two follow imports, so they read the package in the shape it has once it is installed.
LINTERS = {
    "ruff check": (ROOT, ["ruff", "check", "--quiet", "--output-format=concise", "."]),
    "ruff format": (ROOT, ["ruff", "format", "--check", "--quiet", "--diff", "."]),
    "mypy": (VIEW, ["mypy", "--config-file", str(ROOT / "pyproject.toml"), "--package", "clusterdef"]),
    "import contracts": (VIEW, ["lint-imports", "--config", str(ROOT / "pyproject.toml"), "--no-cache"]),
}


@pytest.mark.parametrize("name", LINTERS)
def test_linter_has_nothing_to_say(name: str) -> None:
    place, (program, *arguments) = LINTERS[name]
    assemble(VIEW)
    environment = os.environ | {"NO_COLOR": "1", "MYPY_CACHE_DIR": str(ROOT / ".cache" / "mypy")}
    done = subprocess.run(
        [str(BIN / program), *arguments], cwd=place, env=environment, capture_output=True, text=True, timeout=600
    )
    if done.returncode != 0:
        pytest.fail(f"{name}:\n{here(done.stdout + done.stderr)}", pytrace=False)


def here(output: str) -> str:
    """What a linter says about the installed shape, told in paths of the source tree."""
    for room, directory in mapping().items():
        output = output.replace("/".join(room.split(".")) + "/", f"{directory}/")
    return output


def test_paths_are_told_as_in_the_source_tree() -> None:
    assert here("clusterdef/generators/hosts/__init__.py:3: error") == "generators/hosts/__init__.py:3: error"
    assert here("clusterdef/problem.py:3: error") == "clusterdef/problem.py:3: error"
