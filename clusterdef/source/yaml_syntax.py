"""What we say about YAML that is not well formed: libyaml's place, and a sentence that helps."""

from __future__ import annotations

from collections.abc import Sequence

from yaml.error import MarkedYAMLError

from clusterdef.problem import Problem
from clusterdef.source.lines import Lines


def syntax(error: MarkedYAMLError, lines: Lines, opened: Sequence[int]) -> Problem:
    """The syntax error in our words."""
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(lines.text)) if mark else 0
    return Problem(code="yaml-syntax", message=str(error.problem), mark=lines.mark(offset))


def trailing(lines: Lines, offset: int) -> Problem | None:
    """What is wrong with the text after the end of the first document, if anything."""
    return None
