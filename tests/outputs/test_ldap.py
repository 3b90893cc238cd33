"""What the directory's files say, without its server."""

from __future__ import annotations

from dataclasses import replace

import pytest
from clusterdef.generators.ldap import name_of_top
from clusterdef.generators.ldap.person import people

from clusterdef.languages.language import SLOT
from clusterdef.model import Admin
from clusterdef.problem import Refused
from tests.outputs.clusters import EL9, cluster, made, small
from tests.outputs.directory import ADMINS, directory, entries, files_of
from tests.outputs.hostile import HOSTILE


def tree(**more: object) -> list[dict[str, list[str]]]:
    return entries(files_of(directory(**more))["ldap/tree.ldif"])


def test_the_top_is_named_after_the_domain_or_as_it_is_given() -> None:
    assert name_of_top(None, "a.example.org") == (("dc", "a"), ("dc", "example"), ("dc", "org"))
    assert name_of_top("o=Physics Dept,C=us", "a.example.org") == (("o", "Physics Dept"), ("c", "us"))
    assert tree(base_dn="o=Physics Dept,c=us")[0] == {
        "dn": ["o=Physics Dept,c=us"],
        "objectClass": ["organization"],
        "o": ["Physics Dept", "Physics & Co."],
    }
    assert tree(base_dn="ou=cluster,dc=org")[0]["objectClass"] == ["organizationalUnit"]


def test_who_has_a_number_keeps_it_and_others_get_what_is_free() -> None:
    admins = (Admin("a", ()), Admin("b", (), uid=10000), Admin("c", ()), Admin("d", (), uid=10002))
    found = people(cluster((), (), admins=admins), ["a", "b", "c", "d", "e", "a"], 10000)
    assert [(one.name, one.uid) for one in found] == [
        ("a", 10001),
        ("b", 10000),
        ("c", 10003),
        ("d", 10002),
        ("e", 10004),
    ]


def test_two_with_one_number_are_refused() -> None:
    same = replace(directory(), admins=(*ADMINS, Admin("grace", (), uid=12000)))
    with pytest.raises(Refused, match="ada and grace cannot both have this uid"):
        made(same, "ldap")


def test_the_counter_begins_behind_the_first_users_and_groups() -> None:
    counters = [entry for entry in tree() if "extensibleObject" in entry.get("objectClass", ())]
    assert [(entry.get("uidNumber"), entry.get("gidNumber")) for entry in counters] == [
        (["12001"], None),
        (None, ["9002"]),
    ]


def test_full_names_are_said_as_they_are() -> None:
    sayable = [value for value in HOSTILE if "\ud800" not in value and SLOT not in value]
    admins = {f"a{number}": Admin(f"a{number}", ("ssh-rsa AAAA",), value) for number, value in enumerate(sayable)}
    of = replace(directory(admins=list(admins)), admins=tuple(admins.values()))
    tree = entries(made(of, "ldap")["ldap/tree.ldif"])
    found = {entry["uid"][0]: entry for entry in tree if "uid" in entry}
    assert {name: entry["cn"] for name, entry in found.items()} == {
        name: [admin.full_name or name] for name, admin in admins.items()
    }
    assert {entry["uidNumber"][0] for entry in found.values()} == {str(10000 + turn) for turn in range(len(sayable))}
    assert all(entry["sshPublicKey"] == ["ssh-rsa AAAA"] for entry in found.values())
    assert len(tree) == 5 + len(sayable)


def test_nothing_holds_a_password() -> None:
    text = "".join(files_of(directory()).values())
    assert "userPassword:" not in "".join(line for line in text.splitlines() if not line.startswith(("olc", "printf")))
    assert "olcRootPW: {CRYPT}@@cd:secret:openldap.root_password:crypt@@\n" in text


def test_the_other_family_differs_in_places_only() -> None:
    debian = directory()
    el = replace(debian, nodes={name: replace(node, os=EL9) for name, node in debian.nodes.items()})
    text = made(el, "ldap")["ldap/config.ldif"]
    assert "/etc/ldap" not in text
    assert "olcModuleLoad" not in text
    for ours, theirs in (("/etc/openldap", "/etc/ldap"), ("/run/openldap", "/run/slapd")):
        text = text.replace(ours, theirs)
    assert set(text.splitlines()) < set(files_of(debian)["ldap/config.ldif"].splitlines())


def test_without_a_server_there_are_no_files() -> None:
    assert made(small(), "ldap") == {}


def test_servers_that_are_told_different_things_are_refused() -> None:
    one = directory()
    server = one.nodes["ldap"]
    other = replace(server, name="ldap2", parameters={**server.parameters, "openldap.home": "/home"})
    with pytest.raises(Refused, match="its servers differ"):
        made(replace(one, nodes={"ldap": server, "ldap2": other}), "ldap")


def test_each_server_has_certificates_of_its_own() -> None:
    one = directory()
    server = one.nodes["ldap"]
    other = replace(
        server, name="ldap2", fqdn="ldap2.x", parameters={**server.parameters, "openldap.certificate": "/srv/2.pem"}
    )
    text = made(replace(one, nodes={"ldap": server, "ldap2": other}), "ldap")["ldap/bin/ldap-setup"]
    assert "  ldap2 | ldap2.x)\n    certificate=/srv/2.pem\n" in text
