"""What differs between the releases of Enterprise Linux, as far as a kickstart file is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Release:
    """One major release."""

    major: str
    timesource: bool
    """Time servers have a command of their own; before, they were an option of `timezone`."""
    interactive: str
    """The words after which the installer never waits for an answer."""


RELEASES: Mapping[str, Release] = MappingProxyType(
    {
        "8": Release("8", timesource=False, interactive="text"),
        "9": Release("9", timesource=True, interactive="text --non-interactive"),
        "10": Release("10", timesource=True, interactive="text --non-interactive"),
    }
)
