"""`clusterdef enc`: the document of one machine and of all, what differs, and where it was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clusterdef.cli import exits
from tests.cli.shell import EXAMPLE, Shell

SITE = """\
clusterdef: 1
cluster: {name: mini, os: el9}
networks: {net: {subnet: 10.0.0.0/16, domain: mini.internal, dns: [10.0.0.1], ntp: [10.0.0.1]}}
os: {el9: {family: el, release: 9.6, media: el9-dvd}}
external:
  all: {provides: [configuration, time, dns, logs], at: [10.0.0.9]}
nodes:
  pdu1: {role: device, net: {net: 10.0.0.1}}
  w[1-2]: {role: base, net: {net: 10.0.1.1+}, install: existing}
  w3: {role: base, net: {net: 10.0.1.3}, install: existing, parameters: {puppet_agent.environment: testing}}
parameters: {sshd.x11_forwarding: true}
"""


@pytest.fixture
def mini(shell: Shell) -> Shell:
    shell.write(SITE)
    return shell


def test_one_machine_by_either_name(shell: Shell) -> None:
    said = shell.run("enc", "worker07", "--site", str(EXAMPLE))
    assert said.code == exits.FINE
    assert said.out.count("\n") == 1
    assert said.out.isascii()
    document = json.loads(said.out)
    assert list(document) == ["name", "classes", "parameters"]
    assert document["name"] == "worker07.mytier3.internal"
    assert document["classes"]["htcondor"]["slots"] == 8
    assert shell.run("enc", "worker07.mytier3.internal", "--site", str(EXAMPLE)).out == said.out


def test_all_machines_a_line_each(mini: Shell) -> None:
    said = mini.run("enc", "--all")
    assert said.code == exits.FINE, said.err
    found = [json.loads(line) for line in said.out.splitlines()]
    assert [one["name"] for one in found] == ["w1.mini.internal", "w2.mini.internal", "w3.mini.internal"]


def test_what_stands_in_the_current_generation_is_what_would_be_made(mini: Shell) -> None:
    made = mini.run("enc", "--all").out, mini.run("enc", "w2.mini.internal").out
    assert mini.run("generate").code == exits.FINE
    assert (mini.run("enc", "--all").out, mini.run("enc", "w2.mini.internal").out) == made
    assert mini.run("enc", "w2").out == made[1]


def test_a_document_that_somebody_changed_is_made_anew(mini: Shell) -> None:
    assert mini.run("generate").code == exits.FINE
    file = mini.folder / "generated" / "current" / "enc" / "w1.mini.internal.json"
    text = file.read_text()
    file.chmod(0o644)
    file.write_text(text.replace("true", "null"))
    assert mini.run("enc", "w1").out == text


def test_an_environment_is_told_only_where_one_is_said(mini: Shell) -> None:
    found = [json.loads(line) for line in mini.run("enc", "--all").out.splitlines()]
    assert [one.get("environment", "none") for one in found] == ["none", "none", "testing"]


def test_what_differs_from_the_last_generation(mini: Shell, tmp_path: Path) -> None:
    assert mini.run("generate").code == exits.FINE
    assert mini.run("enc", "--diff").out == ""
    mini.write(SITE.replace("x11_forwarding: true", "x11_forwarding: false").replace("w[1-2]", "w[1]"))
    said = mini.run("enc", "--diff").out
    assert '-      "x11_forwarding": true' in said
    assert '+      "x11_forwarding": false' in said
    assert "w2.mini.internal" in said
    one = mini.run("enc", "w1", "--diff").out
    assert "w1.mini.internal" in one
    assert "w2.mini.internal" not in one
    assert mini.run("enc", "w1", "--diff", "-o", str(tmp_path / "none")).out.count("\n+") > 10


def test_each_value_with_the_place_where_it_was_written(shell: Shell) -> None:
    rows = shell.run("enc", "worker07", "--explain", "--site", str(EXAMPLE)).out.splitlines()
    slots = next(row for row in rows if row.startswith("  slots = 8"))
    assert slots.split()[-1].startswith("site.yaml:")
    assert "htcondor" in rows
    assert any(row.startswith("$cd_rack = A2") for row in rows)


def test_who_is_not_there_or_is_told_nothing(mini: Shell) -> None:
    lost = mini.run("enc", "w9")
    assert lost.code == exits.USAGE
    assert "no node or certificate name 'w9'" in lost.err
    device = mini.run("enc", "pdu1")
    assert device.code == exits.USAGE
    assert "nothing of pdu1: it is a device" in device.err
    assert device.out == ""


def test_where_nodes_pp_was_chosen(shell: Shell, tmp_path: Path) -> None:
    text = EXAMPLE.read_text().replace(
        "parameters: {batch: htcondor,", "parameters: {batch: htcondor, puppet_server.classify: nodes.pp,"
    )
    assert "nodes.pp" in text
    folder = tmp_path / "site"
    folder.mkdir()
    for name in ("hardware.csv", "ssh"):
        (folder / name).symlink_to(EXAMPLE.parent / name)
    (folder / "site.yaml").write_text(text)
    said = shell.run("enc", "worker07", "--site", str(folder))
    assert said.code == exits.USAGE
    assert "by nodes.pp" in said.err


@pytest.mark.parametrize("words", [(), ("w1", "--all"), ("--explain",), ("w1", "--diff", "--explain")])
def test_what_makes_no_sense_is_said(mini: Shell, words: tuple[str, ...]) -> None:
    assert mini.run("enc", *words).code == exits.USAGE
