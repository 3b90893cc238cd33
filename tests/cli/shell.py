"""Runs commands in this process, as `clusterdef` would, and catches what they print."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path

import pytest

from clusterdef.cli import main

EXAMPLE = Path(__file__).parents[2] / "site-example" / "site.yaml"
SMALL = """\
clusterdef: 1
cluster: {name: mini, os: el9}
networks: {net: {subnet: 10.0.0.0/16, domain: mini.internal}}
os: {el9: {family: el, release: 9.6, media: el9-dvd}}
nodes:
  pdu1: {role: device, net: {net: 10.0.0.1}}
  w[1-3]: {role: device, net: {net: 10.0.1.1+}}
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command did: its exit code, and what it printed."""

    code: int
    out: str
    err: str


class Shell:
    """A folder with a small site, and a way to run commands in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.write(SMALL)

    def write(self, text: str) -> None:
        """Write site.yaml."""
        (self.folder / "site.yaml").write_text(text, "utf-8")

    def out(self) -> str:
        """What was printed since it was last asked."""
        return self._capsys.readouterr().out

    def run(self, *words: str) -> Said:
        """Run one command line."""
        try:
            code = main(words)
        finally:
            gc.enable()
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)
