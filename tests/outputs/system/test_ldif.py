"""LDIF, read by slapd: a value that is said is what a search finds, and the name of an entry is that name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterdef.languages import LANGUAGES, CannotSay
from tests.outputs.directory import BASE, TOP, Machine, directory, files_of
from tests.outputs.hostile import HOSTILE, values

EDGES = (
    " a",
    "a ",
    "  ",
    ":a",
    "<a",
    "#a",
    "a\\",
    '"a"',
    "a+b=c,d;e",
    "\x00",
    "a\x00b",
    "\x01",
    "\n",
    "a\n b",
    "a\x7f",
    "\\2c",
    "ä,ö",
)
PIECES = 40
"""Entries that slapd is given at once."""

some = st.lists(st.one_of(values, st.sampled_from(EDGES)), min_size=1, max_size=PIECES)
numbers = count()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A directory that was set up."""
    machine = Machine(tmp_path_factory.mktemp("ldif"), files_of(directory()))
    try:
        done = machine.run("/srv/clusterdef/current/ldap/bin/ldap-setup")
        assert done.returncode == 0, done.stderr
        yield machine
    finally:
        machine.close()


def said(place: str, value: object) -> str | None:
    try:
        return LANGUAGES["ldif"].say_in(place, value)
    except CannotSay:
        return None


def added(machine: Machine, *records: str) -> None:
    words = ["ldapadd", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///"]
    done = machine.run(*words, given="\n\n".join(records) + "\n")
    assert done.returncode == 0, done.stderr + ascii(records)


@given(some)
@example(list(HOSTILE))
@example(list(EDGES))
@settings(max_examples=15)
def test_a_value_is_found_as_it_was(machine: Machine, texts: list[str]) -> None:
    sayable = [(text, line) for text in texts if (line := said("attribute", ("description", text)))]
    wanted, records = {}, []
    for text, line in sayable:
        assert len(line.splitlines()) == 1
        name = f"value-{next(numbers)}"
        wanted[name] = text
        records.append(f"dn: cn={name},ou=Group,{TOP}\nobjectClass: organizationalRole\ncn: {name}\n{line}")
    if records:
        added(machine, *records)
        found = {entry["cn"][0]: entry["description"] for entry in machine.found("(cn=value-*)", "cn", "description")}
        assert {name: found[name] for name in wanted} == {name: [text] for name, text in wanted.items()}


@given(some)
@example(list(HOSTILE))
@example(list(EDGES))
@settings(max_examples=15)
def test_the_name_of_an_entry_is_that_name(machine: Machine, texts: list[str]) -> None:
    """Each value names an entry of its own branch; slapd takes it only when the name says what the attribute says."""
    wanted, records = {}, []
    for text in texts:
        branch = (("ou", f"branch-{next(numbers)}"), *BASE)
        line = said("entry", (("cn", text), *branch))
        value = said("attribute", ("cn", text))
        assert line is None or value is not None
        assert line is not None or value is None or len(text) > 60
        if line:
            records.append(f"{said('entry', branch)}\nobjectClass: organizationalUnit\nou: {branch[0][1]}")
            records.append(f"{line}\nobjectClass: organizationalRole\n{value}")
            wanted[branch[0][1]] = text
    if records:
        added(machine, *records)
        found = machine.found("(&(objectClass=organizationalRole)(cn=*))", "cn")
        seen = {entry["dn"][0].rpartition(f",{TOP}")[0].rpartition(",ou=")[2]: entry["cn"] for entry in found}
        assert {name: seen[name] for name in wanted} == {name: [text] for name, text in wanted.items()}


@pytest.mark.parametrize("value", ["", "\ud800", "@@cd:secret:x:plain@@"])
def test_what_is_no_value_is_not_said(value: str) -> None:
    assert said("attribute", ("cn", value)) is None
    assert said("entry", (("cn", value), *BASE)) is None


@pytest.mark.parametrize("kind", ["", "a b", "cn\n", "cn:", "ö"])
def test_the_name_of_an_attribute_is_a_word(kind: str) -> None:
    assert said("attribute", (kind, "x")) is None
    assert said("entry", ((kind, "x"),)) is None


@given(values)
def test_inside_other_text_a_name_needs_no_protection(value: str) -> None:
    text = said("dn", (("o", value), *BASE))
    assert text is None or (text == f"o={value},{TOP}" and not set(value) & set("\"'\\,+;<>#=\n\r\x00[]/&*"))
