"""Tables of what was measured, and their place in the manual."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import table
from bench.course import CHECK, COLD, ONE, SAME
from bench.process import MIB, Spent, middle


def took(seconds: float, memory: int = 100) -> Spent:
    """A run of that many seconds, half of them of processor."""
    return Spent(seconds, seconds / 2, memory * MIB)


def course(seconds: float) -> dict[str, Spent]:
    """Every command took as long."""
    return dict.fromkeys((CHECK, COLD, SAME, ONE), took(seconds))


def test_the_median_counts_and_the_largest_memory() -> None:
    assert middle([took(1, 5), took(3, 7), took(2, 6)]) == Spent(2, 1, 7 * MIB)


def test_growth_is_what_one_node_more_takes() -> None:
    *_, row = table.growth({1000: course(1), 2000: course(3)})
    assert row == "| 1,000 … 2,000 | 1.00 | 1.00 | 1.00 | 1.00 |"


def test_a_target_is_held_to_the_wall() -> None:
    rows = list(table.targets(course(2), {CHECK: 2.0, COLD: 1.9}, (99 * MIB, 100 * MIB), took(0.1)))
    assert rows[2:] == [
        "| check | 2 s | 2.00 (1.00) | met |",
        "| first generate | 1.9 s | 2.00 (1.00) | missed |",
        "| memory of all processes | 99 MiB | 100 MiB | missed |",
        "| `--help` | 0.15 s | 0.10 (0.05) | met |",
    ]


def test_what_was_measured_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n{table.SITES}\nold\n{table.END}\nbelow\n", "utf-8")
    table.put(page, ["new"])
    table.put(page, ["newer"])
    assert page.read_text("utf-8") == f"above\n{table.SITES}\n\nnewer\n\n{table.END}\nbelow\n"


def test_a_page_without_a_place_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here\n", "utf-8")
    with pytest.raises(ValueError, match="no place"):
        table.put(page, ["new"])
    assert page.read_text("utf-8") == "nothing here\n"
