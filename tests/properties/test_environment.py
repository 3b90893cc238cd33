"""The same bytes wherever a site is generated: hash seed, language, time zone, working directory, umask."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given

from clusterdef.tree import snapshot
from tests.properties.made import folder
from tests.properties.sites import Site, sites
from tests.properties.thoroughness import seldom

PLACES: tuple[Mapping[str, str], ...] = (
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "4711", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Auckland", "COLUMNS": "20", "LANG": "tr_TR.UTF-8"},
)


Files = dict[str, tuple[int, bytes]]


def generated(site: Path, tree: Path, environment: Mapping[str, str], umask: int, cwd: Path) -> Files:
    """Mode and content of every file of the generation that a program of its own writes."""
    command = [sys.executable, "-m", "clusterdef", "generate", os.path.relpath(site, cwd), "-o", str(tree)]
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    done = subprocess.run(
        command,
        env={**kept, **environment},
        cwd=cwd,
        umask=umask,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = [file for file in (tree / "1").rglob("*") if file.is_file() and file.name != snapshot.NAME]
    return {str(file.relative_to(tree)): (file.stat().st_mode, file.read_bytes()) for file in files}


@seldom
@given(sites())
def test_the_same_generation(site: Site) -> None:
    with folder() as here:
        file = site.write(here / "site")
        first = generated(file, here / "one", PLACES[0], 0o022, here)
        second = generated(file, here / "other", PLACES[1], 0o077, file.parent)
        assert len(first) > 20
        assert first == second
