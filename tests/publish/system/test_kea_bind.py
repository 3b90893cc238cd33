"""The same with Kea and BIND: a new machine gets lease and names; what either of them refuses changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import find_program
from tests.publish.system.kea_lab import KeaLab
from tests.publish.system.lab import lab, soon

PROGRAMS = ("kea-dhcp4", "kea-dhcp6", "named", "named-checkconf", "nginx", "udhcpc", "dig", "curl", "ip")
KEA, KEA_TEMPLATE = "kea", "kea-dhcp4.keajson.j2"


@pytest.fixture
def net(tmp_path: Path) -> Iterator[KeaLab]:
    for name in PROGRAMS:
        find_program(name)
    with lab(KeaLab(tmp_path)) as made:
        made.ready(2)
        first = made.publish()
        assert first.code == 0, first
        yield made


def answers(net: KeaLab, name: str, address: str) -> bool:
    """Whether BIND tells the other machine of this one, by its name and by its address."""
    by_name = net.asked(f"{name}.mini.internal", where=net.machine)
    by_address = net.asked("-x", address, where=net.machine)
    return (by_name, by_address) == (address, f"{name}.mini.internal.")


def now(net: KeaLab) -> tuple[object, ...]:
    """Everything that a refused publish leaves alone."""
    return (net.stage.files(), net.stage.log(), net.pid("kea-dhcp4"), net.pid("named"), net.serials())


def test_a_new_machine_gets_its_lease_its_names_and_its_answers(net: KeaLab) -> None:
    net.become(3)
    assert net.lease() == []
    before = net.serials()
    net.ready(3)
    made = net.publish("--yes")
    assert made.code == 0, made
    assert net.lease()[:3] == ["10.77.0.13", "w3", "10.77.0.1"]
    assert soon(lambda: answers(net, "w3", "10.77.0.13")), net.evidence()
    assert all(new > old > 0 for new, old in zip(net.serials(), before, strict=True)), (before, net.serials())
    generated = net.stage.site / "generated" / "current" / "kickstart" / "w3.cfg"
    assert net.machine("curl", "-fsS", "--max-time", "10", "http://10.77.0.1/kickstart/w3.cfg") == generated.read_text()


def test_another_card_is_nothing_to_the_names(net: KeaLab) -> None:
    serials, named = net.serials(), net.pid("named")
    net.stage.told()
    table = net.stage.site / "hardware.csv"
    table.write_text(table.read_text().replace("02:00:5e:77:00:02", "02:00:5e:77:00:09"))
    net.stage.commit("a new card for w2")
    net.stage.well(net.stage.run("generate"))
    made = net.publish("--yes")
    assert made.code == 0, made
    assert [line for line in net.stage.told() if "named" in line] == []
    assert (net.serials(), net.pid("named")) == (serials, named)
    net.become(9)
    assert net.lease()[:2] == ["10.77.0.12", "w2"]


def test_a_zone_that_bind_refuses_leaves_everything_as_it_was(net: KeaLab) -> None:
    before = now(net)
    net.stage.told()
    net.template("bind", "zone.zone.j2", "\n@\tNS\t", "\n@\tCNAME\telsewhere.example.org.\n@\tNS\t")
    net.ready(3)
    made = net.publish("--yes")
    assert (made.code, "named-checkconf refuses bind/zones/" in made.err) == (3, True), made
    assert (now(net), net.stage.told()) == (before, [])


def test_a_configuration_that_kea_refuses_leaves_everything_as_it_was(net: KeaLab) -> None:
    before = now(net)
    net.stage.told()
    net.template(KEA, KEA_TEMPLATE, '"authoritative": true,', '"authoritative": true, "no-such-word": 1,')
    net.ready(3)
    made = net.publish("--yes")
    assert (made.code, "kea-dhcp4 refuses kea/kea-dhcp4.json" in made.err) == (3, True), made
    assert "no-such-word" in made.err
    assert (now(net), net.stage.told()) == (before, [])
    net.become(2)
    assert net.lease()[:2] == ["10.77.0.12", "w2"]


def test_kea_that_ends_again_after_it_was_started_runs_with_the_former_file(net: KeaLab) -> None:
    """Its own check opens no file of leases, and its service manager does not wait for it."""
    before = net.stage.files()
    net.template(KEA, KEA_TEMPLATE, '"lfc-interval": 3600', '"lfc-interval": 3600, "name": "/no/such/place"')
    net.ready(3)
    made = net.publish("--yes")
    assert (made.code, "which tells the reader of kea-dhcp4" in made.err) == (3, True), made
    assert "kea-dhcp4*.service has ended again" in made.err and "/no/such/place" in made.err
    assert net.stage.files() == before
    net.become(2)
    assert net.lease()[:2] == ["10.77.0.12", "w2"]
    assert soon(lambda: answers(net, "w2", "10.77.0.12")), net.evidence()
    assert soon(lambda: net.asked("w3.mini.internal") == ""), net.evidence()


def test_a_cable_that_comes_later_is_served_all_the_same(net: KeaLab) -> None:
    """After a power cut the switch is up later than the head; Kea alone would stay deaf on that device."""
    net.plugged(False)
    net.ready(3)
    assert net.publish("--yes").code == 0
    net.become(3)
    assert soon(lambda: net.lease()[:2] == ["10.77.0.13", "w3"]), net.evidence()
