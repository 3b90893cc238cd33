"""A machine of the test site: a whole systemd as process 1, a root layer and a network namespace of its own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.site.lan import namespace

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BOOT = 120
"""Seconds within which a machine is up; it takes one, and on a busy system twenty."""
STOP = 30


@dataclass(slots=True)
class Machine:
    """One machine: `root` is its file system as seen from here, `first` its process 1 while it runs.

    `shown` are directories of this machine that it sees too, and cannot write in; `shared` are those of several
    machines, by where they see them.
    """

    name: str
    base: Path
    place: Path
    space: str
    shown: tuple[Path, ...] = ()
    shared: dict[str, Path] = field(default_factory=dict)
    first: int = 0
    nspawn: subprocess.Popen[bytes] | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def root(self) -> Path:
        """Its file system."""
        return self.place / "root"

    def prepare(self) -> None:
        """An empty layer above the shared root; what an earlier life of the machine wrote is gone."""
        self._unmount()
        for name in ("upper", "work", "root"):
            shutil.rmtree(self.place / name, ignore_errors=True)
            (self.place / name).mkdir(parents=True)
        layers = f"lowerdir={self.base},upperdir={self.place / 'upper'},workdir={self.place / 'work'}"
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, self.root], timeout=30, check=True)
        self.write("/etc/hostname", f"{self.name}\n")
        # Nobody may set the clock of the machine that all of them stand on; chrony runs and leaves it alone.
        self.write("/etc/systemd/system/chrony.service.d/test.conf", "[Unit]\nConditionCapability=\n")
        self.write("/etc/default/chrony", 'DAEMON_OPTS="-F 1 -x"\n')
        # A user's manager that is stopped when nobody is logged in any more does not notice that it is gone, and who
        # comes in meanwhile waits for minutes.
        self.write("/etc/systemd/logind.conf.d/test.conf", "[Login]\nUserStopDelaySec=infinity\n")
        # Nor may anybody else than this machine divide its processors.
        self.write("/etc/libvirt/qemu.conf", "cgroup_controllers = []\n", 0o600)
        # A machine without an identity is on its first start, and systemd then enables every service there is.
        self.write("/etc/machine-id", f"{hashlib.sha256(self.name.encode()).hexdigest()[:32]}\n", 0o444)

    def write(self, path: str, text: str | bytes, mode: int = 0o644) -> None:
        """A file of the machine, written from outside."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        file.chmod(mode)

    def boot(self) -> None:
        """Start it and wait until systemd says it is up; RuntimeError with its console otherwise."""
        command = ["setpriv", "--pdeathsig", "KILL", "systemd-nspawn", "--quiet", "--register=no", "--keep-unit"]
        command += ["-D", str(self.root), f"--network-namespace-path=/run/netns/{self.space}", "--hostname", self.name]
        command += ["--resolv-conf=off", "--timezone=off", "--console=pipe", "--capability=CAP_NET_ADMIN"]
        command += [*(f"--bind-ro={path}" for path in self.shown)]
        command += [*(f"--bind={path}:{place}" for place, path in self.shared.items()), "--boot"]
        # A gateway switches on that its kernel passes packets on.
        vfs = {"SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}
        environment = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "0", **vfs}
        with (self.place / "console").open("wb") as console:
            self.nspawn = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, env=environment
            )
        end = time.monotonic() + BOOT
        while self._state() not in ("running", "degraded"):
            if time.monotonic() > end or self.nspawn.poll() is not None:
                raise RuntimeError(f"{self.name} does not come up\n{self._standing()}\n{self.console()}")
            time.sleep(0.1)

    def _state(self) -> str:
        # Asked each time: the first child that nspawn has only prepares, and then goes.
        self.first = self._child()
        if not self.first:
            return ""
        with suppress(subprocess.TimeoutExpired):
            return self.run("systemctl", "is-system-running", check=False, limit=10).stdout.strip()
        return ""

    def _standing(self) -> str:
        """Where the start stands: whether there is a process 1, and what it waits for."""
        ended = self.nspawn.poll() if self.nspawn else None
        jobs = ""
        if self.first and ended is None:
            with suppress(subprocess.TimeoutExpired):
                jobs = self.run("systemctl", "list-jobs", "--no-pager", check=False, limit=10).stdout
        return f"process 1: {self.first}; nspawn ended with: {ended}; jobs:\n{jobs}"

    def _child(self) -> int:
        """The process 1 of the machine: the only child of nspawn that has a child namespace of processes."""
        assert self.nspawn
        with suppress(OSError):
            words = Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text("ascii").split()
            return int(words[0]) if words else 0
        return 0

    def run(
        self, *command: str, check: bool = True, limit: float = 60, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A command inside, as root, with what it prints; RuntimeError when it fails and `check` is set."""
        enter = ["nsenter", "-t", str(self.first), "-m", "-u", "-i", "-n", "-p", "-r", "-w"]
        clean = ["env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"]
        done = subprocess.run(
            [*enter, *clean, *command], input=text, capture_output=True, text=True, timeout=limit, check=False
        )
        if check and done.returncode:
            said = f"{done.stdout[-6000:]}\n{done.stderr[-4000:]}"
            raise RuntimeError(f"{self.name}: {' '.join(command)} ended with {done.returncode}\n{said}")
        return done

    def start(self, *command: str) -> subprocess.Popen[str]:
        """A command that runs inside while we do something else."""
        enter = ["nsenter", "-t", str(self.first), "-m", "-u", "-i", "-n", "-p", "-r", "-w"]
        clean = ["env", "-i", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", "TERM=dumb"]
        return subprocess.Popen(
            [*enter, *clean, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def console(self) -> str:
        """The last lines of its console."""
        with suppress(OSError):
            return (self.place / "console").read_text("utf-8", "replace")[-4000:]
        return ""

    def journal(self, unit: str = "", lines: int = 60) -> str:
        """The last lines of its journal, of one unit or of all."""
        chosen = ["-u", unit] if unit else []
        return self.run("journalctl", "--no-pager", "-n", str(lines), *chosen, check=False).stdout

    def stop(self) -> None:
        """Shut it down in order; when that takes too long, without order."""
        if self.nspawn and self.nspawn.poll() is None:
            self.nspawn.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.nspawn.wait(STOP)
            self._kill()
        self.nspawn, self.first = None, 0

    def _kill(self) -> None:
        assert self.nspawn
        with suppress(ProcessLookupError):
            if self.first:
                os.kill(self.first, signal.SIGKILL)
        self.nspawn.kill()
        self.nspawn.wait(STOP)

    def _unmount(self) -> None:
        if self.root.is_mount():
            subprocess.run(["umount", self.root], timeout=30, check=True)


@contextmanager
def machine(name: str, base: Path, place: Path) -> Iterator[Machine]:
    """A machine that is prepared and not yet started; stopped and unmounted afterwards."""
    with namespace() as space:
        made = Machine(name, base, place, space)
        try:
            made.prepare()
            yield made
        finally:
            made.stop()
            made._unmount()


def stop(machines: Iterable[Machine]) -> None:
    """Shut all of them down at the same time: each waits for its own services."""
    every = list(machines)
    with ThreadPoolExecutor(max(1, len(every))) as pool:
        list(pool.map(Machine.stop, every))
