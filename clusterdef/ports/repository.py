"""Version control of a site's folder, as the rest sees it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol


class Repository(Protocol):
    """Version control of one folder. Methods raise Refused when the program says no, with what it said."""

    def available(self) -> bool:
        """True when the program is there at all."""

    def root(self) -> Path | None:
        """The working tree that the folder lies in; None when it lies in none, or the program is not there."""

    def ignored(self, path: Path) -> bool | None:
        """True when `path` stays out of version control; None when it lies in no working tree."""

    def tracked(self, path: Path) -> Sequence[str]:
        """The files at or below `path` that are in version control."""

    def begin(self) -> None:
        """Make the folder a repository of its own, with nothing in it yet."""

    def identity(self) -> bool:
        """True when the user has said in whose name to commit."""

    def commit(self, message: str) -> None:
        """Commit everything in the folder that is not ignored, in the user's own name."""

    def head(self) -> str | None:
        """The commit that is checked out; None when there is none."""

    def contains(self, commit: str) -> bool:
        """True when the checked out commit is `commit` or comes after it; False too when nobody here knows `commit`."""

    def uncommitted(self, paths: Sequence[str]) -> Sequence[str]:
        """Which files at or below `paths` are not as they are in the checked out commit."""
