"""The server is asked, before new files are live, whether something else tells it what machines are."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.outputs.clusters import render

pytestmark = pytest.mark.system

TREE = "/nowhere/clusterdef"
PUPPET = '#!/bin/sh\n[ "$1 $2 $3 $4" != "config print manifest node_terminus" ] || cat "$HOME/settings"\n'
OURS = {"node_terminus": "exec", "external_nodes": f"{TREE}/current/enc/classifier"}
PLAIN = {"node_terminus": "plain", "external_nodes": "none"}


class Cluster:
    tree = TREE


def asked(home: Path, enc: bool, settings: dict[str, str]) -> tuple[int, str]:
    """How the question ends on a server with these settings, and what it says."""
    (home / "bin").mkdir()
    (home / "bin" / "puppet").write_text(PUPPET)
    (home / "bin" / "puppet").chmod(0o755)
    (home / "manifests").mkdir()
    said = {"manifest": str(home / "manifests"), **settings}
    (home / "settings").write_text("".join(f"{name} = {value}\n" for name, value in said.items()))
    script = home / "classified"
    script.write_text(render("classify").template("classify/classified.sh.j2")({"cluster": Cluster, "enc": enc}))
    environment = {"HOME": str(home), "PATH": f"{home}/bin:/usr/bin:/bin"}
    done = subprocess.run(["sh", script], env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("enc", "settings", "said"),
    [
        (True, OURS, ""),
        (True, PLAIN, ""),
        (False, PLAIN, ""),
        (True, {**OURS, "external_nodes": "/usr/local/bin/other"}, "asks another classifier, /usr/local/bin/other"),
        (True, {**PLAIN, "manifest": f"{TREE}/current/puppet/manifests"}, "puppet.conf asks no classifier"),
        (True, {**PLAIN, "node_terminus": "classifier"}, "asks another classifier, node_terminus = classifier"),
        (False, OURS, f"puppet.conf asks a classifier, {TREE}/current/enc/classifier,"),
        (False, {**PLAIN, "node_terminus": "classifier"}, "puppet.conf asks a classifier, classifier,"),
        (False, {**OURS, "external_nodes": "/etc/puppet/node.rb"}, "asks a classifier, /etc/puppet/node.rb,"),
    ],
)
def test_one_way_alone(tmp_path: Path, enc: bool, settings: dict[str, str], said: str) -> None:
    code, text = asked(tmp_path, enc, settings)
    assert code == bool(said), text
    assert said in text
    assert bool(text) == bool(said)


def test_puppet_itself_says_what_is_asked(tmp_path: Path, program: Callable[[str], str]) -> None:
    """Settings where people put them: for all, or for the server under its former name."""
    puppet = program("puppet")
    for section in ("main", "master", "server"):
        home = tmp_path / section
        home.mkdir()
        (home / "puppet.conf").write_text(f"[{section}]\nnode_terminus = exec\nexternal_nodes = /etc/puppet/node.rb\n")
        (home / "bin").mkdir()
        (home / "bin" / "puppet").write_text(f'#!/bin/sh\nexec {puppet} "$@" --confdir {home} --vardir {home}/var\n')
        (home / "bin" / "puppet").chmod(0o755)
        script = home / "classified"
        script.write_text(render("classify").template("classify/classified.sh.j2")({"cluster": Cluster, "enc": False}))
        environment = {"HOME": str(home), "PATH": f"{home}/bin:/usr/bin:/bin"}
        done = subprocess.run(["sh", script], env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, "asks a classifier, /etc/puppet/node.rb," in done.stdout) == (1, True), done


def test_nodes_in_a_manifest_of_the_site(tmp_path: Path) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "old.pp").write_text("node 'worker01' {\n}\n")
    (tmp_path / "manifests").rename(tmp_path / "others")
    code, text = asked(tmp_path, True, {**OURS, "manifest": str(tmp_path / "others")})
    assert (code, f"{tmp_path}/others/old.pp declares nodes" in text) == (1, True)
