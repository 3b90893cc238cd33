"""What setup.py asks for is pinned, whole and exact."""

from __future__ import annotations

import re
import runpy
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.package import ROOT


def pins(name: str) -> dict[str, str]:
    """Name and version of every pin of requirements/NAME.txt and of the files it includes."""
    found: dict[str, str] = {}
    for line in (ROOT / "requirements" / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("-r "):
            found |= pins(line.removeprefix("-r ").removesuffix(".txt").strip())
        elif line and not line.startswith("#"):
            package, _, version = line.partition("==")
            found[canonicalize_name(package)] = version
    return found


def asked(name: str) -> list[Requirement]:
    """The requirements that setup.py lists under NAME."""
    return [Requirement(text) for text in runpy.run_path(str(ROOT / "setup.py"))[name]]


def below(requirement: Requirement) -> set[str]:
    """A requirement and everything it pulls in here, by name."""
    known: set[str] = set()
    waiting = [requirement]
    while waiting:
        current = waiting.pop()
        name = canonicalize_name(current.name)
        if name not in known:
            known.add(name)
            waiting += [one for text in metadata.requires(name) or () if wanted(one := Requirement(text))]
    return known


def wanted(requirement: Requirement) -> bool:
    """True when a requirement holds here without any extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


@pytest.mark.parametrize(("listed", "file"), [("RUNTIME", "runtime"), ("TEST", "test")])
def test_everything_asked_for_is_pinned_within_its_range(listed: str, file: str) -> None:
    pinned = pins(file)
    for requirement in asked(listed):
        assert below(requirement) <= pinned.keys(), f"pin what {requirement} pulls in"
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("file", ["build", "runtime", "test"])
def test_pins_are_exact_and_installed(file: str) -> None:
    for package, version in pins(file).items():
        assert re.fullmatch(r"[0-9][0-9A-Za-z.+]*", version), f"{package} is not pinned exactly"
        assert metadata.version(package) == version, f"{package}: run `make test` to install the pins"
