"""The hostmaster's list, read by BIND as part of a zone of his, and as a table."""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

from clusterdef.model import Cluster, Floating, Placed
from tests.conftest import find_program
from tests.outputs.clusters import PUBLIC, cluster, interface, made, network, node, small

SIX = network("six", "192.0.2.0/25", "2001:db8:6::/64", domain="six.example.edu", names="external")


def site() -> Cluster:
    head = node(
        "head", interface(SIX, "head", "192.0.2.10", "2001:db8:6::10", names=("www",), macs=("02:00:5e:10:00:01",))
    )
    asking = node("laptop", interface(SIX, "laptop", dynamic=True, macs=("02:00:5e:10:00:07",)))
    moving = Floating("service", SIX, Placed(ip_address("192.0.2.9"), SIX.subnets[0]), ("head",))
    return cluster((SIX,), (head, asking), floating=(moving,))


def loaded(text: str, origin: str, folder: Path) -> set[str]:
    """What a zone says that has these lines in it."""
    file = folder / "zone"
    file.write_text(
        f"$TTL 1h\n@ SOA ns.example.org. hostmaster.example.org. 1 1h 15m 2w 5m\n@ NS ns.example.org.\n{text}"
    )
    command = [find_program("named-compilezone"), "-q", "-i", "none", "-o", "-", origin, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr + file.read_text()
    rows = [line.split() for line in done.stdout.splitlines()]
    return {f"{row[0]} {row[3]} {row[4]}" for row in rows if row[3] not in ("SOA", "NS")}


def test_his_server_takes_names_and_addresses(tmp_path: Path) -> None:
    files = made(site(), "hostmaster")
    assert loaded(files["hostmaster/six.zone"], "example.edu", tmp_path) == {
        "head.six.example.edu. A 192.0.2.10",
        "head.six.example.edu. AAAA 2001:db8:6::10",
        "www.six.example.edu. A 192.0.2.10",
        "www.six.example.edu. AAAA 2001:db8:6::10",
        "service.six.example.edu. A 192.0.2.9",
    }
    assert loaded(files["hostmaster/six.reverse.zone"], "arpa", tmp_path) == {
        "10.2.0.192.in-addr.arpa. PTR head.six.example.edu.",
        f"{ip_address('2001:db8:6::10').reverse_pointer}. PTR head.six.example.edu.",
        "9.2.0.192.in-addr.arpa. PTR service.six.example.edu.",
    }


def test_the_table_has_a_row_for_each_address_and_each_machine_that_asks_for_one() -> None:
    rows = list(csv.reader(io.StringIO(made(site(), "hostmaster")["hostmaster/six.csv"])))
    assert rows[1:] == [
        ["head.six.example.edu", "www.six.example.edu", "192.0.2.10", "02:00:5e:10:00:01"],
        ["head.six.example.edu", "www.six.example.edu", "2001:db8:6::10", "02:00:5e:10:00:01"],
        ["service.six.example.edu", "", "192.0.2.9", ""],
        ["laptop.six.example.edu", "", "", "02:00:5e:10:00:07"],
    ]


def test_the_letter_says_what_to_do() -> None:
    text = made(replace(site(), contact="ada@example.org"), "hostmaster")["hostmaster/six.txt"]
    assert "  head.six.example.edu     192.0.2.10\n" in text
    assert "  laptop.six.example.edu   02:00:5e:10:00:07\n" in text
    assert text.endswith("Questions: ada@example.org\n")


def test_names_that_are_ours_are_on_no_list() -> None:
    files = made(small(), "hostmaster")
    assert {path.split("/")[1].split(".")[0] for path in files} == {PUBLIC.name}
    assert "10.10." not in "".join(files.values())
