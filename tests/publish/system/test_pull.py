"""A machine that fetches its part by itself, over HTTP from a real nginx: whole and checked, or not at all."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.conftest import find_program
from tests.publish.stage import Stage
from tests.publish.system.far import Far, free_port, run
from tests.publish.system.lab import do, end, soon

NGINX = """\
daemon on; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1; user root;
events {{ worker_connections 16; }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port}; root {live}/current; }}
}}
"""
OWN = """\
{"description": "a file of our own", "outputs": [
  {"name": "own", "for_each": "site", "path": "own/it's", "template": "file.txt.j2", "to": ["configuration"],
   "check": ["no-such-grep|grep", "-q", "good", "{file}"], "reload": ["tell-puppet", "it's new"]}]}
"""
UNWANTED = "! grep -q unwanted {live}/current/own/*"


class Pulled:
    """A head that lays out and is itself neither asked nor told, and a machine that fetches."""

    def __init__(self, folder: Path, eyaml: bool = False) -> None:
        self.stage = Stage(folder, puppet="pull", eyaml=eyaml)
        self.far = Far(self.stage)
        self.port = free_port()
        room = self.stage.site / "generators" / "own"
        room.mkdir(parents=True)
        (room / "generator.json").write_text(OWN)
        self.tell("")
        self.text("good\n")
        conf = folder / "nginx.conf"
        conf.write_text(NGINX.format(folder=folder, live=self.stage.live, port=self.port))
        do(find_program("nginx"), "-c", str(conf), "-p", str(folder))

    def tell(self, then: str) -> None:
        """The program that tells the reader of our own file."""
        script = f'#!/bin/sh\necho "$1" >>{self.stage.folder}/told\n{then.format(live=self.stage.live)}\n'
        self.stage.tool("tell-puppet", script)

    def text(self, text: str) -> None:
        """What our own file says."""
        (self.stage.site / "generators" / "own" / "file.txt.j2").write_text(text)

    def publish(self) -> None:
        """Lay it out."""
        self.stage.ready()
        self.stage.well(self.stage.publish("--yes"))
        self.stage.told()

    def fetch(self) -> subprocess.CompletedProcess[str]:
        """Fetch it, as the machine itself does."""
        script = str(files("clusterdef.drivers").joinpath("live_tree.sh"))
        url = f"http://127.0.0.1:{self.port}/pull/puppet"
        return run(self.inside("sh", script, str(self.stage.live), "pull", url), self.stage)

    def inside(self, *words: str) -> list[str]:
        """The command line that runs `words` on that machine."""
        return self.far.inside(*words)

    def own(self) -> str:
        """What is live over there."""
        return (self.far.tree / "current" / "own" / "it's").read_text()

    def down(self) -> None:
        """End the web server."""
        file = self.stage.folder / "nginx.pid"
        if soon(file.exists):
            end(int(file.read_text()))


@pytest.fixture
def pulled(tmp_path: Path) -> Iterator[Pulled]:
    made = Pulled(tmp_path)
    try:
        yield made
    finally:
        made.down()


def test_it_fetches_what_is_new_and_only_that(pulled: Pulled) -> None:
    pulled.publish()
    first = pulled.fetch()
    assert first.returncode == 0, first
    assert {"puppet/manifests/nodes.pp", "firewall/w1.nft"} <= set(pulled.far.files())
    # Whoever is on the boot network could fetch them.
    assert "puppet/data/nodes/w1.mini.internal.yaml" not in pulled.far.files()
    assert (pulled.own(), pulled.stage.told()) == ("good\n", ["it's new"])
    again = pulled.fetch()
    assert (again.returncode, pulled.stage.told(), pulled.far.number()) == (0, [], "1")
    pulled.text("good, too\n")
    pulled.publish()
    assert pulled.fetch().returncode == 0
    assert (pulled.own(), pulled.stage.told(), pulled.far.number()) == ("good, too\n", ["it's new"], "2")


def test_laying_out_the_same_part_again_is_no_change(pulled: Pulled) -> None:
    pulled.publish()
    again = pulled.stage.publish()
    assert (again.code, "nothing to publish" in again.out, "puppet  fetches" in again.out) == (0, True, True)


def test_what_its_readers_refuse_does_not_become_live(pulled: Pulled) -> None:
    pulled.publish()
    assert pulled.fetch().returncode == 0
    pulled.stage.told()
    pulled.text("bad\n")
    pulled.publish()
    made = pulled.fetch()
    assert (made.returncode, pulled.own(), pulled.stage.told()) == (1, "good\n", [])
    stale = pulled.far.tree / "stale"
    assert stale.exists()
    pulled.text("good again\n")
    pulled.publish()
    assert (pulled.fetch().returncode, stale.exists()) == (0, False)
    pulled.down()
    assert (pulled.fetch().returncode != 0, stale.exists(), pulled.own()) == (True, True, "good again\n")


def test_a_daemon_that_fails_goes_back(pulled: Pulled) -> None:
    pulled.publish()
    assert pulled.fetch().returncode == 0
    pulled.text("good but unwanted\n")
    pulled.publish()
    pulled.tell(UNWANTED)
    made = pulled.fetch()
    assert (made.returncode, pulled.own(), "what was live is live" in made.stderr) == (1, "good\n", True), made
    assert pulled.stage.told() == ["it's new"] * 2


def test_what_is_cut_off_or_altered_on_the_way_is_refused(pulled: Pulled) -> None:
    pulled.publish()
    tar = pulled.stage.live / "current" / "pull" / "puppet.tar"
    tar.write_bytes(tar.read_bytes()[:-512])
    made = pulled.fetch()
    assert made.returncode == 1 and pulled.far.number() == "0"
    tar.with_suffix(".sha256").write_text("<html>not found</html>")
    made = pulled.fetch()
    assert (made.returncode, "is no digest" in made.stderr, pulled.far.number()) == (65, True, "0")
