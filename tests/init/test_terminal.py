"""The questions as a person meets them, on a terminal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clusterdef.cli import exits
from clusterdef.initial import ASKED
from clusterdef.site import load
from tests.terminal import Terminal

pytestmark = pytest.mark.system

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE ada@example.org"


def terminal(folder: Path, *words: str) -> Terminal:
    """`clusterdef init` at the desk of somebody whose home is empty."""
    (folder / "home").mkdir(exist_ok=True)
    return Terminal(["init", *words], folder, {**os.environ, "HOME": str(folder / "home")})


def test_enter_takes_the_defaults(tmp_path: Path) -> None:
    with terminal(tmp_path, "mysite", "--no-git") as desk:
        for text in ASKED.values():
            desk.expect(f"  {text} [")
            desk.expect("]: ")
            desk.answer()
        desk.expect("ssh public key (Enter: later): ")
        desk.answer()
        assert desk.end() == exits.FINE
        assert "mysite: 10 machines in mysite/site.yaml" in desk.shown
    assert load(tmp_path / "mysite" / "site.yaml").cluster is not None


def test_a_wrong_answer_is_told_and_asked_again(tmp_path: Path) -> None:
    (tmp_path / "ada.pub").write_text(f"{KEY}\n")
    given = {"name": "tier3", "subnet": "198.51.100.0/24", "workers": "12"}
    with terminal(tmp_path, "mysite", "--no-git", "--admin", "ada") as desk:
        for key, text in ASKED.items():
            if key == "admin":
                continue
            desk.expect(f"  {text} [")
            desk.expect("]: ")
            if key == "head-address":
                desk.answer("192.0.2.10")
                desk.expect("head-address cannot be '192.0.2.10': it is not in 198.51.100.0/24")
                desk.expect("]: ")
                desk.answer("198.51.100.20")
                continue
            desk.answer(given.get(key, ""))
        desk.expect("file with ada's ssh public key")
        desk.answer("nowhere.pub")
        desk.expect("nowhere.pub cannot be read: no such file or directory")
        desk.expect(": ")
        desk.answer("ada.pub")
        assert desk.end() == exits.FINE
    cluster = load(tmp_path / "mysite" / "site.yaml").cluster
    assert cluster is not None
    assert (cluster.name, cluster.admins[0].keys) == ("tier3", (KEY,))
    assert str(cluster.nodes["head"].interfaces[0].address) == "198.51.100.20"
    assert "worker12" in cluster.nodes


def test_yes_asks_nothing(tmp_path: Path) -> None:
    with terminal(tmp_path, "mysite", "--no-git", "-y") as desk:
        assert desk.end() == exits.FINE
        assert "[" not in desk.shown


def test_a_folder_that_is_taken_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "mysite").mkdir()
    (tmp_path / "mysite" / "letter").write_text("mine")
    with terminal(tmp_path, "mysite") as desk:
        assert desk.end() == exits.WORLD
        assert "mysite is there already" in desk.shown
        assert "[" not in desk.shown


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with terminal(tmp_path, "mysite") as desk:
        desk.expect("]: ")
        assert desk.interrupt() == exits.INTERRUPTED
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
