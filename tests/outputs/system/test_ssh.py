"""Keys and ways, asked of ssh and ssh-keygen; and what the folder of host keys may hold."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from clusterdef.languages import LANGUAGES, CannotSay
from clusterdef.model import Admin, Cluster, Floating, Placed
from tests.outputs.clusters import PRIVATE, PUBLIC, interface, made, network, node, small
from tests.outputs.clusters import cluster as site
from tests.outputs.hostile import HOSTILE

BLOB = "AAAAC3NzaC1lZDI1NTE5AAAAI{}"
HEAD = f"ssh-ed25519 {BLOB.format('A' * 43)}"
WORKER = f"ssh-ed25519 {BLOB.format('B' * 42 + 'A')}"


@pytest.fixture
def asked(program: Callable[[str], str], tmp_path: Path) -> Callable[..., str]:
    """`asked("ssh", "-G", …)`: what a program of OpenSSH answers."""

    def ask(name: str, *words: str, fails: bool = False) -> str:
        command = [program(name), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout

    return ask


def known() -> Cluster:
    """The head's key and one worker's are in the site."""
    cluster = small()
    head, worker = cluster.nodes["head"], cluster.nodes["worker01"]
    nodes = {"head": replace(head, host_keys=(HEAD,)), "worker01": replace(worker, host_keys=(WORKER,))}
    return replace(cluster, nodes={**cluster.nodes, **nodes})


def test_a_machine_is_known_by_every_name_and_address(asked: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(made(known(), "ssh")["ssh/known_hosts"])
    for name in ("head", "head.mytier3.internal", "head.physics.example.edu", "10.10.0.1", "192.0.2.10", "service"):
        assert HEAD in asked("ssh-keygen", "-F", name, "-f", str(file)), name
    assert WORKER in asked("ssh-keygen", "-F", "10.10.2.1", "-f", str(file))
    for stranger in ("worker02", "10.10.2.2", "*", "switch1"):
        asked("ssh-keygen", "-F", stranger, "-f", str(file), fails=True)
    assert len(asked("ssh-keygen", "-l", "-f", str(file)).splitlines()) == 3


def test_without_keys_there_is_no_file() -> None:
    assert "ssh/known_hosts" not in made(small(), "ssh")


def test_root_is_opened_by_the_administrators_keys_and_no_others(asked: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "authorized_keys"
    cluster = small()
    admins = (Admin("ada", (HEAD, f"{WORKER} $(reboot) `id` # ' \" %")), Admin("grace", ()))
    file.write_text(made(replace(cluster, admins=admins), "ssh")["ssh/authorized_keys"])
    read = asked("ssh-keygen", "-l", "-f", str(file)).splitlines()
    file.write_text(f"{HEAD}\n{WORKER}\n")
    assert [line.split()[1] for line in read] == [
        line.split()[1] for line in asked("ssh-keygen", "-l", "-f", str(file)).splitlines()
    ]
    assert "$(reboot) `id` # ' \" %" in read[1]


@pytest.mark.parametrize("value", ["# a", "", f"{HEAD}\n{WORKER}", f" {HEAD}", f"{HEAD}\r", f"{HEAD}\0"])
def test_what_is_no_line_of_a_key_is_not_said(value: str) -> None:
    with pytest.raises(CannotSay):
        LANGUAGES["authorizedkeys"].say(value)


def test_a_name_that_could_be_a_pattern_is_not_said(asked: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    for value in (*HOSTILE, "a*", "?", "!head", "|1|a|b", "@revoked", "[a]:22"):
        try:
            names = LANGUAGES["knownhosts"].say_in("names", ("one", value))
        except CannotSay:
            continue
        file.write_text(f"{names} {HEAD}\n")
        assert HEAD in asked("ssh-keygen", "-F", "one", "-f", str(file))
        asked("ssh-keygen", "-F", "stranger", "-f", str(file), fails=True)
        assert names == f"one,{value}"


def ways(asked: Callable[..., str], file: Path, cluster: Cluster, *names: str) -> dict[str, str]:
    """Where ssh would go for a name, and through whom."""
    file.write_text(made(cluster, "ssh")["ssh/ssh_config"])
    found = {}
    for name in names:
        rows = dict(
            line.split(" ", 1) for line in asked("ssh", "-F", str(file), "-G", name).splitlines() if " " in line
        )
        found[name] = " by ".join(filter(None, (rows["hostname"], rows.get("proxyjump"))))
    return found


def test_inner_networks_are_reached_through_the_gateway(asked: Callable[..., str], tmp_path: Path) -> None:
    assert ways(asked, tmp_path / "config", small(), "head", "head.mytier3.internal", "worker01", "10.10.2.2") == {
        "head": "192.0.2.10",
        "head.mytier3.internal": "192.0.2.10",
        "worker01": "10.10.2.1 by head",
        "10.10.2.2": "10.10.2.2 by head",
    }


def test_a_network_behind_a_network_is_reached_by_two_jumps(asked: Callable[..., str], tmp_path: Path) -> None:
    inner = network("inner", "172.16.0.0/24", domain="inner.example.org")
    private = replace(PRIVATE, subnets=(replace(PRIVATE.subnets[0], gateway=ip_address("10.10.0.1")),))
    nodes = [
        node("other", interface(PUBLIC, "other", "192.0.2.11"), interface(private, "other", "10.10.0.9")),
        node("head", interface(PUBLIC, "head", "192.0.2.10"), interface(private, "head", "10.10.0.1")),
        node("store", interface(private, "store", "10.10.0.5"), interface(inner, "store", "172.16.0.1")),
        node("disk1", interface(inner, "disk1", "172.16.0.2")),
    ]
    cluster = site((PUBLIC, private, inner), nodes)
    names = ("disk1", "store", "store.inner.example.org", "other", "other.mytier3.internal")
    assert ways(asked, tmp_path / "config", cluster, *names) == {
        "disk1": "172.16.0.2 by store",
        "store": "10.10.0.5 by head",
        "store.inner.example.org": "10.10.0.5 by head",
        "other": "192.0.2.11",
        "other.mytier3.internal": "10.10.0.9 by head",
    }


def test_where_every_gateway_is_ours_there_is_no_jump(asked: Callable[..., str], tmp_path: Path) -> None:
    nodes = [node("head", interface(PRIVATE, "head", "10.10.0.1")), node("w1", interface(PRIVATE, "w1", "10.10.2.1"))]
    assert ways(asked, tmp_path / "config", site((PRIVATE,), nodes), "w1", "head") == {
        "w1": "10.10.2.1",
        "head": "10.10.0.1",
    }


def test_an_address_that_moves_is_known_by_the_keys_of_all_who_may_have_it(tmp_path: Path) -> None:
    moving = Floating("service", PRIVATE, Placed(ip_address("10.10.0.9"), PRIVATE.subnets[0]), ("head", "worker01"))
    text = made(replace(known(), floating=(moving,)), "ssh")["ssh/known_hosts"]
    assert [line.split(" ", 1)[1] for line in text.splitlines() if line.startswith("service,")] == [HEAD, WORKER]


def test_no_name_changes_where_others_go(asked: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "config"
    said = []
    for value in (*HOSTILE, "a*", "?", "!one", '"one', "%h", "one,two"):
        try:
            said.append(LANGUAGES["sshconfig"].say_in("words", ("one", value)))
        except CannotSay:
            continue
        file.write_text(f"Host {said[-1]}\n  HostName 192.0.2.1\n")
        assert "hostname 192.0.2.1\n" in asked("ssh", "-F", str(file), "-G", "one")
        assert "hostname stranger\n" in asked("ssh", "-F", str(file), "-G", "stranger")
    assert "one plain" in said and len(said) > 5
