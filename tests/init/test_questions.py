"""The questions before a site begins: defaults that fit each other, and answers that are looked at at once."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clusterdef.initial import ASKED
from clusterdef.initial.layout import Small, layout
from clusterdef.verbs.init import answered, questions_for

QUESTIONS = questions_for(Path("mysite"))


def wrong(**chosen: str) -> list[str]:
    return answered({key.replace("_", "-"): value for key, value in chosen.items()}, QUESTIONS)[1]


def test_every_question_is_asked_in_its_order() -> None:
    assert [question.key for question in QUESTIONS] == list(ASKED)


def test_defaults_are_answers() -> None:
    answers, complaints = answered({}, QUESTIONS)
    assert complaints == []
    assert answered(answers, QUESTIONS) == (answers, [])
    assert answers["name"] == "mysite"
    assert answers["batch"] == "htcondor"


@pytest.mark.parametrize(
    ("folder", "name"),
    [("mysite", "mysite"), ("My Site_2", "my-site-2"), ("--", "mycluster"), ("é", "mycluster"), ("x" * 80, "x" * 63)],
)
def test_the_cluster_is_called_like_its_folder(folder: str, name: str) -> None:
    assert answered({}, questions_for(Path(folder)))[0]["name"] == name


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"name": "My_Site"}, "name cannot be 'My_Site'; "),
        ({"name": "a: b"}, "RFC 1123"),
        ({"name": "x}\n#"}, "name cannot be"),
        ({"domain": "example.edu."}, "domain cannot be"),
        ({"os": "el7"}, "one of el9, el8, el10"),
        ({"timezone": "New York"}, "timezone cannot be"),
        ({"subnet": "192.0.2.1/24"}, "subnet cannot be '192.0.2.1/24'; "),
        ({"subnet": "2001:db8::/64"}, "IPv6 beside it"),
        ({"subnet": "192.0.2.0/30"}, "no room"),
        ({"gateway": "198.51.100.1"}, "it is not in 192.0.2.0/24"),
        ({"gateway": "192.0.2.0"}, "the network address"),
        ({"head_address": "192.0.2.255"}, "the broadcast address"),
        ({"head_address": "192.0.2.1"}, "the gateway has it"),
        ({"head_address": "head"}, "an IPv4 address"),
        ({"dns": "2001:db8::1"}, "IPv6 beside it"),
        ({"private": "192.0.2.0/24"}, "it overlaps subnet 192.0.2.0/24"),
        ({"private": "10.0.0.0/25"}, "at least 254 addresses"),
        ({"mgmt": "10.10.0.0/20"}, "it overlaps private 10.10.0.0/16"),
        ({"workers": "0"}, "a whole number from 1"),
        ({"workers": "many"}, "a whole number from 1"),
        ({"private": "10.0.0.0/24", "workers": "100"}, "private 10.0.0.0/24: it has room for 99 workers"),
        ({"batch": "pbs"}, "one of htcondor, slurm, none"),
        ({"admin": "Ada L"}, "admin cannot be"),
    ],
)
def test_what_does_not_fit_is_told(chosen: dict[str, str], told: str) -> None:
    (complaint,) = wrong(**chosen)
    assert told in complaint


def test_all_that_is_wrong_by_itself_is_told_at_once() -> None:
    assert len(wrong(name="My_Site", subnet="192.0.2.7/24", workers="0")) == 3


def test_after_one_that_is_wrong_others_are_not_held_against_its_default() -> None:
    assert len(wrong(subnet="203.0.113.7/24", gateway="203.0.113.1", head_address="203.0.113.2")) == 1


@pytest.mark.parametrize("subnet", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.10.7.0/24", "203.0.113.0/29"])
def test_defaults_keep_clear_of_the_campus(subnet: str) -> None:
    answers, complaints = answered({"subnet": subnet}, QUESTIONS)
    assert complaints == []
    assert answered(answers, QUESTIONS)[1] == []


@given(
    prefix=some.integers(8, 24),
    block=some.integers(0, 2**24 - 1),
    workers=some.integers(1, 5000),
)
def test_machines_never_stand_on_each_other(prefix: int, block: int, workers: int) -> None:
    net = IPv4Network(((10 << 24 | block) >> (32 - prefix) << (32 - prefix), prefix))
    try:
        found = layout(net, workers)
    except Small:
        return
    taken = [found.machine(number) for number in range(1, 10)] + [found.login, found.spare]
    taken += [found.worker + number for number in range(workers)]
    first, last = found.pool
    pool = [IPv4Address(number) for number in range(int(first), int(last) + 1)]
    assert len({*taken, *pool}) == len(taken) + len(pool)
    assert all(address in net for address in (*taken, *pool))
    assert not {net.network_address, net.broadcast_address} & {*taken, *pool}


def test_a_small_network_takes_a_small_cluster() -> None:
    assert layout(IPv4Network("10.0.0.0/24"), 99).worker == IPv4Address("10.0.0.101")
    with pytest.raises(Small, match="room for 99 workers"):
        layout(IPv4Network("10.0.0.0/24"), 100)
