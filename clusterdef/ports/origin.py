"""A place that Puppet code is fetched from, as the rest sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from clusterdef.code_source import Source


class Origin(Protocol):
    """A git server, a Forge or a folder. It ends in a bounded time."""

    def fetch(self, source: Source, exact: str, into: Path) -> str:
        """Put the module's code into an empty folder. What exactly was found: a commit, the digest of an archive.

        `exact` is what must be found there; empty where what `source` says is enough. Raises Refused when it is not
        there, is something else, or cannot be reached.
        """
