"""The part of a machine that fetches it by itself: a tar, its digest, and in it what its readers are asked and told."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from clusterdef.flows import archive
from clusterdef.flows.parts import Part
from clusterdef.generator import Output
from clusterdef.languages import LANGUAGES
from clusterdef.tree import Entry
from clusterdef.tree.manifest import digest

MAKER = "pull"
"""The word for these files in summaries, and their folder."""
CHECK, RELOAD = ".publish/check", ".publish/reload"
HEAD = ("#!/bin/sh", "# Made by clusterdef; a change made here is lost the next time.", "set -eu")

Filled = Callable[[Sequence[str], str], Sequence[str]]
"""`filled(command, path)`: a command of an output, for a file of it."""


def files(part: Part, read: archive.Read, rows: Mapping[str, Output], filled: Filled) -> Mapping[str, bytes]:
    """What is laid out for the machine, by path: its tar and the digest of that. The same part is the same bytes."""
    makers = {entry.maker for entry in part.entries.values()}
    used = [row for name, row in rows.items() if name in makers]
    # One check may be about all files of an output.
    checks = dict.fromkeys(tuple(filled(row.check, path)) for row in used if row.check for path in _of(part, row))
    reloads = dict.fromkeys(tuple(filled(row.reload, "")) for row in used if row.reload)
    into = io.BytesIO()
    archive.write(into, part.entries.values(), read, {CHECK: _script(checks), RELOAD: _script(reloads)})
    name = f"{MAKER}/{part.node.name}"
    return {f"{name}.tar": into.getvalue(), f"{name}.sha256": digest(into.getvalue()).encode()}


def entries(laid_out: Mapping[str, bytes]) -> dict[str, Entry]:
    """The same files as rows of a manifest."""
    return {
        path: Entry(digest(content), archive.PUBLIC, "root", "root", len(content), MAKER, "", path)
        for path, content in laid_out.items()
    }


def _of(part: Part, row: Output) -> Iterator[str]:
    return (path for path, entry in sorted(part.entries.items()) if entry.maker == row.name)


def _script(commands: Iterable[Sequence[str]]) -> bytes:
    """Commands one after the other, each only where its program is installed; the first that fails ends it."""
    return "\n".join([*HEAD, *map(_line, commands), ""]).encode()


def _line(command: Sequence[str]) -> str:
    """A command by the first name of its program that is installed."""
    names, *arguments = command
    rest = " ".join(_quoted(word) for word in arguments)
    tries = (f"if command -v {name} >/dev/null; then {name} {rest}; " for name in map(_quoted, names.split("|")))
    return f"{'el'.join(tries)}fi"


def _quoted(word: str) -> str:
    return str(LANGUAGES["sh"].say_in("quoted", word))
