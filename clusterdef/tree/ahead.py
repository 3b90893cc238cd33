"""A copy of the current generation, made by a second process before it is known what will be written.

A large tree's next generation is for the most part hard links to this one; they are made while the site is looked at.
The copy is a draft like any other: what goes wrong with it costs the time that it was to save, and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from clusterdef.problem import Refused
from clusterdef.second import Second
from clusterdef.tree import lock, manifest
from clusterdef.tree.folders import DIRECTORY, DIRECTORY_MODE, Folders, discard
from clusterdef.tree.former import LINKS, standing
from clusterdef.tree.generation import FACTS, MEMO
from clusterdef.tree.root import NEW, Root, opened

OWN = frozenset({FACTS, MEMO, manifest.NAME})
"""Files of a generation that are its own; the next one makes them anew."""

DONE = b"done"

PATIENT = 10
"""How far a copy steps back behind the process that it works for."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A copy that is being made, under the tree's lock. First it is asked whether it is `of` a generation, then for its
    name; each waits for what it tells."""

    name: str
    second: Second

    def of(self, number: int | None) -> bool:
        """True when every file of that generation is as it was written, and is being copied."""
        return bool(number) and self.second.result() == str(number).encode()

    def copy(self) -> str:
        """The name of the directory that now holds every file; empty where that did not work."""
        return self.name if self.second.result() == DONE else ""


@contextmanager
def ahead(path: Path, links: int = LINKS) -> Iterator[Ahead | None]:
    """Begin to copy the current generation of the tree at `path`. None when somebody else is writing there, or when
    there is no tree. Until the block ends the lock is held; nothing remains of the copy but what was made of it."""
    with ExitStack() as stack:
        yield _begun(stack, path, links)


def _begun(stack: ExitStack, path: Path, links: int) -> Ahead | None:
    name = f"{NEW}{os.getpid()}-{os.urandom(4).hex()}"
    try:
        top = stack.enter_context(opened(path))
        stack.enter_context(lock.held(top, wait=0))
        top.sweep()
    except (Refused, OSError):
        return None
    stack.callback(_discarded, top, name)
    return Ahead(name, stack.enter_context(Second(lambda: _steps(top, name, links))))


def _discarded(top: Root, name: str) -> None:
    with suppress(OSError):
        discard(name, top.fd)


def _steps(top: Root, name: str, links: int) -> Iterator[bytes]:
    """The number of the generation that is copied, none when its files are not as they were written; and DONE."""
    # Whoever reads and resolves the site meanwhile comes first: this is waited for at the end only.
    os.nice(PATIENT)
    number = top.current()
    with standing(top, number, links) as former:
        if not number or not former.whole:
            return
        yield str(number).encode()
        os.mkdir(name, DIRECTORY_MODE, dir_fd=top.fd)
        fd = os.open(name, DIRECTORY, dir_fd=top.fd)
        os.fchmod(fd, DIRECTORY_MODE)
        folders = Folders(fd, create=True)
        for path in former.record.rows.keys() - OWN:
            former.link(path, folders)
    yield DONE
