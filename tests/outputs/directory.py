"""A machine that is the directory's server: real slapd, in namespaces of its own. Nothing here asserts.

What slapd's package has in /etc and /var is hidden by directories of the test, so the commands find everything where
a real machine has it, and this machine's own stays untouched.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clusterdef.model import Admin, Cluster, OperatingSystem
from tests.outputs.clusters import KEY, PRIVATE, cluster, interface, made, node

TOP = "dc=mytier3,dc=internal"
NAME = "ldap.mytier3.internal"
BASE = (("dc", "mytier3"), ("dc", "internal"))
DEBIAN = OperatingSystem("debian12", "debian", "12", "debian12-netinst")
LIMIT = 60
"""Seconds; a command takes less than one."""

PARAMETERS: Mapping[str, Any] = {
    "openldap.domain": "mytier3.internal",
    "openldap.organization": "Physics & Co.",
    "openldap.root_password": "openldap.root_password",
    "openldap.admins": ["ada", "grace"],
    "openldap.user_group": "ldapusers",
    "openldap.user_gid": 9000,
    "openldap.admin_group": "ldapadmins",
    "openldap.admin_gid": 9001,
    "openldap.first_uid": 10000,
    "openldap.home": "/export/home",
    "openldap.shell": "/bin/bash",
    "openldap.certificate": "/srv/agent/cert.pem",
    "openldap.private_key": "/srv/agent/key.pem",
    "openldap.ca_certificate": "/srv/agent/cert.pem",
}

ADMINS = (Admin("ada", (KEY, "ssh-rsa AAAAB3 zweiter Schlüssel"), "Ada Lovelace", "ada@example.org", 12000),)

INSIDE = """
set -e
root=$1
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /srv
mount -t tmpfs tmpfs /root
mkdir /run/slapd /srv/clusterdef
chown openldap /run/slapd
ln -s "$root/tree" /srv/clusterdef/current
ln -s "$root/agent" /srv/agent
hostname ldap.mytier3.internal
mount --bind "$root/hosts" /etc/hosts
mount --bind "$root/etc" /etc/ldap
mount --bind "$root/data" /var/lib/ldap
ip link set lo up
echo ready
cat
# The first process of a machine waits for those that others left behind, as sh does between two commands.
exit 0
"""

SYSTEMCTL = """#!/bin/sh
case $1 in
  start) slapd -u openldap -g openldap -h 'ldap:/// ldapi:///' </dev/null >>"${0%/*}/../log" 2>&1 ;;
  stop)
    pid=$(cat /run/slapd/slapd.pid 2>/dev/null) || exit 0
    kill "$pid" 2>/dev/null || exit 0
    for turn in $(seq 100); do kill -0 "$pid" 2>/dev/null || exit 0; sleep 0.1; done
    exit 1 ;;
esac
"""

WITNESS = """#!/bin/sh
printf '%s ' "$0" "$@" >>"${0%/*}/../arguments"
PATH=$(printf %s "$PATH" | sed "s,^[^:]*:,,")
exec "${0##*/}" "$@"
"""
"""Stands before a program and writes down what everybody on a machine can see of it."""


def directory(**more: Any) -> Cluster:
    """A cluster with a directory's server on Debian, whose slapd the tests have."""
    parameters = {**PARAMETERS, **{f"openldap.{key}": value for key, value in more.items()}}
    server = node(
        "ldap",
        interface(PRIVATE, "ldap", "10.10.0.3"),
        role="ldap",
        modules=("openldap",),
        os=DEBIAN,
        parameters=parameters,
        provides=("users",),
    )
    return replace(cluster((PRIVATE,), (server,)), admins=ADMINS)


class Machine:
    """The server's machine. `run` works there as root; what is left running ends with `close`."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root = root
        shutil.copytree("/etc/ldap/schema", root / "etc" / "schema")
        for name in ("data", "agent", "sbin", "tree"):
            (root / name).mkdir()
        (root / "hosts").write_text(f"127.0.0.1 {NAME} localhost\n")
        self.publish(files)
        self._program("systemctl", SYSTEMCTL)
        self._program("ldappasswd", WITNESS)
        self._certificate()
        words = ["unshare", "--mount", "--net", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
        self._holder = subprocess.Popen(
            [*words, "sh", "-c", INSIDE, "sh", str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            assert self._holder.stdout
            if self._holder.stdout.readline() != b"ready\n":
                raise RuntimeError("the machine of the directory did not come up")
            pid = self._holder.pid
            self._pid = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
        except BaseException:
            self.close()
            raise

    def publish(self, files: Mapping[str, str]) -> None:
        """Put generated files where a publish puts them."""
        for path, text in files.items():
            file = self.root / "tree" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            file.chmod(0o755)

    def _program(self, name: str, text: str) -> None:
        file = self.root / "sbin" / name
        file.write_text(text)
        file.chmod(0o755)

    def _certificate(self) -> None:
        made_by = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "30"]
        files = ["-keyout", str(self.root / "agent/key.pem"), "-out", str(self.root / "agent/cert.pem")]
        subprocess.run([*made_by, *names, *files], check=True, capture_output=True, timeout=LIMIT)

    def words(self, *command: str) -> list[str]:
        """The command line that runs `command` there."""
        path = f"PATH={self.root}/sbin:/root/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        more = ["LDAPTLS_CACERT=/srv/agent/cert.pem", "HOME=/root"]
        return ["nsenter", "-t", self._pid, "-m", "-n", "-u", "-p", "env", "-i", path, *more, *command]

    def run(self, *command: str, given: str | bytes = "") -> subprocess.CompletedProcess[str]:
        """Run it to its end, with this standard input."""
        content = given.encode() if isinstance(given, str) else given
        done = subprocess.run(self.words(*command), input=content, capture_output=True, timeout=LIMIT)
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")
        )

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Begin it; whoever began it waits for its end."""
        pipe = subprocess.PIPE
        return subprocess.Popen(self.words(*command), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)

    def bound(self, name: str, password: str, *command: str, tls: str = "-ZZ") -> subprocess.CompletedProcess[str]:
        """Run a program of ldap-utils over the network as somebody with a password, which comes from a file."""
        file = self.root / "password"
        file.write_text(password)
        program, *rest = command
        server = [tls, "-H", f"ldap://{NAME}", "-x"] if tls else ["-H", f"ldap://{NAME}", "-x"]
        return self.run(program, *server, "-D", name, "-y", str(file), *rest)

    def found(self, condition: str, *attributes: str) -> list[dict[str, list[str]]]:
        """What root finds."""
        command = ["ldapsearch", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", "-LLL", "-o", "ldif-wrap=no", "-b", TOP]
        done = self.run(*command, condition, *attributes)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return entries(done.stdout)

    def one(self, condition: str, *attributes: str) -> dict[str, list[str]]:
        """The only entry that root finds."""
        (entry,) = self.found(condition, *attributes)
        return entry

    @property
    def log(self) -> str:
        """What slapd said."""
        file = self.root / "log"
        return file.read_text() if file.exists() else ""

    def close(self) -> None:
        """End everything that runs there."""
        if self._holder.stdin:
            self._holder.stdin.close()
        try:
            self._holder.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self._holder.kill()
            self._holder.wait()
        if self._holder.stdout:
            self._holder.stdout.close()


def entries(ldif: str) -> list[dict[str, list[str]]]:
    """The entries of LDIF without folded lines, as attributes with all their values (RFC 2849)."""
    return [_entry(block) for block in ldif.split("\n\n") if block.strip()]


def _entry(block: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in block.strip("\n").split("\n"):
        if line.startswith("#"):
            continue
        name, _, value = line.partition(":")
        text = base64.b64decode(value[1:]).decode() if value.startswith(":") else value[1:]
        found.setdefault(name, []).append(text)
    return found


def files_of(of: Cluster) -> dict[str, str]:
    """The generated files of the directory."""
    return made(of, "ldap")
