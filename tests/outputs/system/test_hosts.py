"""/etc/hosts, read by the resolver of the C library."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.outputs.clusters import made, small


def looked_up(tmp_path: Path, *names: str) -> dict[str, str]:
    """What getent finds with our file in the place of /etc/hosts, in a mount namespace of its own."""
    file = tmp_path / "hosts"
    file.write_text(made(small(), "hosts")["hosts/hosts"])
    script = 'mount --bind "$0" /etc/hosts; for name; do getent -s files hosts "$name" || echo; done'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(file), *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return dict(zip(names, (" ".join(line.split()) for line in done.stdout.splitlines()), strict=True))


def test_every_name_is_found(tmp_path: Path) -> None:
    assert looked_up(tmp_path, "head", "head.physics.example.edu", "worker02-bmc", "10.10.0.9", "stranger") == {
        "head": "10.10.0.1 head.mytier3.internal head",
        "head.physics.example.edu": "192.0.2.10 head.physics.example.edu",
        "worker02-bmc": "10.20.2.2 worker02-bmc.mgmt.mytier3.internal worker02-bmc",
        "10.10.0.9": "10.10.0.9 service.mytier3.internal service",
        "stranger": "",
    }


def test_a_short_name_stands_once() -> None:
    words = [line.split("#")[0].split()[1:] for line in made(small(), "hosts")["hosts/hosts"].splitlines()]
    names = [name for line in words for name in line if "localhost" not in name]
    assert len(names) == len(set(names))
