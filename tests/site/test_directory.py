"""The directory's server and a machine that takes its users from there, on the whole small site."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.site.ground import Ground
from tests.site.machine import Machine

PASSWORD = "Sesam, öffne dich 1815"
TRUSTED = "/etc/sssd/clusterdef-ca.pem"
STRANGER = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"),
    *("-subj", "/CN=stranger", "-keyout", "key.pem", "-out", "ca.pem"),
)
"""Makes an authority that nobody knows."""


def client(site: Ground) -> Machine:
    """A machine whose users come from the directory."""
    return site.machines["worker02"]


def user(site: Ground, name: str) -> None:
    """A user with a key and a password; the key's secret half is the client's root's."""
    server, its_client = site.machines["ldap"], client(site)
    its_client.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"/root/{name}")
    server.write(f"/root/{name}.pub", (its_client.root / f"root/{name}.pub").read_bytes())
    server.run("/root/bin/ldap-useradd", "-k", f"/root/{name}.pub", name)
    server.run("/root/bin/ldap-passwd", name, text=f"{PASSWORD}\n")


def known(site: Ground, name: str) -> bool:
    return client(site).run("getent", "passwd", name, check=False).returncode == 0


def test_the_server_is_set_up_and_listens(site: Ground) -> None:
    server = site.machines["ldap"]
    listening = server.run("ss", "-Hltn").stdout
    assert ":389 " in listening
    assert ":636 " in listening
    assert server.run("/root/bin/ldap-search", "atlasadmin").stdout


def test_a_user_is_known_and_gets_in_by_key_and_by_password(site: Ground) -> None:
    user(site, "ada")
    worker, into = client(site), site.machines["int1"]
    assert worker.run("id", "-un", "ada").stdout == "ada\n"
    assert into.run("id", "-un", "ada").stdout == "ada\n"
    worker.write("/root/answer", f"#!/bin/sh\necho '{PASSWORD}'\n", 0o755)
    by_key = ("-i", "/root/ada", "-o", "PreferredAuthentications=publickey")
    by_password = ("-o", "PreferredAuthentications=password", "-o", "PubkeyAuthentication=no")
    options = ("-o", "StrictHostKeyChecking=no", "-o", "NumberOfPasswordPrompts=1")
    ask = ("env", "SSH_ASKPASS=/root/answer", "SSH_ASKPASS_REQUIRE=force")
    for way in (by_key, by_password):
        done = worker.run(*ask, "ssh", *options, *way, "ada@int1", "id", "-un", check=False)
        assert done.stdout == "ada\n", done.stderr + into.journal("ssh")
    worker.write("/root/answer", "#!/bin/sh\necho wrong\n", 0o755)
    wrong = worker.run(*ask, "ssh", *options, *by_password, "ada@int1", "true", check=False)
    assert "Permission denied" in wrong.stderr


def test_a_server_of_another_authority_is_not_believed(site: Ground, tmp_path: Path) -> None:
    user(site, "grace")
    worker = client(site)
    subprocess.run(STRANGER, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    worker.run("sh", "-c", f"cat >{TRUSTED}", text=(tmp_path / "ca.pem").read_text("ascii"))
    worker.run("systemctl", "restart", "sssd")
    assert not known(site, "grace")
    run = site.agent("worker02")
    assert run.code == 2, run.text
    assert known(site, "grace")


def test_users_are_known_while_the_server_is_away_and_puppet_brings_it_back(site: Ground) -> None:
    user(site, "hedy")
    assert known(site, "hedy")
    site.machines["ldap"].run("systemctl", "stop", "slapd")
    assert known(site, "hedy")
    run = site.agent("ldap")
    assert run.code == 2, run.text
    assert site.machines["ldap"].run("/root/bin/ldap-search", "hedy").stdout


DUMPS = "/var/backups/ldap"
DUMP_TO = f"parameters: {{openldap.dump_to: 'ldapdump@10.10.0.1:{DUMPS}'}},"
RECEIVER = f"""\
set -eu
useradd --system --create-home --home-dir {DUMPS} --shell /bin/sh ldapdump
install -d -m 700 -o ldapdump {DUMPS}/.ssh
"""
"""As the module's page says it."""


def test_the_directory_leaves_its_machine(site: Ground) -> None:
    """Refused as long as its key is not let in; then it arrives whole and for its owner only."""
    server, head = site.machines["ldap"], site.head
    own = "net: {private: 10.10.0.3},"
    head.run("sh", "-c", RECEIVER)
    site.change(own, f"{own} {DUMP_TO}")
    try:
        assert site.agent("ldap").code == 2
        assert site.agent("ldap").code == 0
        assert server.run("systemctl", "is-active", "ldap-dump.timer").stdout == "active\n"
        assert server.run("systemctl", "start", "ldap-dump", check=False).returncode != 0
        assert "Permission denied" in server.journal("ldap-dump")
        key = server.run("cat", "/var/lib/ldap-dump/key.pub").stdout
        head.run("sh", "-c", f"cat >>{DUMPS}/.ssh/authorized_keys", text=f"restrict {key}")
        done = server.run("systemctl", "start", "ldap-dump", check=False)
        assert done.returncode == 0, server.journal("ldap-dump")
        [name] = head.run("sh", "-c", f"cd {DUMPS}; ls *.ldif .ldap*", check=False).stdout.split()
        assert re.fullmatch(r"ldap-\d{4}-\d\d-\d\d\.ldif", name)
        assert head.run("stat", "-c", "%a %U", f"{DUMPS}/{name}").stdout == "600 ldapdump\n"
        assert "\nuid: atlasadmin\n" in head.run("cat", f"{DUMPS}/{name}").stdout
        assert server.run("ls", "/var/lib/ldap-dump").stdout.split() == ["key", "key.pub", "known_hosts"]
    finally:
        site.change(f"{own} {DUMP_TO}", own)
        head.run("userdel", "--remove", "ldapdump", check=False)
    assert site.agent("ldap").code == 2
    assert server.run("systemctl", "is-active", "ldap-dump.timer", check=False).stdout == "inactive\n"
