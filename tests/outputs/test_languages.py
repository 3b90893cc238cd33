"""A value that a language says is read back as exactly that value by who reads the language; or it cannot be said."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from ipaddress import ip_address
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import example, given
from pykickstart.parser import KickstartParser
from pykickstart.version import makeVersion

from clusterdef.languages import LANGUAGES, CannotSay, Safe, slot
from tests.outputs.hostile import HOSTILE, values

TEXT_LANGUAGES = [name for name in LANGUAGES if name not in ("json", "enc", "keajson", "pp", "yaml")]


def said(language: str, value: object) -> str | None:
    try:
        return LANGUAGES[language].say(value)
    except CannotSay:
        return None


def said_in(language: str, place: str, value: object) -> str | None:
    try:
        return LANGUAGES[language].say_in(place, value)
    except CannotSay:
        return None


def in_sh(script: str) -> bytes:
    return subprocess.run(["sh", "-c", script], capture_output=True, check=True, timeout=20).stdout


@given(values)
def test_sh_reads_a_word_back(value: str) -> None:
    text = said("sh", value)
    if text is not None:
        assert in_sh(f"printf %s {text}").decode() == value
        assert shlex.split(text) == [value]
        assert len(text.splitlines()) <= 1


@given(values)
def test_sh_reads_a_document_back(value: str) -> None:
    text = said_in("sh", "document", value)
    if text is not None:
        assert in_sh("{\n" + text + "\n}\nprintf end").decode() == value + "end"
        assert not [line for line in text.splitlines() if line.lstrip().startswith("%")]


@given(values)
def test_a_kickstart_reads_a_word_back(value: str) -> None:
    text = said("ks", value)
    if text is not None:
        handler = makeVersion("RHEL9")
        parser = KickstartParser(handler)
        parser.readKickstartFromString(f"user --name=x --gecos={text}\n")
        assert handler.user.userList[0].gecos == value


@given(values)
def test_json_reads_a_value_back(value: str) -> None:
    text = said("json", {value: [value, 1, None, True]})
    assert text is None or (text.isascii() and json.loads(text) == {value: [value, 1, None, True]})
    assert text is not None or "@@cd:" in value


@given(values)
def test_yaml_readers_and_json_readers_agree_on_classifier_data(value: str) -> None:
    text = said("enc", {"key": value})
    if text is not None:
        assert text.isascii()
        assert json.loads(text) == {"key": value}
        assert yaml.load(text, yaml.CSafeLoader) == {"key": value}


@given(values)
@example("a\\u0007")
@example("\\\\ud83d")
def test_a_backslash_is_no_control_character(value: str) -> None:
    harmless = value.isprintable() and all(ord(char) < 0xD800 for char in value) and "@@cd:" not in value
    if harmless:
        assert said("enc", value) is not None


@given(values)
def test_xml_reads_text_back_in_elements_and_attributes(value: str) -> None:
    text = said("xml", value)
    if text is not None:
        read = ElementTree.fromstring(f'<a b="{text}">{text}</a>')
        assert read.get("b") == value
        assert (read.text or "") == value


@given(values)
def test_an_xml_comment_stays_a_comment(value: str) -> None:
    text = said_in("xml", "comment", value)
    if text is not None:
        assert ElementTree.fromstring(f"<a><!-- {text} --><b/></a>")[0].tag == "b"


@pytest.mark.parametrize("language", TEXT_LANGUAGES)
@given(value=values)
def test_a_comment_is_one_line(language: str, value: str) -> None:
    text = said_in(language, "comment", value)
    if text is not None:
        assert text == value
        assert len(f"# {text}".splitlines()) == 1


@pytest.mark.parametrize(
    "language",
    [
        "syslinux",
        "dnsmasqconf",
        "hostsfile",
        "knownhosts",
        "namedconf",
        "nodegroups",
        "sshconfig",
        "path",
        "radvdconf",
        "zone",
    ],
)
@given(value=values)
def test_where_there_are_no_quotes_a_word_is_a_word(language: str, value: str) -> None:
    text = said(language, value)
    if text is not None:
        assert text == value
        assert text.split() == [value]
        # A semicolon means nothing in a menu of PXELINUX, and something to cloud-init.
        assert not set(text) & set("#'\"\\`$|<>" if language == "syslinux" else "#'\"\\`$;|<>")


@given(values)
def test_a_name_cannot_leave_its_directory(value: str) -> None:
    text = said("path", value)
    if text is not None:
        assert "/" not in text
        assert not text.startswith((".", "-"))


@given(values)
def test_a_package_is_one_word_of_its_own_line(value: str) -> None:
    text = said_in("ks", "package", value)
    if text is not None:
        assert text.split() == [value]
        assert not text.startswith(("%", "#"))


def test_all_hostile_values_were_tried_on_sh_at_once() -> None:
    sayable = [value for value in HOSTILE if said("sh", value) is not None]
    script = "printf '%s\\0' " + " ".join(LANGUAGES["sh"].say(value) for value in sayable)
    assert in_sh(script).decode().split("\0")[:-1] == sayable
    assert len(sayable) > 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_value_can_pretend_to_be_a_secret(language: str) -> None:
    with pytest.raises(CannotSay, match=r"kept for secrets|only"):
        LANGUAGES[language].say(str(slot("root", "plain")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slot_passes_everywhere(language: str) -> None:
    assert LANGUAGES[language].say(slot("users.root_password", "crypt")) == "@@cd:secret:users.root_password:crypt@@"


@pytest.mark.parametrize("wrong", [("root password", "crypt"), ("", "crypt"), ("root", "clear"), ("a@@b", "plain")])
def test_a_slot_has_a_name_and_a_known_kind(wrong: tuple[str, str]) -> None:
    with pytest.raises(CannotSay):
        slot(*wrong)


def test_what_one_language_has_said_is_an_error_in_another() -> None:
    with pytest.raises(CannotSay, match="already written in sh"):
        LANGUAGES["xml"].say(Safe("'a'", "sh"))
    assert LANGUAGES["sh"].say(Safe("'a'", "sh")) == "'a'"


@pytest.mark.parametrize("value", [None, True, 1.5, ["a"], {"a": 1}, b"a"])
@pytest.mark.parametrize("language", TEXT_LANGUAGES)
def test_only_text_numbers_and_addresses_are_words(language: str, value: object) -> None:
    with pytest.raises(CannotSay):
        LANGUAGES[language].say(value)


@pytest.mark.parametrize("language", ["sh", "ks", "xml", "dnsmasqconf", "hostsfile"])
def test_numbers_and_addresses_are_words(language: str) -> None:
    say: Callable[[object], str] = LANGUAGES[language].say
    assert (say(7), say(ip_address("192.0.2.1")), say(ip_address("2001:db8::1"))) == ("7", "192.0.2.1", "2001:db8::1")


def test_puppet_has_literals_for_data() -> None:
    value = {"a": [1, 2.5, True, None, "it's"], "b": {}}
    assert LANGUAGES["pp"].say(value) == r"{'a' => [1, 2.5, true, undef, 'it\'s'], 'b' => {}}"
    with pytest.raises(CannotSay):
        LANGUAGES["pp"].say({"a": {1, 2}})
    with pytest.raises(CannotSay):
        LANGUAGES["pp"].say(float("nan"))


def test_a_refusal_says_what_and_why() -> None:
    with pytest.raises(CannotSay) as told:
        LANGUAGES["ks"].say("a\nb")
    assert str(told.value) == "a kickstart cannot say 'a\\nb': it holds U+000A, which does not fit on one line of text"
