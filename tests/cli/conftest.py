"""A shell for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A small site, with nothing of this machine's own environment in the way."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLUSTERDEF_SITE", raising=False)
    return Shell(tmp_path, capsys)
