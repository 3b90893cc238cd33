"""A machine that reads a published tree, as the rest sees it: look, carry, check, switch, reload, go back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple, Protocol

RECORD = ".publication.json"
"""In a live tree: who published it, when, and from what."""


class Kept(NamedTuple):
    """A file as it stands on the machine: digest of its bytes, permission bits, owner and group by name."""

    sha256: str
    mode: int
    owner: str
    group: str


@dataclass(frozen=True, slots=True)
class Live:
    """What is live on a machine.

    `number` is 0 where nothing is; `record` is what was written beside the files; `was` is what was published, by
    path, and `files` what stands there now; `makers` says which output made which path; `due` are the outputs whose
    daemons had still to be told when a publish was cut off.
    """

    number: int = 0
    record: Mapping[str, Any] = field(default_factory=dict)
    was: Mapping[str, Kept] = field(default_factory=dict)
    makers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Kept] = field(default_factory=dict)
    due: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """How a program on the machine ended: `absent` when it is not installed there, else its status and last words."""

    status: int
    said: str = ""
    absent: bool = False


class Machine(Protocol):
    """One machine and its live tree. Every method ends in a bounded time and raises Refused when the machine says no.

    Killed between any two calls, what is live is whole: the old tree or the new one.
    """

    @property
    def name(self) -> str:
        """The node's name."""

    def held(self, holder: str) -> AbstractContextManager[None]:
        """Hold the tree's lock; Refused, naming who has it, when somebody else does."""

    def look(self) -> Live:
        """What is live; nothing is changed."""

    def lacks(self, owners: Collection[str], groups: Collection[str]) -> Sequence[str]:
        """Those of the users and groups that the machine does not know, as `user tftp` or `group named`."""

    def carry(self, live: Live, away: Collection[str], archive: IO[bytes]) -> Mapping[str, Kept]:
        """Make a candidate beside the live tree: its files without `away`, and those of a tar. What stands there."""

    def check(self, commands: Sequence[Sequence[str]]) -> Sequence[Answer]:
        """Run consumers' own checks where `current` shows the candidate, to nobody but these; an answer for each."""

    def ask(self, command: Sequence[str]) -> Answer:
        """Run a consumer's own check where everything is as it is live."""

    def switch(self, due: Collection[str]) -> None:
        """Make the candidate live by one rename; `due` is remembered until `settle` or `forget`."""

    def reload(self, command: Sequence[str]) -> Answer:
        """Tell a daemon."""

    def back(self, live: Live, changed: Collection[str]) -> bool:
        """Make live again what was, the files `changed` as young as if they were new; False when it still was."""

    def settle(self, line: str) -> None:
        """Nothing is due any more: add a line to the log, and remove what is older than the last ten."""

    def forget(self) -> None:
        """Nothing is due any more, because the daemons read again what they read before."""

    def discard(self) -> None:
        """Remove the candidate."""
