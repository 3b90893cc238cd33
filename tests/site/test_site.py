"""The whole small site: what its definition says becomes true on every machine, by real agents of a real server."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess

from tests.site.ground import FIRST_RUN, ORDER, TREE, Ground
from tests.site.rehearsal import DOMAIN

ADMIN = "atlasadmin"
SOON = 60.0
"""Seconds for what takes a few."""


def login(site: Ground, *command: str, limit: float = 120) -> CompletedProcess[str]:
    """What the first administrator of the directory does on the interactive machine, come in by ssh with a key."""
    return site.head.run("ssh", f"{ADMIN}@int1", *command, check=False, limit=limit)


def test_every_machine_stays_what_it_is(site: Ground) -> None:
    again = site.together(*ORDER)
    assert [run.code for run in again] == [0] * len(again), "\n".join(run.text for run in again if run.code)


def test_the_agent_runs_by_itself_after_its_first_good_run(site: Ground) -> None:
    for name, one in site.machines.items():
        assert one.run("systemctl", "is-enabled", "puppet").stdout == "enabled\n"
        assert not list((one.root / "etc/puppet").glob("csr_attributes*")), f"{name} keeps its token"
        left = one.run("systemctl", "list-unit-files", "--no-legend", f"{FIRST_RUN}.service", check=False).stdout
        assert left == "", f"{name} keeps its first run"
    assert site.server.run("systemctl", "is-enabled", "puppetserver").stdout == "enabled\n"


def test_the_head_has_read_that_their_runs_went_well(site: Ground) -> None:
    wanted = set(site.machines) - {"head"}
    end = time.monotonic() + SOON
    while missing := {name for name in wanted if not applied(site, name)}:
        assert time.monotonic() < end, f"{missing}\n{site.evidence(*missing)}"
        time.sleep(1)


def applied(site: Ground, name: str) -> bool:
    """Whether the log that the head has of the machine tells of a catalog that was applied."""
    words = ("grep", "-q", "puppet-agent.*Applied catalog in", f"/var/log/nodes/{name}/messages")
    return site.head.run(*words, check=False).returncode == 0


def test_the_first_administrator_logs_in_and_is_at_home(site: Ground) -> None:
    # As its timer does every few minutes.
    site.machines["nfs"].run("systemctl", "start", "make-homes.service")
    done = login(site, "id -un; pwd; touch was-here")
    assert done.stdout == f"{ADMIN}\n/export/home/{ADMIN}\n", done.stdout + done.stderr + site.evidence("int1", "nfs")
    assert site.machines["worker01"].run("ls", f"/export/home/{ADMIN}").stdout == "was-here\n"


PROGRAM = """\
cat >hello.c <<'END'
#include <stdio.h>
#include <unistd.h>
int main(void) { char name[99]; gethostname(name, sizeof name); printf("%s\\n", name); return 0; }
END
cc -o hello hello.c && srun --time=1 --immediate=60 -N2 ./hello | sort
"""


def test_a_program_compiled_there_runs_on_the_workers(site: Ground) -> None:
    done = login(site, PROGRAM)
    said = site.evidence("head", "worker01", "worker02")
    assert done.stdout == "worker01\nworker02\n", f"{done.stdout}{done.stderr}\n{said}"


@contextmanager
def changed(site: Ground, old: str, new: str) -> Iterator[str]:
    """Another definition, published, and the former one afterwards; what the first publish said."""
    said = site.change(old, new)
    try:
        yield said
    finally:
        site.change(new, old)


def test_a_changed_parameter_reaches_its_machines_and_no_others(site: Ground) -> None:
    timer = site.machines["worker01"].root / "etc/systemd/system/node-health.timer"
    before = timer.read_text("utf-8")
    with changed(site, "node_health.interval: 1,", "node_health.interval: 7,") as said:
        assert "worker[01-02]" in said
        codes = {run.node: run.code for run in site.together("worker01", "int1")}
        assert codes == {"worker01": 2, "int1": 0}
        assert "7min" in timer.read_text("utf-8")
    assert site.agent("worker01").code == 2
    assert timer.read_text("utf-8") == before


WRONG = {
    None: " is not known",
    b'{"name":"worker02.rehearsal.internal"}\n': ": its document is not its own",
    b"": ": its document is empty",
}
"""Documents that are none, and what the server's log says after the machine's name."""


def classified(site: Ground, name: str, document: Path, content: bytes | None) -> tuple[int, str, int, bool]:
    """What the server's user gets from the classifier: status, words, lines of complaint, and whether it says why."""
    if content is not None:
        document.write_bytes(content)
    done = site.server.run("runuser", "-u", "puppet", "--", f"{TREE}/enc/classifier", name, check=False)
    return done.returncode, done.stdout, len(done.stderr.splitlines()), WRONG[content] in done.stderr


def test_a_machine_whose_document_is_broken_keeps_its_catalog_and_follows_it(site: Ground) -> None:
    name = f"worker01.{DOMAIN}"
    worker = site.machines["worker01"]
    document = site.server.root / f"{TREE}/enc/{name}.json".lstrip("/")
    whole, mode = document.read_bytes(), document.stat().st_mode
    catalog = worker.root / f"var/cache/puppet/client_data/catalog/{name}.json"
    before = catalog.read_bytes()
    document.unlink()
    try:
        for content, why in WRONG.items():
            worker.run("rm", "/etc/node-health.conf")
            assert classified(site, name, document, content) == (1, "", 1, True), why
            run = site.agent("worker01")
            assert site.logged(f"{name}{why}"), site.evidence()
            assert "Using cached catalog" in run.text, run.text
            assert (run.code, catalog.read_bytes() == before) == (2, True), run.text
            assert (worker.root / "etc/node-health.conf").exists(), run.text
    finally:
        document.write_bytes(whole)
        document.chmod(mode)
    assert site.agent("worker01").code == 0


def menu(site: Ground) -> list[str]:
    """The workers in the boot menu that the head hands out."""
    text = site.machines["int1"].run("curl", "-sSf", "http://10.10.0.1/tftp/pxelinux.cfg/default").stdout
    return sorted(set(re.findall(r"worker\d+", text)))


def test_a_machine_that_was_taken_out_gets_nothing_new(site: Ground) -> None:
    assert menu(site) == ["worker01", "worker02"]
    with changed(site, "10.10.2.1+}}", "10.10.2.1+}, retired: worker02}") as said:
        assert "worker02" in said
        assert menu(site) == ["worker01"]
        run = site.agent("worker02", "--no-usecacheonfailure")
        assert run.code == 1, run.text
        assert site.logged(f"worker02.{DOMAIN} is not known"), site.evidence()
        refused = site.clusterdef("token", "arm", "worker02", check=False)
        assert (refused.returncode != 0, refused.stdout) == (True, ""), refused.stderr
    assert site.agent("worker02").code == 0
