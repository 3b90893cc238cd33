"""The installer as far as tests need it: its parser, and a machine with disks for %pre. Nothing here asserts."""

from __future__ import annotations

import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pykickstart.base import BaseHandler
from pykickstart.constants import KS_SCRIPT_POST, KS_SCRIPT_PRE
from pykickstart.parser import KickstartParser, Script
from pykickstart.version import makeVersion

GIB = 1024**3
PASSWORD = {"users.root_password": "users.root_password"}
"""What a machine has whose root has a password."""

LSBLK = r"""#!/bin/sh
# Answers as lsblk does, from files: one directory for each disk, one file for each fact.
for word; do device=$word; done
while [ $# -gt 0 ]; do
  case $1 in --output) output=$2; shift ;; --inverse) inverse=.inverse ;; esac
  shift
done
case $output,$device in
  NAME,NAME) ls "$DISKS" ;;
  NAME,SIZE,*) echo "(a table of disks)" ;;
  *) cat "$DISKS/${device##*/}/$output$inverse" 2>/dev/null || echo ;;
esac
"""


def parsed(text: str, major: str = "9", disks: str | None = None, repeated: bool = False) -> BaseHandler:
    """What the installer of a release understands; anything it warns of is raised. `disks` is what %pre wrote.

    With `repeated` several commands may speak of one device: the installer does what they say, and wonders aloud.
    """
    handler = makeVersion(f"RHEL{major}")
    parser = KickstartParser(handler, missingIncludeIsFatal=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if repeated:
            warnings.filterwarnings("ignore", message="A network device with the name")
        parser.readKickstartFromString(text if disks is None else text.replace("%include /tmp/disks.ks", disks))
    return handler


def pre(handler: BaseHandler) -> str:
    """The text of %pre."""
    return "\n".join(script.script for script in handler.scripts if script.type == KS_SCRIPT_PRE)


def post(handler: BaseHandler) -> list[Script]:
    """The %post sections."""
    return [script for script in handler.scripts if script.type == KS_SCRIPT_POST]


@dataclass(frozen=True)
class Told:
    """How %pre ended: its exit code, what it said, and what it wrote for the installer."""

    code: int
    said: str
    disks: str

    @property
    def lines(self) -> list[str]:
        return self.disks.splitlines()


class Machine:
    """A machine with disks, on which a %pre script runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.disks = path / "disks"
        self.disks.mkdir()
        (path / "bin").mkdir()
        self.program("lsblk", LSBLK)
        for name in ("vgchange", "mdadm", "mount"):
            self.program(name, "#!/bin/sh\nexit 0\n")
        (path / "cmdline").write_text("BOOT_IMAGE=vmlinuz\n")

    def program(self, name: str, text: str) -> None:
        file = self.path / "bin" / name
        file.write_text(text)
        file.chmod(0o755)

    def disk(self, name: str, size: int, **facts: Any) -> None:
        """A disk, by default an ordinary SATA disk that is empty."""
        place = self.disks / name
        place.mkdir()
        usual = {
            "TYPE": "disk",
            "RM": 0,
            "RO": 0,
            "ROTA": 1,
            "TRAN": "sata",
            "MODEL": "Acme Disk 1",
            "SERIAL": f"S-{name}",
        }
        for key, value in {**usual, "SIZE": size, "FSTYPE": "", "PTTYPE": "", **facts}.items():
            (place / key).write_text(f"{value}\n")

    def parts(self, disk: str, *parts: tuple[str, str], table: str = "gpt") -> None:
        """Partitions of a disk and what stands on them: name with its type (`sda1 part`), and label."""
        place = self.disks / disk
        (place / "PTTYPE").write_text(f"{table}\n")
        rows = [(disk, "disk", ""), *((*name.split(), label) for name, label in parts)]
        (place / "NAME,TYPE").write_text("".join(f"{_path(name)} {kind}\n" for name, kind, _ in rows))
        (place / "NAME,LABEL").write_text("".join(f"{_path(name)} {label}\n" for name, _, label in rows))

    def below(self, device: str, *parts: str) -> None:
        """The partitions that a device stands on."""
        place = self.disks / device
        place.mkdir(exist_ok=True)
        (place / "NAME,TYPE.inverse").write_text(
            "".join(f"/dev/{name} {kind}\n" for name, kind in map(str.split, parts))
        )

    def runs(self, script: str, uefi: bool = False, arguments: str = "") -> Told:
        """Run %pre here, with the installer's own files in this machine's directory."""
        if uefi:
            (self.path / "efi").mkdir(exist_ok=True)
        (self.path / "cmdline").write_text(f"BOOT_IMAGE=vmlinuz {arguments}\n")
        for real, here in (
            ("/tmp/", ""),
            ("/proc/cmdline", "cmdline"),
            ("/sys/firmware/efi", "efi"),
            ("/dev/console", "console"),
        ):
            script = script.replace(real, f"{self.path}/{here}")
        script = script.replace("/run/clusterdef/key", f"{self.path}/key")
        environment = {"PATH": f"{self.path}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DISKS": str(self.disks)}
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, env=environment)
        wrote = self.path / "disks.ks"
        return Told(done.returncode, done.stdout + done.stderr, wrote.read_text() if wrote.exists() else "")


def _path(name: str) -> str:
    return f"/dev/mapper/{name}" if name.startswith("system-") else f"/dev/{name}"


def hashed(folder: Path, text: str) -> str:
    """What a script gives to `chpasswd`, which takes no colon in a hash, and nothing when it is not called."""
    (folder / "chpasswd").write_text(f'#!/bin/sh\necho "$@" >{folder}/given; cat >>{folder}/given\n')
    (folder / "chpasswd").chmod(0o755)
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip().startswith("hash="))
    script = "\n".join(lines[start : start + 2])
    subprocess.run(["sh", "-eu", "-c", script], check=True, timeout=20, env={"PATH": f"{folder}:/usr/bin:/bin"})
    return (folder / "given").read_text() if (folder / "given").exists() else ""
