"""Kea, BIND and in.tftpd on a whole head, in the place of dnsmasq: who is served, and a second run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import find_program
from tests.publish.system.lab import soon
from tests.site.machine import Machine
from tests.site.rehearsal import DOMAIN, apply, machines, rehearsal, well

HEAD, WORKER, CARD = "10.10.0.1", "10.10.2.1", "02:00:5e:02:01:01"
SERVERS = frozenset({"kea", "bind", "tftp"})
LEASE = '#!/bin/sh\n[ "$1" != bound ] || echo "$ip $hostname $dns $boot_file"\n'


def chosen(folder: Path) -> None:
    """The definition's word for these servers."""
    file = folder / "site.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("\nparameters: {", "\nparameters: {names_by: kea-bind, "), "utf-8")


@pytest.fixture(scope="module")
def pair() -> Iterator[dict[str, Machine]]:
    """The head with these servers alone, configured, and a machine that has only its card."""
    with TemporaryDirectory(prefix="clusterdef-kea-bind-") as folder:
        site = rehearsal(Path(folder) / "site", chosen)
        with machines(("head", "worker01"), site, Path(folder), SERVERS) as found:
            code, text = apply(found["head"])
            assert code == 2, text
            yield found


def there(worker: Machine, *words: str) -> str:
    """What a program of this machine prints, which is run with the cables of the other one."""
    command = ["ip", "netns", "exec", worker.space, find_program(words[0]), *words[1:]]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout.strip()


def evidence(head: Machine) -> str:
    return head.run("systemctl", "--no-pager", "status", "kea-dhcp4-server", "named", "tftpd-hpa", check=False).stdout


def test_a_second_run_changes_nothing_and_their_checks_are_content(pair: dict[str, Machine]) -> None:
    head, worker = pair["head"], pair["worker01"]
    assert soon(lambda: well(head, "kea", "dhcp") and well(head, "tftp", "tftp")), evidence(head)
    assert soon(lambda: well(worker, "bind", "dns", HEAD)), evidence(head)
    code, text = apply(head)
    assert code == 0, text + evidence(head)


def test_a_machine_gets_its_address_and_what_it_boots(pair: dict[str, Machine], tmp_path: Path) -> None:
    head, worker = pair["head"], pair["worker01"]
    script = tmp_path / "lease"
    script.write_text(LEASE)
    script.chmod(0o755)
    there(worker, "ip", "link", "set", "private0", "address", CARD)
    said = there(worker, "udhcpc", "-i", "private0", "-n", "-q", "-f", "-t", "5", "-T", "2", "-s", str(script))
    assert said.split()[:3] == [WORKER, "worker01", HEAD], said + evidence(head)
    head.write("/srv/clusterdef/tftp/loader", "a loader\n")
    assert there(worker, "curl", "-sS", "--max-time", "20", f"tftp://{HEAD}/loader") == "a loader", evidence(head)


def test_names_are_found_both_ways(pair: dict[str, Machine]) -> None:
    worker = pair["worker01"]
    ask = ("dig", f"@{HEAD}", "+short", "+time=2", "+tries=3")
    name = f"worker02.{DOMAIN}"
    assert (there(worker, *ask, name), there(worker, *ask, "-x", "10.10.2.2")) == ("10.10.2.2", f"{name}.")
