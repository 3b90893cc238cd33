"""A Puppetfile of modules from the Forge, as clusterdef ships one: a line for each."""

from __future__ import annotations

import re
from collections.abc import Iterator

LINE = re.compile(r"mod '([a-z0-9]+-[a-z0-9_]+)', '([0-9]+\.[0-9]+\.[0-9]+)'")


def parsed(text: str) -> Iterator[tuple[str, str]]:
    """Names and versions. Raises ValueError for any other line: it is our own file."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            found = LINE.fullmatch(line)
            if not found:
                raise ValueError(line)
            yield found[1], found[2]
