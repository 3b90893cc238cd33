"""Shipped definitions and templates that a site replaces: told when the shipped one has changed underneath."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from clusterdef.catalog import Catalog
from clusterdef.generator import Generator
from clusterdef.problem import Mark, Problem, Severity


def replaced(catalog: Catalog, generators: tuple[Generator, ...], templates: Path) -> dict[str, str]:
    """What the site replaces -> digest of the shipped file beneath it."""
    found = {f"{one.kind} {one.name}": _digest(one.over.file) for one in catalog.every() if one.over}
    for generator in generators:
        for file in sorted(generator.directory.rglob("*.j2")):
            name = f"{generator.name}/{file.relative_to(generator.directory)}"
            if (templates / name).is_file():
                found[f"template {name}"] = _digest(file)
    return found


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def changed_beneath(before: Mapping[str, str], now: Mapping[str, str], marks: Mapping[str, Mark]) -> Iterator[Problem]:
    """A note for each replaced file whose shipped original is another one than at the last generate."""
    for name, digest in now.items():
        if before.get(name, digest) != digest:
            yield Problem(
                "shipped-changed",
                f"{name} replaces the shipped one, which has changed since the last generate",
                marks.get(name),
                advice=("compare the two; a change that you want is not in yours",),
                severity=Severity.NOTE,
                subject=name,
            )
