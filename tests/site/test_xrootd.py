"""XRootD on two whole machines: who writes and who reads is sent by the redirector to where the file is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.publish.system.lab import soon
from tests.site.machine import Machine
from tests.site.rehearsal import DOMAIN, apply, machines, rehearsal, reword, well

CLASSES = frozenset({"xrootd", "xrootd_redirector", "xrootd_server", "firewall"})
HEAD, NFS = "10.10.0.1", "10.10.0.5"
PATIENCE = 60.0
"""Seconds; the daemons of a machine look for each other every ten."""
DOOR = f"root://head.{DOMAIN}/"
LOGS = 'for log in /var/log/xrootd/clustered/*.log; do echo "== $log"; tail -n 25 "$log"; done'
ROLES = (
    ("role: [head, batch-manager]", "role: [head, batch-manager, xrootd-redirector]"),
    ("role: nfs,", "role: [nfs, xrootd-data],"),
    ("\nparameters: {", "\nparameters: {xrootd_server.writable: true, xrootd_redirector.startup: 3, "),
)


@pytest.fixture(scope="module")
def pair() -> Iterator[dict[str, Machine]]:
    """The redirector and its data server, configured, each behind its packet filter."""
    with TemporaryDirectory(prefix="clusterdef-xrootd-") as folder:
        site = rehearsal(Path(folder) / "site", lambda place: reword(place / "site.yaml", *ROLES))
        with machines(("head", "nfs"), site, Path(folder), CLASSES) as found:
            configured(found, 2)
            yield found


def configured(pair: dict[str, Machine], wanted: int) -> None:
    """A run on both machines, which must end with this code."""
    with ThreadPoolExecutor(len(pair)) as pool:
        for code, text in list(pool.map(apply, pair.values())):
            assert code == wanted, text + evidence(pair)


def reported(head: Machine) -> bool:
    """Whether the redirector has a data server, and lets clients wait no more."""
    return "resumed" in head.run("cat", "/var/log/xrootd/clustered/xrootd.log", check=False).stdout


def evidence(pair: dict[str, Machine]) -> str:
    """What the daemons of both machines say."""
    units = ("xrootd@clustered", "cmsd@clustered")
    told = [one.journal(unit, 20) for one in pair.values() for unit in units]
    return "\n".join(["", *told, *(one.run("sh", "-c", LOGS, check=False).stdout for one in pair.values())])


def asked(pair: dict[str, Machine], name: str, *command: str) -> str:
    """What a client on this machine prints, which must be served."""
    done = pair[name].run("timeout", "50", *command, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + evidence(pair)
    return done.stdout


# First, because it takes as long as the daemons need to find each other.
def test_a_second_run_changes_nothing(pair: dict[str, Machine]) -> None:
    configured(pair, 0)


def test_a_file_is_written_and_read_through_the_redirector(pair: dict[str, Machine]) -> None:
    head, nfs = pair["head"], pair["nfs"]
    assert soon(lambda: reported(head), PATIENCE), evidence(pair)
    head.write("/root/events", "one event\n")
    asked(pair, "head", "xrdcp", "--nopbar", "/root/events", f"{DOOR}/data/run1/events")
    assert nfs.run("cat", "/export/data/data/run1/events").stdout == "one event\n"
    assert asked(pair, "nfs", "xrdcp", "--nopbar", f"{DOOR}/data/run1/events", "-") == "one event\n"
    assert f"[::{NFS}]:1094 Server ReadWrite" in asked(pair, "head", "xrdfs", DOOR, "locate", "/data/run1/events")


def test_their_checks_are_content(pair: dict[str, Machine]) -> None:
    head, nfs = pair["head"], pair["nfs"]
    assert well(head, "xrootd_redirector", "redirects", HEAD), evidence(pair)
    assert well(nfs, "xrootd_redirector", "answers", HEAD), evidence(pair)
    assert well(nfs, "xrootd_server", "answers", NFS), evidence(pair)
    assert well(head, "xrootd_server", "reachable", NFS), evidence(pair)
