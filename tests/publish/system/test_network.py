"""After a publish a new machine gets address, name and answers from real servers; a refusal changes none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import find_program
from tests.publish.system.dnsmasq_lab import DnsmasqLab
from tests.publish.system.lab import lab, soon

PROGRAMS = ("dnsmasq", "named", "named-checkzone", "nginx", "udhcpc", "dig", "curl", "ip")
BIND = "127.0.0.53"
DNSMASQ = "10.77.0.1"
FIRST = "# Made by clusterdef"


@pytest.fixture
def net(tmp_path: Path) -> Iterator[DnsmasqLab]:
    for name in PROGRAMS:
        find_program(name)
    with lab(DnsmasqLab(tmp_path)) as made:
        yield made


def served(net: DnsmasqLab, path: str) -> str:
    return net.machine("curl", "-fsS", "--max-time", "10", f"http://10.77.0.1/{path}")


def test_a_new_machine_gets_its_address_its_name_and_its_answers(net: DnsmasqLab) -> None:
    net.stage.ready(2)
    first = net.publish()
    assert first.code == 0, first
    net.become(3)
    assert net.lease() == []
    net.names(2)
    net.stage.ready(3)
    made = net.publish("--yes")
    assert made.code == 0, made
    assert net.lease()[:3] == ["10.77.0.13", "w3", "10.77.0.1"]
    assert net.asked(DNSMASQ, "w3.mini.internal") == "10.77.0.13"
    assert soon(lambda: net.asked(BIND, "w3.mini.internal") == "10.77.0.13"), net.evidence()
    generated = net.stage.site / "generated" / "current" / "kickstart" / "w3.cfg"
    assert served(net, "kickstart/w3.cfg") == generated.read_text()


def test_a_file_that_dnsmasq_refuses_leaves_everything_as_it_was(net: DnsmasqLab) -> None:
    net.stage.ready(2)
    assert net.publish().code == 0
    net.become(2)
    before = (net.stage.files(), net.pid("dnsmasq"), net.pid("named"), net.stage.log())
    net.template("dnsmasq", "clusterdef.dnsmasqconf.j2", FIRST, "no-such-word\n" + FIRST)
    net.stage.ready(3)
    made = net.publish("--yes")
    assert (made.code, "dnsmasq refuses dnsmasq/clusterdef.conf" in made.err) == (3, True), made
    assert (net.stage.files(), net.pid("dnsmasq"), net.pid("named"), net.stage.log()) == before
    assert net.lease()[:2] == ["10.77.0.12", "w2"]


def test_a_daemon_that_cannot_start_with_its_new_file_runs_with_the_former(net: DnsmasqLab) -> None:
    """dnsmasq --test lets pass what excludes each other; and BIND, which was told too, goes back as well."""
    net.stage.ready(2)
    assert net.publish().code == 0
    before = net.stage.files()
    net.template("dnsmasq", "clusterdef.dnsmasqconf.j2", FIRST, "bind-interfaces\n" + FIRST)
    net.names(2)
    net.stage.ready(3)
    made = net.publish("--yes")
    assert (made.code, "tells the reader of dnsmasq" in made.err) == (3, True), made
    assert net.stage.files() == before
    assert net.pid("dnsmasq") and net.pid("named")
    net.become(2)
    assert net.lease()[:2] == ["10.77.0.12", "w2"]
    assert soon(lambda: net.asked(BIND, "w3.mini.internal") == ""), net.evidence()
    assert net.asked(BIND, "w2.mini.internal") == "10.77.0.12"


def test_a_zone_that_bind_refuses_changes_no_other_daemon(net: DnsmasqLab) -> None:
    net.stage.ready(2)
    assert net.publish().code == 0
    before = (net.stage.files(), net.pid("dnsmasq"), net.pid("named"))
    net.names(2, more="w1 IN CNAME head\n")
    net.stage.ready(3)
    made = net.publish("--yes")
    assert (made.code, "named-checkzone refuses names/mini.zone" in made.err) == (3, True), made
    assert (net.stage.files(), net.pid("dnsmasq"), net.pid("named")) == before
