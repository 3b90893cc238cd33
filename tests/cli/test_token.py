"""`clusterdef token arm`: a hash for the server, the token for the machine alone."""

from __future__ import annotations

import hashlib
import json
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
