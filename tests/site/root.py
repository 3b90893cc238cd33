"""The root file systems that the machines of the test site share: Debian with the packages their roles ask for.

Each is made once for a list of packages and kept in the checkout's cache; machines write into layers of their own.
"""

from __future__ import annotations

from pathlib import Path

from tests.debian import Recipe, root

PACKAGES = Path(__file__).with_name("packages.txt")
KEPT = 3
"""Roots that stay: one for each release in use, and one of the list before, which another branch may still want."""

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


def base(release: str = "12") -> Path:
    """The root file system of this release of Debian, made now when there is none for this list and these hooks."""
    recipe = Recipe(release, tuple(packages()), before=BEFORE, after=AFTER, services=SERVICES)
    return root(recipe, "site", KEPT)
