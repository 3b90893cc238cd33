"""Whether the small site does what it is for, as its administrator asks on the head; and a machine that does not."""

from __future__ import annotations

import re

from tests.site.ground import ORDER, Ground

NODES = ",".join(ORDER)
NOT_HERE = {
    "autofs.mounts": "what stands in for NFS is no file system of that kind",
    "chrony.synchronised": "nobody may set the clock that all machines share",
    "cvmfs.mounts": "no package brings its programs",
    "frontier_squid.fetches": "there is nobody outside to fetch from",
    "libvirt.kvm": "processors of the test are no processors for guests",
}
"""Checks that cannot come true on this ground, and why."""


def failing(text: str) -> list[str]:
    """What is not well: `machine check`."""
    found, machine = [], ""
    for line in text.splitlines():
        if row := re.match(r"([a-z0-9]+) +[✓✗]", line):
            machine = row[1]
        elif row := re.match(r"  ([a-z_]+\.[a-z-]+) +✗", line):
            found.append(f"{machine} {row[1]}")
    return found


def test_every_machine_does_what_it_is_for(site: Ground) -> None:
    """Looked at once; what is not so yet gets the time that its definition gives it."""
    done = site.clusterdef("accept", NODES, "--once", check=False)
    late = [one.split() for one in failing(done.stdout) if one.split()[1] not in NOT_HERE]
    for machine, check in late:
        later = site.clusterdef("accept", machine, "--only", check, check=False)
        assert later.returncode == 0, done.stdout + done.stderr + later.stdout + site.evidence("head", machine)
    number = re.search(r"^([0-9]+) checks on ([0-9]+) machines: ", done.stdout, re.MULTILINE)
    assert number, done.stdout + done.stderr
    assert (int(number[1]) > 100, int(number[2])) == (True, len(ORDER))


def test_a_program_of_the_first_user_runs_on_a_worker(site: Ground) -> None:
    done = site.clusterdef("accept", "int1", "--only", "slurm_submit.job")
    assert "1 check on 1 machine: all well" in done.stdout


def test_a_worker_that_does_not_work_is_told(site: Ground) -> None:
    worker = site.machines["worker02"]
    worker.run("systemctl", "stop", "munge")
    try:
        done = site.clusterdef("accept", "worker02", "--only", "munge", "--once", check=False)
    finally:
        worker.run("systemctl", "start", "munge")
    assert done.returncode == 3
    assert failing(done.stdout) == ["worker02 munge.works"]
