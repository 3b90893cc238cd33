"""What is going on, as the rest sees it: a record for each thing that takes long, and who is at it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol


class Jobs(Protocol):
    """The records of one kind of work, by the name of what it is about.

    Killed between any two calls, a record is whole: the former or the new one. Every method raises Refused when the
    disk says no.
    """

    def held(self, name: str, by: str) -> AbstractContextManager[None]:
        """Be the only one at this work; Refused, naming who is, when somebody else is already."""

    def read(self, name: str) -> Mapping[str, Any] | None:
        """The record; None when there is none."""

    def write(self, name: str, record: Mapping[str, Any]) -> None:
        """Keep the record in place of the former."""

    def paper(self, name: str, text: str) -> None:
        """Keep a text beside the record: a file that nobody else may read."""

    def place(self, name: str) -> Path:
        """Where that text is, or would be."""

    def forget(self, name: str) -> None:
        """Remove the record and the text; nothing happens when there is none."""
