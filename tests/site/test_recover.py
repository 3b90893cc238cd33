"""On the small site: a worker whose disk is lost comes back, and one that had a life before is taken over."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.site.ground import DEFINITION, LIMIT, Ground
from tests.site.machine import Machine
from tests.site.rehearsal import DOMAIN

STATE = "/var/lib/clusterdef/recover"
WAIT = 300.0
"""Seconds for what takes a few."""
LINE = re.compile(r"^ +(ssh root@\S+ 'sh -s' < \S+)$", re.MULTILINE)

PLANT = """\
set -eu
cd "$(mktemp -d)"
openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout key -out request 2>/dev/null
curl -sSk -X PUT -H 'Content-Type: text/plain' --data-binary @request \\
  "https://puppet:8140/puppet-ca/v1/certificate_request/$1?environment=production"
"""
"""Anybody on the network may send a request under any name."""


def recover(site: Ground, name: str, *words: str) -> subprocess.Popen[str]:
    """Somebody types it on the head, and watches."""
    return site.head.start("env", "-C", DEFINITION, "clusterdef", "recover", name, "--wait", "15", *words)


def watched(site: Ground, name: str) -> dict[str, object]:
    """The record of the recovery, once it waits for the machine."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        found = site.head.run("cat", f"{STATE}/{name}/job.json", check=False).stdout
        record: dict[str, object] = json.loads(found) if found.strip() else {}
        if record.get("state") == "certificate":
            return record
        time.sleep(0.5)
    raise AssertionError(f"it never came to wait\n{site.evidence(name)}")


def said(process: subprocess.Popen[str]) -> tuple[int, str]:
    """How it ended, and everything it printed."""
    text, _ = process.communicate(timeout=LIMIT)
    return process.returncode, text


def held(certname: str, folder: str) -> tuple[str, ...]:
    """Where the authority may have something of this name, by the version of the server."""
    places = ("/var/lib/puppet/ssl/ca", "/var/lib/puppet/ca", "/etc/puppet/puppetserver/ca")
    return tuple(f"{place}/{folder}/{certname}.pem" for place in places)


def serial(site: Ground, certname: str) -> str:
    """Which certificate the server signed for this name last."""
    for place in held(certname, "signed"):
        done = site.server.run("openssl", "x509", "-noout", "-serial", "-in", place, check=False)
        if not done.returncode:
            return done.stdout.strip()
    return ""


def unplanted(site: Ground, certname: str) -> None:
    """Wait until no request of this name is left: whoever watches looks every few seconds."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        if not site.server.run("ls", *held(certname, "requests"), check=False).stdout:
            return
        time.sleep(0.5)
    raise AssertionError(f"the request stays\n{site.evidence()}")


def test_a_worker_whose_disk_is_lost_comes_back(site: Ground) -> None:
    """Its stale certificate, a request that somebody planted, and a watcher who was killed notwithstanding."""
    name, certname = "worker01", f"worker01.{DOMAIN}"
    former = serial(site, certname)
    assert former
    site.machines[name].stop()
    mistyped = site.clusterdef("recover", "wroker01", "--yes", check=False)
    assert (mistyped.returncode, "did you mean worker01?" in mistyped.stderr) == (2, True), mistyped.stderr
    assert "dry run: nothing was changed" in site.clusterdef("recover", name, "--dry-run").stdout
    assert (serial(site, certname), site.head.run("ls", STATE, check=False).stdout) == (former, "")

    first = recover(site, name, "--yes")
    watched(site, name)
    holder = json.loads(site.head.run("cat", f"{STATE}/{name}/lock").stdout)
    other = site.clusterdef("recover", name, "--yes", check=False)
    assert (other.returncode, f"root (pid {holder['pid']}" in other.stderr) == (3, True), other.stderr
    site.head.run("kill", "-KILL", str(holder["pid"]))
    told = said(first)[1]

    again = recover(site, name)
    site.machines["int1"].run("sh", "-c", PLANT, "sh", certname)
    unplanted(site, certname)
    # Nobody types anything at the machine, nor at the head: it is installed, and asks.
    site.install(name)
    code, text = said(again)
    assert (code, f"{name} is back" in text) == (0, True), f"{text}\n{site.evidence(name)}"
    assert "it fetches its token from head and runs by itself" in told, told
    assert LINE.search(told), "where it cannot, it is started by hand"
    assert serial(site, certname) not in ("", former)
    assert "removed a request that did not show the token" in text, text
    assert site.head.run("ls", f"{STATE}/{name}").stdout.split() == ["lock"]
    assert site.server.run("ls", "-A", "/var/lib/clusterdef/tokens").stdout.split().count(certname) == 0
    assert "10.10.2.1" not in site.head.run("ls", "-A", "/var/lib/clusterdef-handout").stdout.split()
    assert site.agent(name).code == 0


OURS = re.compile(r"^(etc/puppet|var/lib/puppet|var/cache|var/log|var/lib/systemd|root/\.|etc/\.)(/|$)?")
"""What the agent has for itself, and what any start of a machine writes."""


def changed(one: Machine) -> dict[str, tuple[int, int, bytes]]:
    """Everything that the machine has of its own, besides the agent's: owner, mode and content by path."""

    def rows() -> Iterator[tuple[str, tuple[int, int, bytes]]]:
        upper = one.place / "upper"
        for path in upper.rglob("*"):
            name = str(path.relative_to(upper))
            if not OURS.match(name) and not path.is_dir():
                status = path.lstat()
                content = str(path.readlink()).encode() if path.is_symlink() else _content(path)
                yield name, (status.st_uid, status.st_mode, content)

    return dict(rows())


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def test_a_machine_that_runs_already_is_taken_over_class_by_class(site: Ground) -> None:
    name, certname = "worker02", f"worker02.{DOMAIN}"
    one = site.machines[name]
    site.install(name, ours=False)
    gone = site.clusterdef("certificate", "clean", name, "--yes").stdout
    assert f"{certname}: signed, gone" in gone
    assert "nothing" in site.clusterdef("certificate", "list", name).stdout

    told = site.clusterdef("retrofit", name, "--join").stdout
    line = LINE.search(told)
    assert line, told
    before = changed(one)
    site.head.run("ssh-keygen", "-R", "10.10.2.2")
    joined = site.head.run("sh", "-c", line[1], check=False, limit=LIMIT)
    assert joined.returncode == 0, f"{joined.stdout}\n{joined.stderr}\n{site.evidence(name)}"
    assert changed(one) == before, "in no-op nothing is changed"

    told = site.clusterdef("retrofit", name).stdout
    assert "changed nothing, and would have changed" in told
    assert re.search(r"^sshd\n  \S*\[", told, re.MULTILINE), told
    assert "slurm" in told

    assert not site.agent(name).code & 4
    assert changed(one) == before, "an ordinary run changes nothing either"

    node = "worker[01-02]: {role: worker,      net: {private: 10.10.2.1+}}"
    held = node.replace("}}", f"}}, except: {{{name}: {{parameters: {{puppet_agent.only: [sshd]}}}}}}}}")
    site.change(node, held)
    try:
        told = site.clusterdef("retrofit", name).stdout
        first = re.search(r"^ +(ssh root@\S+ 'puppet agent --test --no-noop.*)$", told, re.MULTILINE)
        assert first, told
        done = site.head.run("sh", "-c", first[1], check=False, limit=LIMIT)
        assert done.returncode == 2, done.stdout + done.stderr
        after = changed(one)
        moved = {path for path in after if after[path] != before.get(path)}
        assert any(path.startswith("etc/ssh/sshd_config") for path in moved), moved
        assert not any("slurm" in path or "sssd" in path for path in moved), moved
        assert site.agent(name).code == 0, "what is not adopted is left alone by ordinary runs"
        assert "is configured of sshd" in site.clusterdef("retrofit", name).stdout
    finally:
        site.change(held, node)
    assert site.agent(name).code == 2
    assert site.agent(name).code in (0, 2)
    last = site.agent(name)
    assert last.code == 0, last.text
