"""The directory's configuration and first entries on a machine that may have a directory already, with real slapd."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterdef.secrets.hashes import ldap_crypt
from tests.outputs.clusters import shipped
from tests.outputs.directory import NAME, TOP, Machine, directory, files_of
from tests.outputs.system.test_ldap import ADA, refused, well


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Machine]:
    """A machine where nothing was set up yet."""
    machine = Machine(tmp_path, files_of(directory()))
    try:
        yield machine
    finally:
        machine.close()


SETUP = "/srv/clusterdef/current/ldap/bin/ldap-setup"


def test_a_hash_in_the_place_of_the_slot_lets_the_root_entry_in(bare: Machine) -> None:
    files = files_of(directory())
    slot = "{CRYPT}@@cd:secret:openldap.root_password:crypt@@"
    assert slot in files["ldap/config.ldif"]
    well(bare.run(SETUP))
    assert "(49)" in refused(bare.bound(f"cn=root,{TOP}", slot[7:], "ldapwhoami"))
    filled = files["ldap/config.ldif"].replace(slot, ldap_crypt(b"sesame", b"0123456789abcdef"))
    bare.publish({"ldap/config.ldif": filled})
    well(bare.run(SETUP))
    assert well(bare.bound(f"cn=root,{TOP}", "sesame", "ldapwhoami")) == f"dn:cn=root,{TOP}\n"


def test_publish_asks_and_tells(bare: Machine) -> None:
    rows = [row for row in shipped("ldap")[0].outputs if row.reload]
    assert {row.name for row in rows} == {"ldap-config", "ldap-tree", "ldap-setup"}
    tree = "/srv/clusterdef/current"
    for check in {row.check for row in rows if row.check}:
        well(bare.run(*(word.replace("{tree}", tree) for word in check)))
    assert not (bare.root / "etc/slapd.d").exists()
    (reload,) = {row.reload for row in rows}
    assert "in force" in well(bare.run(*(word.replace("{tree}", tree) for word in reload)))
    assert bare.one("(uid=ada)")["dn"] == [ADA]


def test_until_slapd_has_its_certificate_nothing_is_done(bare: Machine) -> None:
    (bare.root / "agent/key.pem").rename(bare.root / "key")
    assert "not there yet" in refused(bare.run(SETUP))
    assert bare.run(SETUP, "-i").returncode == 0
    assert bare.run(SETUP, "-i", "-c").returncode == 0
    assert not (bare.root / "etc/slapd.d").exists()
    (bare.root / "key").rename(bare.root / "agent/key.pem")
    assert "in force" in well(bare.run(SETUP, "-i"))


def test_it_tells_whether_there_is_something_to_do(bare: Machine) -> None:
    assert bare.run(SETUP, "-n").returncode == 1
    assert not (bare.root / "etc/slapd.d").exists()
    well(bare.run(SETUP))
    assert bare.run(SETUP, "-n").returncode == 0
    files = files_of(directory(organization="Physics"))
    bare.publish(files)
    assert bare.run(SETUP, "-n", "-i").returncode == 1
    well(bare.run(SETUP, "-i"))
    assert bare.run(SETUP, "-n", "-i").returncode == 0
    (bare.root / "agent/key.pem").rename(bare.root / "key")
    assert bare.run(SETUP, "-n", "-i").returncode == 0
    assert "not there yet" in refused(bare.run(SETUP, "-n"))


def test_a_server_that_was_stopped_is_started(bare: Machine) -> None:
    well(bare.run(SETUP))
    well(bare.run("systemctl", "stop", "slapd"))
    well(bare.run(SETUP, "-i"))
    assert bare.one("(uid=ada)")["dn"] == [ADA]


@pytest.mark.parametrize("place", ["/etc/puppetlabs/puppet/ssl", "/var/lib/puppet/ssl"])
def test_the_agents_certificate_is_found_where_its_package_has_it(bare: Machine, place: str) -> None:
    files = files_of(directory(certificate=None, private_key=None, ca_certificate=None))
    assert place in files["ldap/bin/ldap-setup"]
    bare.publish({path: text.replace(place, "/srv/ssl") for path, text in files.items()})
    assert "not there yet" in refused(bare.run(SETUP))
    for name, source in {f"certs/{NAME}": "cert", f"private_keys/{NAME}": "key", "certs/ca": "cert"}.items():
        well(bare.run("install", "-D", f"/srv/agent/{source}.pem", f"/srv/ssl/{name}.pem"))
    assert "in force" in well(bare.run(SETUP))


def test_files_that_slapd_refuses_leave_everything_as_it_was(bare: Machine) -> None:
    files = files_of(directory())
    well(bare.run(SETUP))
    before = bare.found("(objectClass=*)")
    for path, old, new in (
        ("ldap/config.ldif", "olcDbIndex: objectClass eq", "olcDbIndexx: objectClass eq"),
        ("ldap/tree.ldif", "objectClass: shadowAccount", "objectClass: shadowAcount"),
    ):
        bare.publish({path: files[path].replace(old, new)})
        assert "does not take" in refused(bare.run(SETUP, "-i", "-c"))
        bare.publish({path: files[path]})
    certificate = bare.root / "agent/cert.pem"
    good = certificate.read_text()
    certificate.write_text("nonsense\n")
    assert "former configuration is back" in refused(bare.run(SETUP))
    assert bare.found("(objectClass=*)") == before
    certificate.write_text(good)
    well(bare.run(SETUP))
    assert bare.found("(objectClass=*)") == before


def test_another_directory_on_the_machine_is_kept_beside(bare: Machine) -> None:
    other = files_of(directory(domain="other.example"))
    bare.publish(other)
    well(bare.run(SETUP))
    well(bare.run("rm", "/etc/ldap/clusterdef.ldif"))
    bare.publish(files_of(directory()))
    said = bare.run(SETUP)
    assert "former configuration is in /etc/ldap/slapd.d.before-clusterdef" in said.stderr, said
    assert "data of another directory" in said.stderr
    well(said)
    assert machine_has(bare, "before-clusterdef/data.mdb")
    assert bare.one("(uid=ada)")["dn"] == [ADA]


def machine_has(machine: Machine, name: str) -> bool:
    return (machine.root / "data" / name).exists()


def test_a_directory_of_the_same_name_keeps_its_users_and_learns_to_count(bare: Machine) -> None:
    well(bare.run(SETUP))
    well(bare.run("ldap-useradd", "-u", "15000", "old"))
    forget = "\n".join(
        f"dn: ou={branch},{TOP}\nchangetype: modify\ndelete: {kind}\n-\n"
        "delete: objectClass\nobjectClass: extensibleObject\n"
        for branch, kind in (("People", "uidNumber"), ("Group", "gidNumber"))
    )
    well(bare.run("ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", given=forget))
    assert "ldap-setup" in refused(bare.run("ldap-useradd", "new"))
    well(bare.run("rm", "/etc/ldap/clusterdef.ldif"))
    well(bare.run(SETUP))
    well(bare.run("ldap-useradd", "new"))
    assert bare.one("(uid=new)", "uidNumber")["uidNumber"] == ["15001"]
    assert bare.one("(uid=old)", "uidNumber")["uidNumber"] == ["15000"]
