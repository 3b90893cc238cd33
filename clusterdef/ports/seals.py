"""What was encrypted the last time, as the rest sees it: kept, so that what did not change stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Seal(NamedTuple):
    """A secret as it was encrypted, and a keyed digest of what was: equal for the same secret, and useless alone."""

    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Seals by the name and form of their secrets, and the key of their digests: no bytes where nothing is kept."""

    key: bytes = field(default=b"", repr=False)
    seals: Mapping[str, Seal] = field(default_factory=dict)


class Seals(Protocol):
    """Where they are kept. Lost or damaged ones count for nothing: everything is then encrypted anew."""

    def read(self) -> Kept:
        """What is kept. Raises Refused when it may not be read."""

    def write(self, kept: Kept) -> None:
        """Keep this in the place of what was: whole, or not at all. Raises Refused when it cannot be written."""
