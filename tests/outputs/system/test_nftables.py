"""Packet filters of nftables, read by nft in a network namespace of their own."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clusterdef.languages import LANGUAGES, CannotSay
from tests.conftest import find_program
from tests.golden.golden import Case, cases
from tests.outputs.hostile import HOSTILE, values

SAID = LANGUAGES["nft"]


def nft(text: str, *more: str) -> str:
    """What nft answers when it loads the text in an empty network namespace and lists its rules; it must take it."""
    script = 'nft=$1; shift; "$nft" -f - && "$nft" "$@" list ruleset'
    command = ["unshare", "--map-root-user", "--net", "sh", "-c", script, "sh", find_program("nft"), *more]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode() + text
    return done.stdout.decode()


def rules(text: str) -> list[dict[str, Any]]:
    return [item["rule"] for item in json.loads(nft(text, "-j"))["nftables"] if "rule" in item]


def table(*lines: str) -> str:
    return "\n".join(["table inet t {", "chain c {", *lines, "}", "}", ""])


@pytest.mark.parametrize("case", cases(), ids=str)
def test_nft_takes_every_machine_of_every_golden_site(case: Case) -> None:
    files = [content.decode() for path, content in case.made().items() if path.endswith(".nft")]
    if "parameters: {firewall.mode: none}" not in case.site.read_text("utf-8"):
        assert files
    for text in files:
        nft(text)
    # Loaded again over itself, as a change is.
    nft("\n".join(files[:1] * 2))


def sayable(place: str, among: list[str]) -> dict[str, str]:
    """What the language says in a place, by the value."""
    found = {}
    for value in among:
        try:
            found[value] = SAID.say_in(place, value)
        except CannotSay:
            continue
    return found


many = st.lists(values, min_size=1, max_size=40)


@given(many)
@example(list(HOSTILE))
@example(["x" * 128, "é" * 64, "é" * 65, "x" * 129, "$a", "*", "\\"])
@settings(max_examples=15)
def test_a_comment_is_read_back(among: list[str]) -> None:
    said = sayable("text", among)
    found = rules(table(*(f"accept comment {text}" for text in said.values())))
    assert [rule.get("comment") for rule in found] == list(said)


@given(many)
@example(list(HOSTILE))
@example(["x" * 126, "x" * 127, "$a", "a$b c", "${a}", "é" * 63])
@settings(max_examples=15)
def test_a_log_prefix_is_read_back(among: list[str]) -> None:
    said = sayable("prefix", [value for value in among if value])
    found = rules(table(*(f"log prefix {text}" for text in said.values())))
    assert [rule["expr"][0]["log"]["prefix"] for rule in found] == list(said)


@given(many)
@example(list(HOSTILE))
@example(["eno1", "eno1.5", "br-private", "x" * 15, "x" * 16, "en*", "*", "a\\*", "ib0.8001@x"])
@settings(max_examples=15)
def test_a_device_is_read_back_and_is_no_pattern(among: list[str]) -> None:
    said = []
    for value in dict.fromkeys(among):
        try:
            said.append((value, SAID.say_in("devices", [value])))
        except CannotSay:
            continue
    found = rules(table(*(f"iifname {text} accept" for _, text in said)))
    assert [rule["expr"][0]["match"]["right"] for rule in found] == [value for value, _ in said]
    assert not [value for value, _ in said if "*" in value]


@given(many)
@example(list(HOSTILE))
@example(["a\\", "a;b", "}", "{", 'include "/etc/passwd"'])
@settings(max_examples=15)
def test_a_comment_of_the_file_hides_its_line_and_no_more(among: list[str]) -> None:
    said = sayable("comment", among)
    lines = [line for text in said.values() for line in (f"# {text}", "accept")]
    assert len(rules(table(*lines))) == len(said)


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=20, unique=True))
@settings(max_examples=10)
def test_a_set_is_read_back(numbers: list[int]) -> None:
    said = SAID.say_in("any_of", [str(number) for number in numbers])
    (rule,) = rules(table(f"tcp dport {said} accept"))
    right = rule["expr"][0]["match"]["right"]
    found = right["set"] if isinstance(right, dict) else [right]
    assert sorted(found) == sorted(numbers)


def test_a_word_has_a_closed_alphabet() -> None:
    for value in HOSTILE:
        try:
            said = SAID.say(value)
        except CannotSay:
            continue
        assert said == value
        assert not set(value) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/-")
