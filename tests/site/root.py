"""The root file system that the machines of the test site share: Debian with the packages their roles ask for.

It is made once for a list of packages and kept in the checkout's cache; machines write into layers of their own.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = Path(__file__).with_name("packages.txt")
CACHE = Path(__file__).parents[2] / ".cache" / "site"
SUITE = "bookworm"
KEPT = 2
"""Roots that stay: the one in use, and the one of the list before, which another branch may still want."""
LIMIT = 900
"""Seconds that the system's package servers may take; a quiet machine needs ninety."""

BEFORE = (
    # Java's installation writes links into directories that a system without manuals does not have.
    'mkdir -p "$1/usr/share/man/man1" "$1/usr/share/man/man8"',
    'printf "#!/bin/sh\\nexit 101\\n" >"$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"',
)
AFTER = (
    'rm -f "$1/usr/sbin/policy-rc.d" "$1/etc/machine-id" "$1"/etc/ssh/ssh_host_*',
    # What a package enables must not run before Puppet says so; what the system itself needs stays.
    'while read -r unit; do chroot "$1" systemctl --quiet disable "$unit" || true; done <"$SERVICES"',
    'chroot "$1" systemctl --quiet mask systemd-networkd.service systemd-resolved.service systemd-timesyncd.service '
    "apt-daily.timer apt-daily-upgrade.timer",
    'mkdir -p "$1/etc/systemd/journald.conf.d"; '
    'printf "[Journal]\\nStorage=volatile\\n" >"$1/etc/systemd/journald.conf.d/test.conf"',
)
SERVICES = (
    "autofs chrony chrony-wait dnsmasq kea-dhcp4-server kea-dhcp6-server libvirt-guests libvirtd.service "
    "libvirtd.socket libvirtd-admin.socket libvirtd-ro.socket munge named nfs-server nginx puppet puppetserver radvd "
    "slapd slurmctld slurmd squid ssh sssd nftables rpcbind.service rpcbind.socket tftpd-hpa"
)


def packages() -> list[str]:
    """The names in packages.txt."""
    lines = (line.partition("#")[0].strip() for line in PACKAGES.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def base() -> Path:
    """The root file system, made now when there is none for this list and these hooks."""
    wanted = "\n".join([*packages(), *BEFORE, *AFTER, SERVICES, SUITE])
    place = CACHE / hashlib.sha256(wanted.encode()).hexdigest()[:16]
    with _alone():
        if not place.is_dir():
            _make(place)
        place.touch()
        _forget()
    return place


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time makes roots here, and takes them away."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget() -> None:
    """Take away all but the roots that were used last, and what a build that was broken off left."""
    roots = [path for path in CACHE.iterdir() if path.is_dir()]
    newest = sorted((path for path in roots if not path.suffix), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in (*newest[KEPT:], *(path for path in roots if path.suffix)):
        shutil.rmtree(path)


def _make(place: Path) -> None:
    draft = place.with_suffix(".new")
    shutil.rmtree(draft, ignore_errors=True)
    services = CACHE / "services"
    services.write_text(SERVICES.replace(" ", "\n") + "\n", "utf-8")
    command = ["mmdebstrap", "--variant=minbase", "--mode=root", f"--include={','.join(packages())}"]
    command += [f"--essential-hook={line}" for line in BEFORE]
    command += [f"--customize-hook={line}" for line in AFTER]
    command += ['--aptopt=APT::Install-Recommends "false"']
    command += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "locale", "man/*")]
    command += [SUITE, str(draft), *_sources()]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "SERVICES": str(services)}
    log = CACHE / "log"
    with log.open("wb") as file:
        done = subprocess.run(command, stdout=file, stderr=file, env=environment, timeout=LIMIT, check=False)
    if done.returncode:
        raise RuntimeError(f"the machines' root could not be made:\n{log.read_text('utf-8', 'replace')[-4000:]}")
    draft.rename(place)


def _sources() -> list[str]:
    """The package servers that this machine itself uses for its distribution."""
    new = Path("/etc/apt/sources.list.d/debian.sources")
    return [str(new)] if new.is_file() else ["/etc/apt/sources.list"]
