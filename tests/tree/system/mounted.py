"""A file system that is really full, and one that is really read-only: what a writer does there, as JSON.

A program of its own, for a mount namespace of its own: `unshare -m python -m tests.tree.system.mounted DIRECTORY`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from clusterdef.problem import Refused
from clusterdef.tree import current, drift, plan, rollback, unchanged
from tests.tree.trees import artifact, files, names, written

BIG = {f"d{number % 7}/f{number}": bytes([number % 251]) * 5000 for number in range(400)}


def refusal(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Refused as refused:
        return refused.problems[0].code
    return "done"


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, timeout=60)


def full(place: Path) -> dict[str, object]:
    """Two megabytes do not fit into one; then a small tree does."""
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place))
    root = place / "tree"
    written(root, {"a": "1"})
    found = {
        "big": refusal(lambda: written(root, BIG)),
        "after": names(root),
        "files": files(root) == {"a": b"1"},
        "drift": len(drift(root, verify=True)),
        "small": written(root, {"a": "2"}).number,
    }
    stuffing = place / "stuffing"
    with stuffing.open("wb", buffering=0) as file:
        found["stuffed"] = refusal_to_stuff(lambda: file.write(b"x" * 4096))
    found |= {
        "stuffed write": refusal(lambda: written(root, {"a": "3" * 5000})),
        "stuffed names": names(root),
        "stuffed files": files(root) == {"a": b"2"},
    }
    stuffing.unlink()
    return found | {
        "freed": refusal(lambda: written(root, {"a": "3" * 5000})),
        "freed files": files(root) == {"a": b"3" * 5000},
    }


def refusal_to_stuff(deed: Callable[[], object]) -> str:
    try:
        while True:
            deed()
    except OSError as error:
        return os.strerror(error.errno or 0)


def inodes(place: Path) -> dict[str, object]:
    """A disk may have space and no inodes."""
    mount("-t", "tmpfs", "-o", "nr_inodes=100", "tmpfs", str(place))
    root = place / "tree"
    written(root, {"a": "1"})
    return {
        "inodes": refusal(lambda: written(root, BIG)),
        "inodes names": names(root),
        "inodes files": files(root) == {"a": b"1"},
    }


def read_only(place: Path) -> dict[str, object]:
    mount("-t", "tmpfs", "tmpfs", str(place))
    root = place / "tree"
    for number in "12":
        written(root, {"a": number}, number)
    mount("-o", "remount,bind,ro", str(place))
    standing = current(root)
    found = {
        "write": refusal(lambda: written(root, {"a": "3"})),
        "rollback": refusal(lambda: rollback(root)),
        "elsewhere": refusal(lambda: written(place / "other", {"a": "3"})),
        "current": standing.number if standing else 0,
        "unchanged": unchanged(root, "2") is not None,
        "plan": plan(root, [artifact("a", "2")]).empty,
    }
    mount("-o", "remount,bind,rw", str(place))
    return found | {"then": written(root, {"a": "3"}).number}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    found: dict[str, object] = {}
    for part in (full, inodes, read_only):
        (place / part.__name__).mkdir()
        found |= part(place / part.__name__)
    print(json.dumps(found))
