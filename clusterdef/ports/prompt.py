"""A prompt on a machine, as the rest sees it: something is run there, and what it says comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Said:
    """How it ended: its exit status (124 when it took too long), and the end of what it printed."""

    status: int
    text: str = ""

    @property
    def well(self) -> bool:
        """Whether it says that all is well."""
        return self.status == 0


LATE = 124
"""Status of what took too long."""


class Prompt(Protocol):
    """Runs programs on one machine."""

    def run(self, script: str, user: str, seconds: int) -> Said:
        """Run a script of sh there as `user` (another than root gets a login of its own), for so long at most.

        Raises Refused when the machine is not reached.
        """
