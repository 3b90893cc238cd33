"""Small sites for tests: a text, put where the resolver finds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clusterdef.inputs import read
from clusterdef.model import Cluster
from clusterdef.problem import Severity
from clusterdef.resolve import Resolution, resolve

HEAD = """\
clusterdef: 1
cluster: {name: mini, os: el9}
os: {el9: {family: el, release: 9.6, media: el9-dvd}}
"""


def module(**content: Any) -> dict[str, Any]:
    """A module definition with what every module has."""
    return {"description": "a module of this test", "classes": [], **content}


def role(**content: Any) -> dict[str, Any]:
    """A role definition with what every role has."""
    return {"description": "a role of this test", **content}


def resolution(folder: Path, text: str, **definitions: dict[str, dict[str, Any]]) -> Resolution:
    """Resolve a site of this text; `roles` and `modules` go to the site's own shelf."""
    (folder / "site.yaml").write_text(HEAD + text, "utf-8")
    for kind, entries in definitions.items():
        for name, content in entries.items():
            place = folder / kind / name
            place.mkdir(parents=True)
            (place / f"{kind.removesuffix('s')}.json").write_text(json.dumps(content), "utf-8")
    return resolve(read(folder / "site.yaml"))


def cluster(folder: Path, text: str, **definitions: dict[str, dict[str, Any]]) -> Cluster:
    """The cluster of a site that has no errors."""
    found = resolution(folder, text, **definitions)
    errors = [problem for problem in found.problems if problem.severity is Severity.ERROR]
    assert not errors, errors
    assert found.cluster
    return found.cluster
