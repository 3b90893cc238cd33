"""Whatever a problem quotes, no view of it hands a terminal anything to act upon or to hide."""

from __future__ import annotations

import json

import pytest

from clusterdef.problem import Also, Mark, Problem, as_json, as_line, as_text
from tests.hostile.text import MORE
from tests.outputs.hostile import HOSTILE


@pytest.mark.parametrize("text", [*filter(None, HOSTILE), *MORE], ids=ascii)
def test_every_view_can_be_printed(text: str) -> None:
    mark = Mark(f"{text}.yaml", 1, 1, 1, text)
    problem = Problem("code", text, mark, text, (Also(mark, text),), (text, f"{text}   {text}"))
    lines = [as_line(problem), *as_text(problem).split("\n")]
    assert all(line.isprintable() for line in lines)
    assert len(lines) <= 9
    assert as_json([problem]).isascii()
    assert json.loads(as_json([problem]))[0]["message"] == text
