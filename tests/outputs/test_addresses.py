"""The address tables: what stands in them, the same in both, read by a Markdown parser and a CSV reader."""

from __future__ import annotations

from dataclasses import replace

from tests.outputs.clusters import PRIVATE, interface, made, network, node, small
from tests.outputs.clusters import cluster as site
from tests.outputs.documents import records, table_rows


def test_every_address_stands_once_in_order_with_who_has_it() -> None:
    header, *rows = records(made(small(), "addresses")["addresses/addresses.csv"])
    assert header == ["network", "address", "last", "name", "machine", "what", "mac"]
    assert [row[:6] for row in rows if row[0] == "private" and not row[1].startswith("10.10.2.")] == [
        ["private", "10.10.0.1", "", "head.mytier3.internal", "head", "br-private, gateway"],
        ["private", "10.10.0.2", "", "puppet.mytier3.internal", "puppet", ""],
        ["private", "10.10.0.9", "", "service.mytier3.internal", "", "moves between head"],
        ["private", "10.10.250.1", "10.10.250.99", "", "", "pool, for machines nobody knows"],
    ]
    assert ["public", "192.0.2.1", "", "", "", "gateway", ""] in rows
    assert ["mgmt", "10.20.2.1", "", "worker01-bmc.mgmt.mytier3.internal", "worker01", "bmc", ""] in rows


def test_the_page_says_the_same_as_the_table() -> None:
    found = made(small(), "addresses")
    page = [row for row in table_rows(found["addresses/addresses.md"]) if row[0] != "address"]
    table = records(found["addresses/addresses.csv"])[1:]
    assert page == [
        [f"{first} to {last}" if last else first, name, machine, what, mac]
        for _, first, last, name, machine, what, mac in table
    ]


def test_both_versions_each_by_number() -> None:
    both = network("both", "10.1.0.0/16", "2001:db8::/64", domain="example.org")
    nodes = [
        node(f"n{number}", interface(both, f"n{number}", f"10.1.0.{number}", f"2001:db8::{number:x}"))
        for number in (16, 9)
    ]
    rows = records(made(site((both,), nodes), "addresses")["addresses/addresses.csv"])[1:]
    assert [row[1] for row in rows] == ["10.1.0.9", "10.1.0.16", "2001:db8::9", "2001:db8::10"]


def test_free_text_is_shown_as_it_is() -> None:
    odd = replace(PRIVATE, description="a | b *c* <i>")
    text = made(site((odd,), [node("n1", interface(odd, "n1", "10.10.2.1"))]), "addresses")["addresses/addresses.md"]
    assert "What it is: a \\| b \\*c\\* \\<i\\>\n" in text
