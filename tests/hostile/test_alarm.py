"""Would it be noticed? A language that says values as they are is found out; so is a host name that is a command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clusterdef.generate import artifacts
from clusterdef.languages import LANGUAGES, Language
from clusterdef.problem import Refused
from clusterdef.verbs.check import check
from tests.fuzz.__main__ import main
from tests.hostile.ground import HOME, SITE, places
from tests.hostile.trial import _render, harmless, languages, tried
from tests.outputs.clusters import render, shipped, small

WORST = "a'b\"c$(touch x)`y`;<z>&{#}|\\ e, - f"
COMMAND = "a$(touch /tmp/x);reboot"
"""What a peer tool writes unquoted into a script that root runs."""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """What a broken language said is remembered by nobody."""
    _render.cache_clear()
    yield
    _render.cache_clear()


def careless(language: Language) -> Language:
    """A language that says every value as it is."""
    return replace(language, word=str, places=dict.fromkeys(language.places, str), other=str)


@pytest.mark.parametrize("name", ["sh", "ks", "xml", "html", "md", "csv", "yaml", "pp", "enc"])
def test_a_careless_language_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    harmless()
    monkeypatch.setattr("clusterdef.render.LANGUAGES", {**LANGUAGES, name: careless(LANGUAGES[name])})
    free = {place: WORST for place in places() if place.takes(WORST)}
    assert tried(free).wrong


def test_the_same_text_is_harmless_otherwise() -> None:
    outcome = tried({place: WORST for place in places() if place.takes(WORST)})
    assert outcome.wrong == []
    assert outcome.refused == {}


@pytest.mark.parametrize("key", ["nodes", "floating", "networks", "groups", "roles", "os"])
def test_a_name_that_is_a_command_is_refused(key: str, tmp_path: Path) -> None:
    lines = (HOME / SITE).read_text("utf-8").splitlines()
    place = lines.index(f"{key}:") if f"{key}:" in lines else len(lines)
    head = [f"{key}:"] if place == len(lines) else []
    lines[place + (not head) : place + (not head)] = [*head, f"  '{COMMAND}': {{}}"]
    (tmp_path / SITE).write_text("\n".join(lines), "utf-8")
    problems = check(tmp_path / SITE).problems
    number = lines.index(f"  '{COMMAND}': {{}}") + 1
    assert [one for one in problems if one.mark and one.mark.line == number and COMMAND in one.message + one.mark.text]


DATA = {"yaml", "json", "enc", "xml", "html", "md", "csv"}
"""Languages in which a text is no more than a text."""


def test_behind_the_checks_every_language_protects_it_too() -> None:
    """Even if nothing had looked at the name, it would not get into a script, a boot file or a path."""
    cluster = small()
    worker = replace(cluster.nodes["worker01"], name=COMMAND, fqdn=COMMAND)
    named = replace(cluster, nodes={**cluster.nodes, COMMAND: worker})
    holding: set[str] = set()
    refusing: set[str] = set()
    for generator in shipped():
        try:
            files = list(artifacts(named, [generator], render()))
        except Refused as refused:
            assert any(ascii(COMMAND)[1:-1] in problem.message for problem in refused.problems)
            refusing.add(generator.name)
        else:
            holding |= {languages()[file.maker] for file in files if COMMAND in file.content.decode()}
    assert {"kickstart", "pxelinux", "ipxe", "dnsmasq", "hosts", "classify", "ssh"} <= refusing
    assert holding <= DATA


def test_fuzzing_ends_well_and_is_the_same_again(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for _ in range(2):
        assert main(["--cases", "90", "--seed", "7", "--processes", "1"]) == 0
        told.append(capsys.readouterr().out.partition(" (")[0])
    assert told[0] == told[1]
    assert "0 failures" in told[0]


def test_fuzzing_shows_the_site_that_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("clusterdef.render.LANGUAGES", {**LANGUAGES, "html": careless(LANGUAGES["html"])})
    assert main(["--only", "1", "--seed", "3"]) == 1
    printed = capsys.readouterr().out
    assert "again with: python -m tests.fuzz --seed 3 --only 1" in printed
    assert "as in tests/hostile/ground" in printed
