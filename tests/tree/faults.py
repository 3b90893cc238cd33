"""Every call that changes a disk, counted, and one of them made to fail or to be the last."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from clusterdef.tree import sync

CALLS = (
    "open",
    "write",
    "mkdir",
    "link",
    "rename",
    "symlink",
    "unlink",
    "rmdir",
    "fsync",
    "fchmod",
    "ftruncate",
    "pwrite",
)


@contextmanager
def at(number: int, happens: Callable[[str], None]) -> Iterator[list[str]]:
    """`happens` is called before call `number` (from 1); the list names the calls so far."""
    seen: list[str] = []
    with ExitStack() as stack:
        for owner, name in [*((os, name) for name in CALLS), (sync, "settle")]:
            stack.enter_context(patch.object(owner, name, _counted(getattr(owner, name), seen, number, happens)))
        yield seen


def _counted(
    real: Callable[..., Any], seen: list[str], number: int, happens: Callable[[str], None]
) -> Callable[..., Any]:
    def call(*arguments: Any, **more: Any) -> Any:
        seen.append(real.__name__)
        if len(seen) == number:
            happens(real.__name__)
        return real(*arguments, **more)

    return call
