"""Zones and policies of firewalld, read by its own checker and told back by it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import find_program
from tests.golden.golden import HOME, Case
from tests.outputs.system.firewalld import configured

CASE = Case(HOME / "firewall")
NODES = ("second", "desk2")


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    return {path: content.decode() for path, content in CASE.seen().items() if path.startswith("expected/firewalld/")}


def asked(folder: Path, *words: str) -> str:
    """What firewall-offline-cmd answers; what it only warns of is that other programs are missing."""
    command = [find_program("firewall-offline-cmd"), "--system-config", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # A rule that it does not understand is left out, with a warning and a good end.
    assert not {"ERROR", "WARNING"} & set(re.findall("[A-Z]+", done.stderr)), done.stderr
    return done.stdout


@pytest.fixture(params=NODES)
def node(request: pytest.FixtureRequest, files: Mapping[str, str], tmp_path: Path) -> Path:
    configured(
        tmp_path / request.param, request.param, {path.removeprefix("expected/"): text for path, text in files.items()}
    )
    return tmp_path / request.param


def test_its_checker_takes_every_file(node: Path) -> None:
    assert len(list(node.glob("*/*.xml"))) >= 3
    asked(node, "--check-config")


def test_its_checker_refuses_what_is_wrong(node: Path) -> None:
    file = node / "zones/clusterdef.xml"
    file.write_text(file.read_text().replace('address="10.10.0.0/16"', 'address="10.10.0.0/99"'))
    with pytest.raises(AssertionError, match="INVALID_ADDR"):
        asked(node, "--check-config")


def test_every_rule_is_told_back(node: Path) -> None:
    for kind, room in (("zone", "zones"), ("policy", "policies")):
        for file in (node / room).glob("*.xml"):
            told = [line for line in asked(node, f"--{kind}={file.stem}", "--list-rich-rules").splitlines() if line]
            assert len(told) == len(set(told)) == len(ElementTree.parse(file).findall("rule"))


def test_sources_pass_whole(node: Path) -> None:
    assert asked(node, "--zone=clusterdef-admins", "--list-sources").split() == ["203.0.113.0/25", "2001:db8:77::/48"]
    assert "target: ACCEPT" in asked(node, "--zone=clusterdef-trust", "--list-all")
    assert "target: default" in asked(node, "--zone=clusterdef", "--list-all")
