"""The manifest: what a generation holds, as a text that is the same when the files are the same; it opens no files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter
from typing import NamedTuple

from clusterdef.artifact import Artifact

NAME = ".manifest"
FORMAT = 1


class Entry(NamedTuple):
    """One file: digest of its bytes, mode, owner and group where it is used, size in bytes, maker, subject, path.

    A tuple and no dataclass, because 60,000 of them are read before anything else can begin.
    """

    sha256: str
    mode: int
    owner: str
    group: str
    size: int
    maker: str
    subject: str
    path: str

    @property
    def secret(self) -> bool:
        """True when not everybody may read it."""
        return not self.mode & 0o004

    @property
    def disk_mode(self) -> int:
        """The mode in a generation: read-only, and for its owner alone when it is secret."""
        return 0o400 | (self.mode & (0o500 if self.secret else 0o555))


def entry(artifact: Artifact) -> Entry:
    """The row of `artifact`."""
    return Entry(
        digest(artifact.content),
        artifact.mode,
        artifact.owner,
        artifact.group,
        len(artifact.content),
        artifact.maker,
        artifact.subject,
        artifact.path,
    )


def digest(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds: the version that made it, the digests of inputs and facts, and its files by path."""

    version: str
    inputs: str
    facts: str
    entries: Mapping[str, Entry]

    def text(self) -> bytes:
        """The canonical form: a JSON line, then a line per file, fields apart by tabs, sorted by path."""
        head = {"clusterdef": self.version, "facts": self.facts, "format": FORMAT, "inputs": self.inputs}
        rows = sorted(self.entries.values(), key=attrgetter("path"))
        lines = [json.dumps(head, sort_keys=True), *map(_line, rows), ""]
        return "\n".join(lines).encode()


def _line(row: Entry) -> str:
    sha256, mode, owner, group, size, maker, subject, path = row
    return f"{sha256}\t{mode:04o}\t{owner}\t{group}\t{size}\t{maker}\t{subject}\t{path}"


def heading(text: bytes) -> Manifest:
    """The first line of a manifest only: everything but the entries. Raises ValueError when it is none."""
    head = json.loads(text.partition(b"\n")[0])
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ValueError(f"not a manifest of format {FORMAT}")
    version, inputs, facts = (str(head.get(key, "")) for key in ("clusterdef", "inputs", "facts"))
    return Manifest(version, inputs, facts, {})


def parsed(text: bytes) -> Manifest:
    """The manifest that `Manifest.text` wrote. Raises ValueError when something is missing or too much."""
    head = heading(text)
    return Manifest(head.version, head.inputs, head.facts, _rows(_lines(text)))


def made_by(text: bytes, makers: Collection[str]) -> Mapping[str, Entry]:
    """The rows by path that these makers made; the others are not looked at further. Raises ValueError."""
    words = [f"\t{maker}\t" for maker in makers]
    return _rows(line for line in _lines(text) if any(word in line for word in words))


def differing(old: bytes, new: bytes) -> tuple[Mapping[str, Entry], Mapping[str, Entry]]:
    """The rows by path that only the old of two manifests has, and those that only the new one has. Raises ValueError.

    Most rows are the same, and in the same place: they need not be understood for that.
    """
    pairs = zip_longest(_lines(old), _lines(new))
    others = [(one, other) for one, other in pairs if one != other]
    before = {one for one, _ in others if one is not None}
    after = {other for _, other in others if other is not None}
    return _rows(before - after), _rows(after - before)


def _lines(text: bytes) -> list[str]:
    *lines, end = text.decode().split("\n")[1:]
    if end:
        raise ValueError("the last line is cut off")
    return lines


def _rows(lines: Iterable[str]) -> dict[str, Entry]:
    return {
        path: Entry(sha256, int(mode, 8), owner, group, int(size), maker, subject, path)
        for sha256, mode, owner, group, size, maker, subject, path in (line.split("\t") for line in lines)
    }
