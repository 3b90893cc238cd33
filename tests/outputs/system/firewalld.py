"""firewalld with a configuration of our own: its own program, without the daemon and its bus. Nothing here asserts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.conftest import find_program

CODE = """\
import sys
from firewall import config
config.set_system_config_paths(sys.argv[1])
from firewall.core.fw import Firewall
Firewall().start()
"""
"""What the daemon does when it starts, and no more: it reads its files and hands the rules to the kernel."""

PYTHON = "/usr/bin/python3"
"""The system's own, which has firewalld's libraries."""

FIREWALLD = (PYTHON, "-c", CODE)
ROOMS = ("zones", "policies", "services", "ipsets", "icmptypes", "helpers")


def configured(folder: Path, node: str, files: Mapping[str, str]) -> None:
    """A machine's generated files, in a folder as firewalld has it below /etc, with our zone as the default one."""
    find_program("firewall-offline-cmd")
    for room in ROOMS:
        (folder / room).mkdir(parents=True)
    (folder / "firewalld.conf").write_text("DefaultZone=clusterdef\nFirewallBackend=nftables\n")
    for path, text in files.items():
        if path.startswith(f"firewalld/{node}/"):
            (folder / path.removeprefix(f"firewalld/{node}/")).write_text(text)
