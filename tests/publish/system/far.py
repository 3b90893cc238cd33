"""Another machine, with a tree of its own in the place where the head has its tree, behind a real sshd."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from collections.abc import Iterator

from tests.conftest import find_program
from tests.publish.stage import Stage
from tests.publish.system.lab import do, end, soon

SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/mine.pub
PidFile {folder}/sshd.pid
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
SetEnv PATH={tools}:/usr/bin:/bin
"""
SSH = """\
Host 10.77.0.2
  HostName 127.0.0.1
  Port {port}
  IdentityFile {folder}/mine
  IdentitiesOnly yes
  UserKnownHostsFile {folder}/known
  StrictHostKeyChecking yes
"""
HIDDEN = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
"""In a mount namespace: the far tree stands where the head's stands outside."""
PRIVATE = f"mount -t tmpfs tmpfs /run && mkdir /run/sshd && {HIDDEN}"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        number: int = asked.getsockname()[1]
        return number


class Far:
    """The other machine. `tree` is its tree as seen from outside; `config` is how ssh gets there."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.folder = stage.folder / "ssh"
        self.tree = stage.folder / "far"
        self.tools = stage.folder / "far-tools"
        self.port = free_port()
        self.config = self.folder / "config"
        for folder in (self.folder, self.tree, self.tools, stage.live):
            folder.mkdir(exist_ok=True)

    def __str__(self) -> str:
        return str(self.config)

    def inside(self, *words: str) -> list[str]:
        """The command line that runs `words` there, without ssh."""
        return ["unshare", "-m", "sh", "-c", HIDDEN, "sh", str(self.tree), str(self.stage.live), *words]

    def up(self) -> None:
        """Keys of its own, and a daemon that keeps to loopback."""
        for name in ("host", "mine"):
            do("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name))
        key = (self.folder / "host.pub").read_text()
        (self.folder / "known").write_text(f"[127.0.0.1]:{self.port} {key}")
        self.config.write_text(SSH.format(port=self.port, folder=self.folder))
        file = self.folder / "sshd_config"
        file.write_text(SSHD.format(port=self.port, folder=self.folder, tools=self.tools))
        words = [find_program("sshd"), "-f", str(file), "-E", str(self.folder / "log")]
        do("unshare", "-m", "sh", "-c", PRIVATE, "sh", str(self.tree), str(self.stage.live), *words)
        if not soon((self.folder / "sshd.pid").exists):
            raise RuntimeError((self.folder / "log").read_text())

    def down(self) -> None:
        """End the daemon."""
        file = self.folder / "sshd.pid"
        if file.exists():
            end(int(file.read_text()))

    def files(self) -> set[str]:
        """What is live there."""
        top = self.tree / "current"
        return {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}

    def number(self) -> str:
        """The number of what is live there; empty when nothing ever was."""
        link = self.tree / "current"
        return str(link.readlink()) if link.is_symlink() else ""


@contextlib.contextmanager
def far(stage: Stage) -> Iterator[Far]:
    """Another machine that is always taken away; where a test fails, what its daemon wrote is printed."""
    made = Far(stage)
    try:
        made.up()
        yield made
    except BaseException:
        log = made.folder / "log"
        print(log.read_text() if log.exists() else "sshd wrote nothing")
        raise
    finally:
        made.down()


def run(words: list[str], stage: Stage) -> subprocess.CompletedProcess[str]:
    """Run a program with the stage's own tools first."""
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=120,
        env=stage.environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
