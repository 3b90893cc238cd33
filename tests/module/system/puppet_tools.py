"""Puppet's own tools as witnesses, run privately: their home is a directory of the test. Nothing here asserts."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MODULES = Path("/usr/share/puppet/modules")
NAMES = ("apache", "collectd", "concat", "firewall", "ntp", "postgresql", "ssh", "stdlib", "systemd")
"""Modules that Debian packages, by the folder each has below MODULES."""


def manifests() -> list[Path]:
    """Every manifest of those modules."""
    return sorted(file for name in NAMES for file in (MODULES / name / "manifests").rglob("*.pp"))


def strings(home: Path, puppet: str) -> dict[str, dict[str, Any]]:
    """What `puppet strings` says of each class in those manifests, by the class's name."""
    found = home / "strings.json"
    patterns = [f"{MODULES}/{name}/manifests/**/*.pp" for name in NAMES]
    places = ["--confdir", str(home / "conf"), "--vardir", str(home / "var")]
    _run([puppet, "strings", "generate", *places, "--format", "json", "--out", str(found), *patterns], home)
    return {one["name"]: one for one in json.loads(found.read_text("utf-8"))["puppet_classes"]}


def ask(home: Path, ruby: str, files: Sequence[Path] = (), values: Sequence[tuple[str, Any]] = ()) -> dict[str, Any]:
    """What Puppet's parser and type system say, see ask.rb."""
    asked = json.dumps({"files": [str(file) for file in files], "values": values})
    answer: dict[str, Any] = json.loads(_run([ruby, str(Path(__file__).with_name("ask.rb"))], home, asked))
    return answer


def _run(command: Sequence[str], home: Path, given: str = "") -> str:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=home, env=environment, input=given, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
