"""The machine that hands tokens to others, each to its own address alone, as the rest sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol


class Handover(Protocol):
    """The directory from which the head's web server gives each machine its token.

    Every method raises Refused when that machine cannot be reached.
    """

    def there(self) -> bool:
        """Whether the machine hands out tokens at all."""

    def ready(self) -> None:
        """Raises Refused unless it does."""

    def give(self, tokens: Mapping[str, str], minutes: int) -> None:
        """Hand out these tokens for so many minutes, by the addresses that may ask; what is over by now goes.

        Raises Refused when the machine hands out none.
        """

    def take(self, addresses: Iterable[str]) -> None:
        """Hand out nothing to these addresses any more; nothing happens where nothing was handed out."""
