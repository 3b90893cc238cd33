"""The floor under a first generate: the same files, written by a loop that does nothing else, and settled as it does.

`python bench/writing.py FROM TO`, in a process of its own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def write(source: Path, target: Path) -> int:
    """Write files of the same names and sizes as those below `source`; how many."""
    number = 0
    for parent, _, names in os.walk(source):
        place = target / Path(parent).relative_to(source)
        place.mkdir(parents=True)
        for name in names:
            content = bytes((Path(parent) / name).lstat().st_size)
            fd = os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
            os.write(fd, content)
            os.close(fd)
            number += 1
    os.sync()
    return number


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]))
