"""/etc/ethers, read by the resolver of the C library."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.outputs.clusters import made, small


def looked_up(tmp_path: Path, *words: str) -> dict[str, str]:
    """What getent finds in an /etc that holds nothing but our file, in a mount namespace of its own."""
    (tmp_path / "ethers").write_text(made(small(), "ethers")["ethers/ethers"])
    (tmp_path / "nsswitch.conf").write_text("ethers: files\n")
    script = 'mount --bind "$0" /etc; for word; do getent ethers "$word" || echo; done'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(tmp_path), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return dict(zip(words, (" ".join(line.split()) for line in done.stdout.splitlines()), strict=True))


def test_addresses_have_names_and_names_addresses(tmp_path: Path) -> None:
    found = looked_up(
        tmp_path,
        "02:00:5e:10:02:01",
        "worker01",
        "head",
        "head.physics.example.edu",
        "head-bmc.mgmt.mytier3.internal",
        "worker02",
    )
    assert {word: line.lower() for word, line in found.items()} == {
        "02:00:5e:10:02:01": "2:0:5e:10:2:1 worker01.mytier3.internal",
        "worker01": "2:0:5e:10:2:1 worker01",
        "head": "2:0:5e:10:0:2 head",
        "head.physics.example.edu": "2:0:5e:10:0:1 head.physics.example.edu",
        "head-bmc.mgmt.mytier3.internal": "2:0:5e:20:0:1 head-bmc.mgmt.mytier3.internal",
        "worker02": "",
    }
