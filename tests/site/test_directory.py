"""The directory's server and a machine that takes its users from there, both as Puppet makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.site.authority import SSL, Authority
from tests.site.lan import lan
from tests.site.machine import Machine, machine
from tests.site.rehearsal import NETWORKS, apply, furnish, plugged, rehearsal
from tests.site.root import base

PASSWORD = "Sesam, öffne dich 1815"
ONLY = frozenset({"openldap", "sssd"})


@dataclass(frozen=True, slots=True)
class Site:
    """The two machines, what Puppet said on each in two runs, and whom both believe."""

    server: Machine
    client: Machine
    runs: dict[str, list[tuple[int, str]]]
    authority: Authority


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place = tmp_path_factory.mktemp("directory")
    made = rehearsal(place / "site")
    authority = Authority.made(place / "authority")
    with ExitStack() as stack:
        network = stack.enter_context(lan(tuple(NETWORKS)))
        found = {}
        for number, name in enumerate(("ldap", "worker01")):
            one = stack.enter_context(machine(name, number, base(), place / name))
            plugged(network, one, number)
            furnish(one, made, ONLY)
            authority.certify(one)
            one.boot()
            found[name] = one
        runs = {name: [apply(one), apply(one)] for name, one in found.items()}
        yield Site(found["ldap"], found["worker01"], runs, authority)


def user(site: Site, name: str) -> None:
    """A user with a key and a password; the key's secret half is the client's root's."""
    site.client.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"/root/{name}")
    site.server.write(f"/root/{name}.pub", (site.client.root / f"root/{name}.pub").read_bytes())
    site.server.run("/root/bin/ldap-useradd", "-k", f"/root/{name}.pub", name)
    site.server.run("/root/bin/ldap-passwd", name, text=f"{PASSWORD}\n")


def known(site: Site, name: str) -> bool:
    return site.client.run("getent", "passwd", name, check=False).returncode == 0


def test_the_second_run_changes_nothing(site: Site) -> None:
    codes = {name: [code for code, _ in runs] for name, runs in site.runs.items()}
    assert codes == {"ldap": [2, 0], "worker01": [2, 0]}, site.runs


def test_the_server_is_set_up_and_listens(site: Site) -> None:
    listening = site.server.run("ss", "-Hltn").stdout
    assert ":389 " in listening
    assert ":636 " in listening
    assert site.server.run("/root/bin/ldap-search", "atlasadmin").stdout


def test_a_user_is_known_and_gets_in_by_key_and_by_password(site: Site) -> None:
    user(site, "ada")
    assert site.client.run("id", "-un", "ada").stdout == "ada\n"
    site.client.run("ssh-keygen", "-A")
    site.client.run("systemctl", "restart", "ssh")
    site.client.write("/root/answer", f"#!/bin/sh\necho '{PASSWORD}'\n", 0o755)
    by_key = ("-i", "/root/ada", "-o", "PreferredAuthentications=publickey")
    by_password = ("-o", "PreferredAuthentications=password", "-o", "PubkeyAuthentication=no")
    options = ("-o", "StrictHostKeyChecking=no", "-o", "NumberOfPasswordPrompts=1")
    ask = ("env", "SSH_ASKPASS=/root/answer", "SSH_ASKPASS_REQUIRE=force")
    for way in (by_key, by_password):
        done = site.client.run(*ask, "ssh", *options, *way, "ada@localhost", "id", "-un", check=False)
        assert done.stdout == "ada\n", done.stderr + site.client.journal("ssh")
    site.client.write("/root/answer", "#!/bin/sh\necho wrong\n", 0o755)
    wrong = site.client.run(*ask, "ssh", *options, *by_password, "ada@localhost", "true", check=False)
    assert "Permission denied" in wrong.stderr


def test_a_server_of_another_authority_is_not_believed(site: Site, tmp_path: Path) -> None:
    user(site, "grace")
    place = f"{SSL}/certs/ca.pem"
    site.client.run("sh", "-c", f"cat >{place}", text=Authority.made(tmp_path / "other").certificate)
    assert apply(site.client)[0] == 2
    assert not known(site, "grace")
    site.client.run("sh", "-c", f"cat >{place}", text=site.authority.certificate)
    assert apply(site.client)[0] == 2
    assert known(site, "grace")


def test_users_are_known_while_the_server_is_away_and_puppet_brings_it_back(site: Site) -> None:
    user(site, "hedy")
    assert known(site, "hedy")
    site.server.run("systemctl", "stop", "slapd")
    assert known(site, "hedy")
    code, text = apply(site.server)
    assert code == 2, text
    assert site.server.run("/root/bin/ldap-search", "hedy").stdout
