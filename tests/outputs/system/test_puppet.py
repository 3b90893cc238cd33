"""nodes.pp and classifier data, read by Puppet: legal, equal, and no value becomes anything else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clusterdef.languages import CannotSay, as_enc, as_puppet
from clusterdef.model import Cluster
from tests.outputs.clusters import made, small
from tests.outputs.hostile import HOSTILE

CLASSES = {
    "chrony": "class chrony(Array[String] $servers = []) {}\n",
    "agent": "class agent {}\n",
    "motd": "class motd(Any $text = '', Any $mood = {}, Any $secret = undef) {}\n",
}
MOOD = {
    "list": [1, 2.5, 1e-05, -3e16, True, None, "x"],
    "map": {"it's": "a\\b", "$x": "#{y}"},
    "empty": [],
    "none": {},
    "yes": "yes",
    "1e-05": "1e-05",
    "dates": ["2026-11-20", "12:30:00", "0755", "on", "~", "52:54:00:11:22:33", "1_000", "=", "<<", "!ruby/object:X"],
}


class Puppet:
    """Puppet with directories of its own."""

    def __init__(self, program: str, path: Path) -> None:
        self.program = program
        self.path = path
        self.modules = path / "code" / "environments" / "production" / "modules"
        for name, text in CLASSES.items():
            file = self.modules / name / "manifests" / "init.pp"
            file.parent.mkdir(parents=True)
            file.write_text(text)

    def run(self, *words: str, check: bool = True) -> str:
        places = [f"--{name}={self.path / name[:-3]}" for name in ("confdir", "vardir", "codedir")]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.path), "LC_ALL": "C.UTF-8"}
        command = [self.program, *words, *places, "--strict=error"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def catalog(self, certname: str, **settings: str) -> dict[str, Any]:
        """The classes with their parameters, and the parameters of the machine, of a compiled catalog."""
        options = [f"--{name}={value}" for name, value in settings.items()]
        text = self.run("catalog", "compile", certname, "--render-as=json", *options)
        found = json.loads(text[text.index("{") :])
        return {
            one["title"]: one.get("parameters", {})
            for one in found["resources"]
            if one["type"] == "Class" and one["title"].lower() in CLASSES
        }


@pytest.fixture
def puppet(program: Callable[[str], str], tmp_path: Path) -> Puppet:
    return Puppet(program("puppet"), tmp_path)


def moody() -> Cluster:
    cluster = small()
    values = {"motd.text": "a'b\"c\\ $x é", "motd.mood": MOOD, "motd.secret": "motd.x"}
    worker = replace(cluster.nodes["worker01"], parameters=values)
    return replace(cluster, nodes={**cluster.nodes, "worker01": worker})


def test_puppet_parses_nodes_pp(puppet: Puppet) -> None:
    file = puppet.path / "nodes.pp"
    file.write_text(made(moody(), "classify")["puppet/manifests/nodes.pp"])
    puppet.run("parser", "validate", str(file))


def test_both_ways_give_the_same_catalog_and_an_unknown_machine_gets_none(puppet: Puppet) -> None:
    files = made(moody(), "classify")
    for name, text in files.items():
        (puppet.path / name).parent.mkdir(parents=True, exist_ok=True)
        (puppet.path / name).write_text(text)
    enc = puppet.path / "enc" / "classifier"
    enc.chmod(0o755)
    name = "worker01.mytier3.internal"
    classified = puppet.catalog(name, node_terminus="exec", external_nodes=str(enc))
    manifest = str(puppet.path / "puppet" / "manifests" / "nodes.pp")
    listed = puppet.catalog(name, manifest=manifest)
    assert classified == listed
    assert listed["Motd"]["text"] == "a'b\"c\\ $x é"
    assert {key: listed["Motd"]["mood"][key] for key in MOOD} == MOOD
    assert "secret" not in listed["Motd"]
    assert "Agent" in listed
    for settings in ({"node_terminus": "exec", "external_nodes": str(enc)}, {"manifest": manifest}):
        options = [f"--{key}={value}" for key, value in settings.items()]
        text = puppet.run("catalog", "compile", "stranger.example.org", "--render-as=json", *options, check=False)
        assert '"resources"' not in text


def test_nodes_pp_that_was_made_anew_is_in_the_next_catalog(puppet: Puppet) -> None:
    name, file = "worker01.mytier3.internal", puppet.path / "nodes.pp"
    cluster = moody()
    worker = cluster.nodes["worker01"]
    texts = []
    for text in ("before", "after"):
        changed = replace(worker, parameters={**worker.parameters, "motd.text": text})
        new = replace(cluster, nodes={**cluster.nodes, "worker01": changed})
        file.write_text(made(new, "classify")["puppet/manifests/nodes.pp"])
        texts.append(puppet.catalog(name, manifest=str(file))["Motd"]["text"])
    assert texts == ["before", "after"]


def test_puppet_reads_every_hostile_value_back(puppet: Puppet) -> None:
    sayable: list[str] = []
    for value in HOSTILE:
        try:
            as_puppet(value)
        except CannotSay:
            continue
        sayable.append(value)
    target = puppet.path / "values"
    target.mkdir()
    files = [f"'{target}/{number}' => {as_puppet({'v': value})}['v']," for number, value in enumerate(sayable)]
    manifest = puppet.path / "values.pp"
    manifest.write_text(
        "$values = {\n" + "\n".join(files) + "\n}\n$values.each |$p, $v| { file { $p: content => $v } }\n"
    )
    puppet.run("apply", str(manifest))
    assert [(target / str(number)).read_bytes().decode() for number in range(len(sayable))] == sayable
    assert len(sayable) > 45


def test_what_the_classifier_cannot_say_is_refused() -> None:
    for value in ("\U0001f600", "a\x00b", "\x7f", "\x1b[31m", {"k" * 1001: 1}):
        with pytest.raises(CannotSay):
            as_enc({"key": value})
