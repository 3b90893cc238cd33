"""`clusterdef token arm`: a hash for the server, the token for the machine alone."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import yaml

from clusterdef.cli import exits
from tests.cli.shell import EXAMPLE, Shell

NAME = "worker07.mytier3.internal"


def test_the_server_keeps_a_hash_and_the_machine_gets_the_token(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "tokens"
    folder.mkdir()
    said = shell.run("token", "arm", "worker07", "--site", str(EXAMPLE), "--tokens", str(folder), "--valid", "5")
    assert said.code == exits.FINE, said.err
    given = yaml.safe_load(said.out)
    assert given["extension_requests"] == {"pp_role": "worker", "pp_cluster": "mytier3"}
    token = given["custom_attributes"]["challengePassword"]
    kept = json.loads((folder / NAME).read_text())
    assert kept["sha256"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in (folder / NAME).read_text()
    assert 0 < kept["until"] - time.time() <= 300
    assert (folder / NAME).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in folder.iterdir()] == [NAME]
    again = shell.run("token", "arm", NAME, "--site", str(EXAMPLE), "--tokens", str(folder))
    assert yaml.safe_load(again.out)["custom_attributes"]["challengePassword"] != token


def test_who_gets_none_is_said(shell: Shell, tmp_path: Path) -> None:
    device = shell.run("token", "arm", "switch1", "--site", str(EXAMPLE), "--tokens", str(tmp_path))
    assert (device.code, "it is a device" in device.err) == (exits.USAGE, True)
    nowhere = shell.run("token", "arm", "worker07", "--site", str(EXAMPLE), "--tokens", str(tmp_path / "none"))
    assert (nowhere.code, "does not sign by tokens" in nowhere.err) == (exits.WORLD, True)


def test_a_server_that_cannot_be_reached_is_said(shell: Shell, tmp_path: Path) -> None:
    config = tmp_path / "ssh_config"
    config.write_text("Host *\n  ProxyCommand false\n")
    said = shell.run("token", "arm", "worker07", "--site", str(EXAMPLE), "--ssh-config", str(config))
    assert (said.code, "puppet cannot be reached" in said.err) == (exits.WORLD, True)


def test_the_head_hands_each_machine_its_own(shell: Shell, tmp_path: Path) -> None:
    tokens, handout = tmp_path / "tokens", tmp_path / "handout"
    tokens.mkdir()
    handout.mkdir(mode=0o750)
    (handout / "10.10.9.9").write_text("old\n")
    os.utime(handout / "10.10.9.9", (0, 0))
    places = ("--site", str(EXAMPLE), "--tokens", str(tokens), "--handout", str(handout))
    said = shell.run("token", "hand", "worker[07-08]", *places)
    assert (said.code, said.err) == (exits.FINE, "")
    assert said.out.startswith("worker[07-08] may get a certificate once, until ")
    for number in ("7", "8"):
        file = handout / f"10.10.2.{number}"
        kept = json.loads((tokens / f"worker0{number}.mytier3.internal").read_text())
        assert kept["sha256"] == hashlib.sha256(file.read_text().strip().encode()).hexdigest()
        assert file.stat().st_mode & 0o777 == 0o640
        assert file.read_text().strip() not in said.out
    assert sorted(file.name for file in handout.iterdir()) == ["10.10.2.7", "10.10.2.8"]


def test_nothing_is_armed_that_nobody_hands_out(shell: Shell, tmp_path: Path) -> None:
    places = ("--site", str(EXAMPLE), "--tokens", str(tmp_path), "--handout", str(tmp_path / "none"))
    said = shell.run("token", "hand", "worker07", *places)
    assert (said.code, "head hands out no tokens" in said.err) == (exits.WORLD, True)
    device = shell.run("token", "hand", "worker07,switch1", *places)
    assert device.code == exits.USAGE
    unknown = shell.run("token", "hand", "worker77", *places)
    assert (unknown.code, "worker77" in unknown.err) == (exits.USAGE, True)
    assert [file for file in tmp_path.iterdir() if "worker" in file.name] == []
