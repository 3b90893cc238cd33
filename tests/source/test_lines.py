"""Line numbers in files that are counted block by block."""

from __future__ import annotations

import pytest

from clusterdef.source.lines import BLOCK, LONGEST, YAML_BREAKS, Lines


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028"])
@pytest.mark.parametrize("shift", [0, 1, 8])
def test_every_line_of_a_long_file(line_break: str, shift: int) -> None:
    """With the shifts, a carriage return ends one block and its line feed begins the next."""
    text = "x" * shift + ("y" * 7 + line_break) * (3 * BLOCK // 8)
    lines = Lines("f", text, YAML_BREAKS)
    size = 7 + len(line_break)
    for number in (*range(1, 50), *range(BLOCK // size - 3, BLOCK // size + 4), 3 * BLOCK // 8):
        start = (number - 1) * size + shift
        mark = lines.mark(start + (number > 1 and 2), start + 5)
        assert mark.line == number
        assert mark.text.endswith("y" * 7)
        assert len(mark.text) == 7 + shift * (number == 1)


def test_marks_may_be_asked_for_in_any_order() -> None:
    lines = Lines("f", "a\n\nbc\n")
    places = [(lines.mark(offset).line, lines.mark(offset).column) for offset in (3, 0, 6, 4, 1, 2)]
    assert places == [(3, 1), (1, 1), (4, 1), (3, 2), (1, 2), (2, 1)]


def test_an_endless_line_is_not_shown() -> None:
    text = "a\n" + "b" * (LONGEST + 1) + "\n" + "c" * LONGEST
    lines = Lines("f", text)
    assert (lines.mark(LONGEST).text, lines.mark(LONGEST).column) == ("", LONGEST - 1)
    assert lines.mark(len(text) - 1, len(text)).text == "c" * LONGEST
