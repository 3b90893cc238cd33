"""What the tests of this room share: both YAML parsers, and a refusal to look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clusterdef.problem import Problem, Refused
from clusterdef.source import yaml_events


@pytest.fixture(params=["libyaml", "pure Python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test runs with libyaml, and as on a Python that has none."""
    assert yaml_events.fastest is not yaml_events.PurePython, "PyYAML was built without libyaml"
    if request.param != "libyaml":
        monkeypatch.setattr(yaml_events, "fastest", yaml_events.PurePython)
    return str(request.param)


@pytest.fixture
def refused() -> Callable[..., tuple[Problem, ...]]:
    """Call a function with these arguments; its problems, each of which says what to do."""

    def call(function: Callable[..., Any], *arguments: Any) -> tuple[Problem, ...]:
        with pytest.raises(Refused) as caught:
            function(*arguments)
        for problem in caught.value.problems:
            assert problem.advice, problem
            assert not problem.message.endswith("."), problem
        return caught.value.problems

    return call
