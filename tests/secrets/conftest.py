"""A site with secrets, in a folder of its own, and a way to run commands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusterdef.initial.folder import files
from clusterdef.verbs.init import answered, questions_for
from tests.cli.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A site as init begins it, with a machine that has a certificate, and no secrets yet."""
    folder = tmp_path / "site"
    answers, _ = answered({}, questions_for(folder))
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CLUSTERDEF_SITE", raising=False)
    shell = Shell(folder, capsys)
    for name, text in files(answers, ()).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    site = (folder / "site.yaml").read_text("utf-8")
    shell.write(site.replace("{role: interactive,", "{role: [interactive, grid-host],"))
    return shell
