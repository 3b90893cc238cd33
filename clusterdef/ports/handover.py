"""The machine that hands tokens to others, each to its own address alone, as the rest sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Handover(Protocol):
    """The directory from which the head's web server gives each machine its token."""

    def ready(self) -> None:
        """Raises Refused unless tokens can be handed out there."""

    def give(self, tokens: Mapping[str, str], minutes: int) -> None:
        """Hand out these tokens, by the addresses that may ask; what lay there longer than so many minutes goes.

        Raises Refused when the machine cannot be reached, or hands out none.
        """
