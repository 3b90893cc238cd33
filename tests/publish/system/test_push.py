"""Pushing over ssh, to a real sshd: each machine gets its part, and all of them change or none does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publish.stage import Said, Stage
from tests.publish.system.far import Far, far

OWN = """\
{"description": "a file of our own", "outputs": [
  {"name": "own", "for_each": "site", "path": "own/file", "template": "file.txt.j2", "to": ["configuration"],
   "reload": ["tell-puppet"]}]}
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, puppet="push")


@pytest.fixture
def other(stage: Stage) -> Iterator[Far]:
    with far(stage) as made:
        yield made


def publish(stage: Stage, other: Far, *words: str) -> Said:
    return stage.publish("--ssh-config", str(other), "--yes", *words)


def test_each_machine_gets_its_part(stage: Stage, other: Far) -> None:
    commit = stage.ready()
    made = publish(stage, other)
    assert made.code == 0, made
    certnames = ("head", "puppet", "w1", "w2")
    secrets = {f"puppet/data/nodes/{name}.mini.internal.yaml" for name in certnames}
    own = {"puppet/manifests/nodes.pp", "puppet/hiera.yaml", "hosts/hosts", "firewall/w1.nft", *secrets}
    there = other.files()
    assert own | {".manifest", ".publication.json"} <= there
    assert not any(path.startswith(("kickstart/", "tftp/", "dnsmasq/")) for path in there)
    live = stage.files()
    for path in own - secrets:
        assert (other.tree / "current" / path).read_text() == live[path][0]
    for path in secrets:
        file = other.tree / "current" / path
        assert "@@cd:secret:users.root_password:crypt@@" in live[path][0]
        assert (file.stat().st_mode & 0o777, file.group()) == (0o640, "puppet")
        assert file.read_text().count("$6$") == live[path][0].count(":crypt@@") > 0
        assert "@@cd" not in file.read_text()
    assert (other.tree / "current" / ".manifest").stat().st_mode & 0o777 == 0o600
    assert f'"commit": "{commit}"' in (other.tree / "publications.log").read_text()
    again = publish(stage, other)
    assert (again.code, "nothing to publish" in again.out) == (0, True)


ANOTHER = """\
#!/bin/sh
[ "$1 $2" != "config print" ] || echo 'node_terminus = exec
external_nodes = /etc/puppet/node.rb'
"""
"""A Puppet whose server asks a classifier, although the site has its nodes.pp."""


def test_a_second_classifier_is_told_although_nothing_changes_there(stage: Stage, other: Far) -> None:
    stage.ready()
    stage.well(publish(stage, other))
    number = (other.tree / "current").readlink()
    tool = other.tools / "puppet"
    tool.write_text(ANOTHER)
    tool.chmod(0o755)
    said = "warning  puppet: puppet.conf asks a classifier, /etc/puppet/node.rb,"
    again = publish(stage, other)
    assert (again.code, said in again.err, "nothing to publish" in again.out) == (0, True, True), again
    # What changes for others only becomes live there.
    (stage.live / "current" / "dnsmasq" / "extra.conf").write_text("# mine\n")
    made = publish(stage, other)
    assert (made.code, said in made.err, "is live on head (" in made.out) == (0, True, True), made
    assert (other.tree / "current").readlink() == number
    # What changes there does not.
    stage.ready(3)
    refused = publish(stage, other)
    assert (refused.code, "asks a classifier, /etc/puppet/node.rb," in refused.err) == (3, True), refused
    assert said not in refused.err


def test_what_is_refused_there_changes_nothing_here(stage: Stage, other: Far) -> None:
    stage.ready()
    assert publish(stage, other).code == 0
    before, there = stage.files(), other.files()
    # Only the server is asked: it is the one that reads them.
    parser = other.tools / "puppet"
    parser.write_text('#!/bin/sh\necho "Syntax error at end of input" >&2\nexit 1\n')
    parser.chmod(0o755)
    stage.ready(3)
    made = publish(stage, other)
    assert (made.code, "puppet: puppet refuses puppet/manifests/nodes.pp" in made.err) == (3, True), made
    assert "Syntax error at end of input" in made.err
    assert (stage.files(), other.files(), stage.number, other.number()) == (before, there, "1", "1")


def test_when_the_last_daemon_fails_every_machine_goes_back(stage: Stage, other: Far) -> None:
    room = stage.site / "generators" / "own"
    room.mkdir(parents=True)
    (room / "generator.json").write_text(OWN)
    (room / "file.txt.j2").write_text("{{ cluster.nodes | length }}\n")
    stage.tool("tell-puppet", "#!/bin/sh\n")
    told = other.tools / "tell-puppet"
    told.write_text(f"#!/bin/sh\necho told >>{other.folder}/told\ngrep -q 4 {stage.live}/current/own/file\n")
    told.chmod(0o755)
    stage.ready()
    assert publish(stage, other).code == 0
    before, there = stage.files(), (other.tree / "current" / "own" / "file").read_text()
    stage.told()
    stage.ready(3)
    made = publish(stage, other)
    assert (made.code, "'tell-puppet' failed" in made.err) == (3, True), made
    assert (stage.files(), (other.tree / "current" / "own" / "file").read_text()) == (before, there)
    assert stage.told() == ["restart dnsmasq.service"] * 2
    assert (other.folder / "told").read_text() == "told\n" * 3


def test_a_machine_that_is_not_reached_can_wait(stage: Stage, other: Far) -> None:
    other.down()
    stage.ready()
    made = publish(stage, other)
    assert (made.code, "puppet is not reached by ssh" in made.err) == (3, True), made
    assert "clusterdef publish --without puppet" in made.err
    assert stage.number == ""
    assert publish(stage, other, "--without", "puppet").code == 0
    assert "puppet/data/nodes/w1.mini.internal.yaml" in stage.files()


def test_a_server_without_the_private_key_is_sent_nothing_that_it_could_not_read(tmp_path: Path) -> None:
    stage = Stage(tmp_path, puppet="push", eyaml=True)
    with far(stage) as other:
        (other.tools / "puppet").write_text("#!/bin/sh\n")
        (other.tools / "puppet").chmod(0o755)
        stage.ready()
        said = publish(stage, other)
        assert (said.code, stage.number, other.number()) == (3, "0", "0"), said
        assert "there is no private key /etc/clusterdef/eyaml/" in said.err
