"""Secrets in the files that a machine's services read: put in on the way there, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from clusterdef.flows.archive import Read
from clusterdef.flows.parts import Part
from clusterdef.generator import Output
from clusterdef.languages import CannotSay, filled, in_clear
from clusterdef.problem import Problem, Refused
from clusterdef.tree import Entry
from clusterdef.tree.manifest import digest

OTHERS = 0o007
"""Permission bits that a file with secrets never has."""

Secret = Callable[[str, str], str]
"""`secret(name, kind)`: the secret of that name in that form; raises Refused when there is none."""


def fill(part: Part, rows: Mapping[str, Output], read: Read, secret: Secret) -> Part:
    """The part with secrets in those of its files that its own services read and that ask for them.

    What it only keeps for others stays as it was generated, and is root's there: the readers' group may be unknown.
    Raises Refused for a secret that is missing or cannot stand in its place.
    """
    entries, contents = dict(part.entries), {}
    for path, entry in part.entries.items():
        row = rows.get(entry.maker)
        if row is None or not row.fill:
            continue
        if entry.maker in part.reads:
            contents[path] = _with_secrets(path, read(path), secret)
            entries[path] = _of(entry, contents[path])
        else:
            entries[path] = entry._replace(owner="root", group="root")
    return replace(part, entries=entries, filled=contents)


def fetched(part: Part, rows: Mapping[str, Output], read: Read, secret: Secret) -> tuple[Part, int]:
    """The part as anybody may fetch it: with secrets that are encrypted, and without the files that ask for others.

    How many those are. Raises Refused as `fill` does.
    """
    asking = [path for path, entry in part.entries.items() if entry.maker in rows and rows[entry.maker].fill]
    bare = {path for path in asking if in_clear(read(path).decode())}
    kept = replace(part, entries={path: entry for path, entry in part.entries.items() if path not in bare})
    return fill(kept, rows, read, secret), len(bare)


def _of(entry: Entry, content: bytes) -> Entry:
    return entry._replace(sha256=digest(content), size=len(content), mode=entry.mode & ~OTHERS)


def _with_secrets(path: str, content: bytes, secret: Secret) -> bytes:
    try:
        return filled(content.decode(), secret).encode()
    except CannotSay as error:
        advice = ("give it another one:   clusterdef secret set NAME",)
        raise Refused(Problem("secret-unusable", f"{path}: {error}", subject=path, advice=advice)) from error
