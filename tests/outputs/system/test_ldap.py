"""The directory's commands, with real slapd: searched, worked on by all who may."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import find_program
from tests.outputs.directory import TOP, Machine, directory, files_of

SECRET = "correct horse 'battery' \\ $(staple) ü"
ADA = f"uid=ada,ou=People,{TOP}"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A directory that was set up, shared by the tests of this file; each works on users of its own."""
    for name in ("slapd", "ldapsearch", "openssl", "ip"):
        find_program(name)
    machine = Machine(tmp_path_factory.mktemp("ldap"), files_of(directory()))
    try:
        well(machine.run("/srv/clusterdef/current/ldap/bin/ldap-setup"))
        yield machine
    finally:
        machine.close()


def well(done: subprocess.CompletedProcess[str]) -> str:
    """What a command printed that did what it should."""
    assert done.returncode == 0, f"{done.args}\n{done.stdout}{done.stderr}"
    return done.stdout


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """What a command complained of that did nothing."""
    assert done.returncode not in (0, 127), f"{done.args}\n{done.stdout}"
    assert done.stderr, done.args
    return done.stderr


def user(name: str, machine: Machine, *options: str) -> str:
    """A new user with a password; the name of the entry."""
    well(machine.run("ldap-useradd", *options, name))
    well(machine.run("ldap-passwd", name, given=SECRET + name))
    return f"uid={name},ou=People,{TOP}"


def test_the_first_entries_are_there(machine: Machine) -> None:
    assert machine.one("(objectClass=organization)") == {
        "dn": [TOP],
        "objectClass": ["dcObject", "organization"],
        "dc": ["mytier3"],
        "o": ["Physics & Co."],
    }
    ada = machine.one("(uid=ada)")
    assert ada["dn"] == [ADA]
    assert (ada["uidNumber"], ada["gidNumber"], ada["cn"], ada["sn"]) == (
        ["12000"],
        ["9000"],
        ["Ada Lovelace"],
        ["Lovelace"],
    )
    assert ada["homeDirectory"] == ["/export/home/ada"]
    assert ada["sshPublicKey"][1] == "ssh-rsa AAAAB3 zweiter Schlüssel"
    assert machine.one("(uid=grace)", "uidNumber")["uidNumber"] == ["10000"]
    assert machine.one("(cn=ldapadmins)", "memberUid")["memberUid"] == ["ada", "grace"]


def test_setting_up_again_changes_nothing(machine: Machine) -> None:
    well(machine.run("ldap-usermod", "-m", "other@example.org", "grace"))
    well(machine.run("ldap-groupmod", "-d", "grace", "ldapadmins"))
    pid = well(machine.run("cat", "/run/slapd/slapd.pid"))
    assert well(machine.run("ldap-setup")) == ""
    assert well(machine.run("cat", "/run/slapd/slapd.pid")) == pid
    assert machine.one("(uid=grace)", "mail")["mail"] == ["other@example.org"]
    assert machine.one("(cn=ldapadmins)", "memberUid")["memberUid"] == ["ada"]


def test_a_new_administrator_is_added_and_a_new_configuration_put_in_force(machine: Machine) -> None:
    more = files_of(directory(admins=["ada", "grace", "hedy"], admin_group="ldapadmins"))
    more["ldap/config.ldif"] = more["ldap/config.ldif"].replace("olcDbMaxSize: 1073741824", "olcDbMaxSize: 2147483648")
    before = machine.one("(cn=ldapadmins)", "memberUid")["memberUid"]
    machine.publish(more)
    try:
        assert "in force" in well(machine.run("ldap-setup"))
    finally:
        machine.publish(files_of(directory()))
    assert machine.one("(uid=hedy)", "uidNumber")["uidNumber"] == ["10001"]
    assert machine.one("(cn=ldapadmins)", "memberUid")["memberUid"] == [*before, "hedy"]
    config = ["ldapsearch", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", "-LLL", "-b", "cn=config", "(olcSuffix=*)"]
    assert "olcDbMaxSize: 2147483648" in well(machine.run(*config))


def test_an_administrator_logs_in_with_the_password_that_was_set(machine: Machine) -> None:
    assert "is set" in well(machine.run("ldap-passwd", "ada", given=SECRET + "\nsecond line\n"))
    assert well(machine.bound(ADA, SECRET, "ldapwhoami")) == f"dn:{ADA}\n"
    assert "(49)" in refused(machine.bound(ADA, SECRET + "x", "ldapwhoami"))
    (stored,) = machine.one("(uid=ada)", "userPassword")["userPassword"]
    assert stored.startswith("{CRYPT}$6$rounds=100000$")


def test_no_password_goes_over_the_network_in_clear(machine: Machine) -> None:
    name = user("clear", machine)
    assert "confidentiality required" in refused(machine.bound(name, SECRET + "clear", "ldapwhoami", tls="")).lower()


def test_a_hash_is_seen_by_its_administrators_only(machine: Machine) -> None:
    eve, bob = user("eve", machine), user("bob", machine)
    well(machine.run("ldap-passwd", "ada", given=SECRET))
    look = ("ldapsearch", "-LLL", "-b", TOP, "(userPassword=*)", "userPassword")
    assert "userPassword" in well(machine.bound(ADA, SECRET, *look))
    assert "userPassword" not in well(machine.bound(eve, SECRET + "eve", *look))
    everything = ("ldapsearch", "-LLL", "-b", TOP, "(uid=*)", "*", "+")
    assert "userPassword" not in well(machine.bound(eve, SECRET + "eve", *everything))
    assert "userPassword" not in well(machine.run("ldapsearch", "-x", "-H", "ldap://localhost", "-LLL", "-b", TOP))
    assert "uid: bob" in well(machine.run("ldapsearch", "-x", "-H", "ldap://localhost", "-LLL", "-b", TOP, "(uid=bob)"))
    assert "(50)" in refused(
        machine.bound(eve, SECRET + "eve", "ldapmodify", *change(machine, bob, "userPassword", "x"))
    )


def change(machine: Machine, name: str, attribute: str, value: str) -> tuple[str, ...]:
    """Options by which ldapmodify puts a value in place of another."""
    (machine.root / "change").write_text(
        f"dn: {name}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n"
    )
    return "-f", str(machine.root / "change")


def test_users_change_their_password_and_nothing_else(machine: Machine) -> None:
    name, new = user("carl", machine), machine.root / "new"
    new.write_text("another password")
    well(machine.bound(name, SECRET + "carl", "ldappasswd", "-t", str(machine.root / "password"), "-T", str(new), name))
    assert "(49)" in refused(machine.bound(name, SECRET + "carl", "ldapwhoami"))
    well(machine.bound(name, "another password", "ldapwhoami"))
    well(machine.bound(name, "another password", "ldapmodify", *change(machine, name, "sshPublicKey", "ssh-rsa AAAA")))
    for attribute, value in (("uidNumber", "0"), ("uid", "ada"), ("homeDirectory", "/root"), ("memberUid", "carl")):
        asked = change(machine, name, attribute, value)
        assert "(50)" in refused(machine.bound(name, "another password", "ldapmodify", *asked)), attribute


def test_an_administrator_may_change_everything_over_the_network(machine: Machine) -> None:
    name = user("dora", machine)
    well(machine.run("ldap-groupmod", "-a", "dora", "ldapadmins"))
    well(machine.bound(name, SECRET + "dora", "ldapmodify", *change(machine, ADA, "loginShell", "/bin/sh")))
    well(machine.run("ldap-groupmod", "-d", "dora", "ldapadmins"))
    asked = change(machine, ADA, "loginShell", "/bin/bash")
    assert "(50)" in refused(machine.bound(name, SECRET + "dora", "ldapmodify", *asked))


def test_no_command_line_has_a_password(machine: Machine) -> None:
    user("mallory", machine)
    seen = (machine.root / "arguments").read_text()
    assert "uid=mallory" in seen
    assert "battery" not in seen
    given = re.compile(r"ldap\w+ .*(?<!\w)-w\b|ldappasswd .*(?<!\w)-[as]\b")
    assert not [path for path, text in files_of(directory()).items() if given.search(text)]


FULL = [
    "Zoë 'Z' $(reboot) `id` \"x\"",
    ": starts with a colon",
    "< /etc/shadow",
    "a\\b, c+d=e;",
    "dn: cn=x",
    "%s %d -n",
    "名前",
]


@pytest.mark.parametrize("number", range(len(FULL)))
def test_a_name_is_what_was_typed(number: int, machine: Machine) -> None:
    login = f"typed{number}"
    said = well(machine.run("ldap-useradd", "-n", FULL[number], login))
    entry = machine.one(f"(uid={login})")
    assert entry["cn"] == [FULL[number]]
    assert f"-o {entry['uidNumber'][0]} -g 9000 /export/home/{login}" in said
    well(machine.run("ldap-usermod", "-n", FULL[-1 - number], login))
    assert machine.one(f"(uid={login})", "cn")["cn"] == [FULL[-1 - number]]


def test_options_are_kept(machine: Machine) -> None:
    keys = machine.root / "keys"
    keys.write_text("# mine\nssh-ed25519 AAAA one\n\necdsa-sha2-nistp256 BBBB zwei ü")
    well(machine.run("ldap-groupadd", "-g", "9500", "theory"))
    options = ("-m", "o@example.org", "-k", str(keys), "-s", "/bin/zsh", "-g", "theory", "-u", "20000")
    well(machine.run("ldap-useradd", *options, "optional"))
    entry = machine.one("(uid=optional)")
    assert entry["sshPublicKey"] == ["ssh-ed25519 AAAA one", "ecdsa-sha2-nistp256 BBBB zwei ü"]
    assert [entry[key][0] for key in ("mail", "loginShell", "gidNumber", "uidNumber")] == [
        "o@example.org",
        "/bin/zsh",
        "9500",
        "20000",
    ]
    keys.write_text("")
    well(machine.run("ldap-usermod", "-k", str(keys), "-s", "/bin/sh", "optional"))
    entry = machine.one("(uid=optional)")
    assert "sshPublicKey" not in entry
    assert entry["loginShell"] == ["/bin/sh"]
    assert "own group of optional" in refused(machine.run("ldap-groupdel", "theory"))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("ldap-useradd", "Upper"), "user 'Upper': a name has"),
        (("ldap-useradd", "a,ou=x"), "a name has"),
        (("ldap-useradd", "a)(uid=*"), "a name has"),
        (("ldap-useradd", "x" * 33), "at most 32"),
        (("ldap-useradd", "ada"), "there is a user ada already"),
        (("ldap-useradd", "daemon"), "local account"),
        (("ldap-useradd", "-u", "12000", "again"), "12000 is taken"),
        (("ldap-useradd", "-u", "0", "toor"), "is no number"),
        (("ldap-useradd", "-u", "5", "toor"), "below 1000"),
        (("ldap-useradd", "-u", "99999999999", "toor"), "ten digits"),
        (("ldap-useradd", "-g", "nobody-knows", "again"), "there is no group"),
        (("ldap-useradd", "-n", "a\nuidNumber: 0", "again"), "control characters"),
        (("ldap-useradd", "-k", "/etc/passwd", "again"), "no public key"),
        (("ldap-useradd", "-k", "/nowhere", "again"), "cannot be read"),
        (("ldap-useradd", "-s", "bash", "again"), "begins with /"),
        (("ldap-useradd",), "ldap-useradd -h"),
        (("ldap-useradd", "-x", "again"), "ldap-useradd -h"),
        (("ldap-usermod", "ada"), "ldap-usermod -h"),
        (("ldap-usermod", "-n", "x", "nobody-knows"), "there is no user"),
        (("ldap-userdel", "nobody-knows"), "there is no user"),
        (("ldap-passwd", "nobody-knows"), "there is no user"),
        (("ldap-passwd", "ada"), "no password on standard input"),
        (("ldap-groupadd", "ldapusers"), "there is a group"),
        (("ldap-groupadd", "daemon"), "local group"),
        (("ldap-groupadd", "-g", "9000", "again"), "is taken"),
        (("ldap-groupmod", "-a", "ada", "ldapadmins"), "is in ldapadmins already"),
        (("ldap-groupmod", "-d", "nobody-knows", "ldapadmins"), "is not in"),
        (("ldap-groupmod", "ldapadmins"), "ldap-groupmod -h"),
        (("ldap-search", "nobody-knows"), "nothing was found"),
        (("ldap-search", "(uid=*"), "Bad search filter"),
        (("ldap-dump", "/nowhere/dump"), "there is no directory"),
        (("ldap-restore", "/nowhere/dump"), "there is no file"),
        (("ldap-restore", "/etc/passwd"), "no dump of"),
    ],
)
def test_what_cannot_be_done_is_told_and_not_done(command: tuple[str, ...], words: str, machine: Machine) -> None:
    before = machine.found("(objectClass=*)")
    assert words in refused(machine.run(*command))
    assert machine.found("(objectClass=*)") == before


def typed(machine: Machine, *lines: str) -> tuple[int, str]:
    """How ldap-passwd ends, and everything it shows, when these lines are typed on a terminal, each when it asks."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(machine.words("ldap-passwd", "ada"), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = ""
    for line in (*lines, ""):
        shown += read_to(ours, ": " if line else "")
        if line:
            os.write(ours, line.encode() + b"\n")
    os.close(ours)
    return process.wait(timeout=60), shown


def read_to(terminal: int, sign: str) -> str:
    """What is shown up to a sign, or up to the end without one."""
    shown = b""
    while not (sign and shown.decode(errors="replace").endswith(sign)):
        if not select.select([terminal], [], [], 60)[0]:
            raise TimeoutError(shown)
        try:
            shown += os.read(terminal, 1000)
        except OSError:  # everybody at the other end is gone
            break
    return shown.decode()


def test_a_password_that_is_typed_is_not_shown(machine: Machine) -> None:
    status, shown = typed(machine, "typed by hand", "typed by hand")
    assert (status, "is set" in shown, "by hand" in shown) == (0, True, False), shown
    well(machine.bound(ADA, "typed by hand", "ldapwhoami"))
    status, shown = typed(machine, "another one", "another two")
    assert (status, "the two differ" in shown) == (1, True), shown
    well(machine.bound(ADA, "typed by hand", "ldapwhoami"))


def test_a_short_password_is_refused(machine: Machine) -> None:
    name = user("shorty", machine)
    assert "at least 8" in refused(machine.run("ldap-passwd", "shorty", given="1234567\n"))
    well(machine.bound(name, SECRET + "shorty", "ldapwhoami"))


def test_only_root_may(machine: Machine) -> None:
    for command in (("ldap-useradd", "x"), ("ldap-search",), ("ldap-dump", "/tmp/x"), ("ldap-setup",)):
        path = f"/srv/clusterdef/current/ldap/bin/{command[0]}"
        done = machine.run("setpriv", "--reuid=65534", "--clear-groups", "sh", path, *command[1:])
        assert done.returncode != 0
        assert "only root may" in done.stderr or "Permission denied" in done.stderr


def test_many_at_once_get_numbers_of_their_own(machine: Machine) -> None:
    names = [f"rush{number}" for number in range(8)]
    started = [machine.start("ldap-useradd", name) for name in names]
    ends = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 8, ends
    numbers = [machine.one(f"(uid={name})", "uidNumber")["uidNumber"][0] for name in names]
    assert len(set(numbers)) == 8
    groups = [machine.start("ldap-groupadd", f"rush{number}") for number in range(4)]
    ends = [process.communicate(timeout=120) for process in groups]
    assert [process.returncode for process in groups] == [0] * 4, ends
    assert len({entry["gidNumber"][0] for entry in machine.found("(&(objectClass=posixGroup)(cn=rush*))")}) == 4


def test_a_number_is_given_once(machine: Machine) -> None:
    user("first", machine)
    well(machine.run("ldap-groupadd", "club"))
    well(machine.run("ldap-groupmod", "-a", "first", "club"))
    (number,) = machine.one("(uid=first)", "uidNumber")["uidNumber"]
    assert f"-uid {number}" in well(machine.run("ldap-userdel", "first"))
    assert machine.one("(cn=club)").get("memberUid") is None
    well(machine.run("ldap-useradd", "-u", str(int(number) + 1), "chosen"))
    well(machine.run("ldap-useradd", "second"))
    assert machine.one("(uid=second)", "uidNumber")["uidNumber"] == [str(int(number) + 2)]
    assert "is gone" in well(machine.run("ldap-groupdel", "club"))
    assert machine.found("(cn=club)") == []


def test_what_is_there_is_shown_without_hashes(machine: Machine) -> None:
    user("shown", machine, "-n", "Zoë")
    rows = [line.split() for line in well(machine.run("ldap-search")).splitlines()]
    assert ["user", "12000", "ada"] in rows
    (members,) = [row[3].split(",") for row in rows if row[:3] == ["group", "9001", "ldapadmins"]]
    assert "ada" in members
    assert "userPassword" not in well(machine.run("ldap-search", "shown"))
    assert "cn: ldapadmins" in well(machine.run("ldap-search", "(memberUid=ada)", "cn"))


def by_name(entries: list[dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    return {entry["dn"][0]: entry for entry in entries}


def test_a_dump_brings_everything_back(machine: Machine) -> None:
    name = user("saved", machine, "-n", "Zoë " + "long " * 40 + "name")
    dump = machine.root / "dump.ldif"
    well(machine.run("ldap-dump", str(dump)))
    assert dump.stat().st_mode & 0o777 == 0o600
    before = machine.found("(objectClass=*)", "*", "+")
    well(machine.run("ldap-userdel", "saved"))
    assert "is that of" in well(machine.run("ldap-restore", str(dump)))
    assert by_name(machine.found("(objectClass=*)", "*", "+")) == by_name(before)
    well(machine.bound(name, SECRET + "saved", "ldapwhoami"))
    assert well(machine.run("ldap-dump", "-")) == dump.read_text()


def test_a_restored_directory_goes_on_counting(machine: Machine) -> None:
    dump = machine.root / "early.ldif"
    well(machine.run("ldap-dump", str(dump)))
    well(machine.run("ldap-useradd", "late"))
    (number,) = machine.one("(uid=late)", "uidNumber")["uidNumber"]
    well(machine.run("ldap-restore", str(dump)))
    assert machine.found("(uid=late)") == []
    well(machine.run("ldap-useradd", "later"))
    assert machine.one("(uid=later)", "uidNumber")["uidNumber"] == [str(int(number) + 1)]


def test_half_a_dump_leaves_everything_as_it_was(machine: Machine) -> None:
    dump = machine.root / "half.ldif"
    well(machine.run("ldap-dump", str(dump)))
    dump.write_text(dump.read_text() + f"\ndn: uid=x,ou=Nowhere,{TOP}\nobjectClass: nothing\n")
    before = by_name(machine.found("(objectClass=*)"))
    assert "as it was" in refused(machine.run("ldap-restore", str(dump)))
    assert by_name(machine.found("(objectClass=*)")) == before


def test_every_command_has_help(machine: Machine) -> None:
    commands = sorted(Path(path).name for path in files_of(directory()) if "/bin/ldap-" in path)
    assert len(commands) == 11
    for command in commands:
        assert well(machine.run(command, "-h")).startswith(f"{command} ")


def test_shellcheck_has_nothing_to_say(machine: Machine) -> None:
    files = sorted(str(file) for file in (machine.root / "tree/ldap/bin").iterdir())
    command = [find_program("shellcheck"), "--external-sources", "--source-path=SCRIPTDIR", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
