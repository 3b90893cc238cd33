"""How many examples a property gets: few in every run, many in the profile `wild` (HYPOTHESIS_PROFILE=wild)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

STEADY = settings.get_profile("steady").max_examples
CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
"""Sites are large examples, and each is checked whole: that is meant."""


def examples(number: int) -> Callable[[Any], Any]:
    """`number` examples in an ordinary run, shown as they were found; in a wild one as many as the profile says.

    To make a failing example smaller takes minutes: only a wild run does it.
    """
    if settings().max_examples > STEADY:
        return settings(suppress_health_check=CALM)
    return settings(max_examples=number, suppress_health_check=CALM, phases=(Phase.explicit, Phase.generate))


often = examples(10)
many = examples(60)
seldom = examples(3)
