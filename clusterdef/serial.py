"""Numbers that grow with files, such as the serial of a DNS zone: kept while a file says the same, else a new one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from clusterdef.artifact import Artifact

Kept = tuple[int, str]
"""A file's number, and the digest of its bytes with that number in them."""


@dataclass(frozen=True, slots=True)
class Serials:
    """`former` is what was kept, by path; `fresh` is the number of what is new or changes, above all others."""

    former: Mapping[str, Kept] = field(default_factory=dict)
    fresh: int = 1

    def filled(self, path: str, fill: Callable[[int], bytes]) -> tuple[bytes, int]:
        """The bytes of the file at `path`, and its number: the former one where the bytes then are the former ones."""
        number, digest = self.former.get(path, (0, ""))
        if number:
            content = fill(number)
            if _digest(content) == digest:
                return content, number
        number = max(self.fresh, number + 1)
        return fill(number), number


def kept(artifact: Artifact) -> Kept:
    """What has to be remembered of a file with a number."""
    return artifact.serial, _digest(artifact.content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
