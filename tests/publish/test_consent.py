"""What somebody is asked about before it becomes live: nodes that vanish, and more than a tenth of what there is."""

from __future__ import annotations

import pytest

from clusterdef.changes import Changed
from clusterdef.flows.parts import Difference, reasons
from clusterdef.ports.machine import Kept, Live

NODES = tuple(f"w{number:02}" for number in range(20))
FILE = Kept("", 0o644, "root", "root")


def asked(nodes: tuple[str, ...] = NODES, files: int = 100, **changes: int) -> list[str]:
    """Reasons to ask where 20 nodes and so many files are live, and so many files of nodes change or come."""
    live = Live(1, {"nodes": NODES}, files={f"file{number}": FILE for number in range(files)})
    every = [
        Changed(kind, "kickstart", f"w{number:02}", f"{kind}/{number}")
        for kind, count in changes.items()
        for number in range(count)
    ]
    return reasons(nodes, live, Difference((), (), tuple(every), ()))


def test_a_tenth_is_not_more_than_a_tenth() -> None:
    assert asked(changed=2) == []
    assert asked(changed=3) == ["files of 3 of 20 nodes would change"]


def test_files_count_too_and_those_that_go_among_them() -> None:
    assert asked(files=20, changed=1, gone=1) == []
    assert asked(files=20, changed=1, gone=2) == ["3 of 20 live files would change or go"]


def test_a_node_that_vanishes_is_always_asked_about() -> None:
    assert asked(nodes=NODES[:-1]) == ["1 node would vanish: w19"]
    assert asked(nodes=NODES[6:]) == ["6 nodes would vanish: w00, w01, w02, w03, w04 …"]


@pytest.mark.parametrize("number", [1, 20])
def test_what_is_new_is_nothing_to_ask_about(number: int) -> None:
    assert asked(nodes=(*NODES, "w20"), new=number) == []
