"""Which paths a generation may hold, and who takes which; nothing here touches a disk."""

from __future__ import annotations

from collections.abc import Iterable

from clusterdef.problem import Problem
from clusterdef.tree.manifest import Entry

LONGEST_NAME = 255
"""Bytes of one part of a path: what ext4, XFS and NFS allow."""

LONGEST_PATH = 1024
"""Bytes of a whole path: leaves room for the root in front of it (PATH_MAX is 4096)."""

ADVICE = ("a path looks like enc/worker01: relative, printable, no empty part, no . or .., no dot in front",)


def objection(path: str) -> str:
    """Why `path` cannot name a file of a generation, or an empty string when it can."""
    parts = path.split("/")
    if not path:
        return "is empty"
    if path[0] == "/":
        return "is absolute"
    if not path.isprintable():
        return "holds a character that cannot be printed"
    if "" in parts:
        return "has an empty part"
    if "." in parts or ".." in parts:
        return "has a part that is . or .."
    if path[0] == ".":
        return "begins with a dot; such names are clusterdef's own"
    return _length_objection(path, parts)


def _length_objection(path: str, parts: list[str]) -> str:
    if len(path) * 4 <= LONGEST_NAME:
        return ""
    if max(len(part.encode()) for part in parts) > LONGEST_NAME:
        return f"has a part of more than {LONGEST_NAME} bytes"
    return f"has more than {LONGEST_PATH} bytes" if len(path.encode()) > LONGEST_PATH else ""


class Claims:
    """The paths of one generation and who takes them: one file, one maker; a path is a file or a directory."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.problems: list[Problem] = []
        self._within: dict[str, Entry] = {}

    def take(self, entry: Entry) -> bool:
        """Enter `entry`; False, and a problem more, when its path cannot be had."""
        found = self._trouble(entry)
        if found is not None:
            self.problems.append(found)
            return False
        self.entries[entry.path] = entry
        self._enter_folders(entry)
        return True

    def adopt(self, entries: Iterable[Entry]) -> None:
        """Enter files of a generation that has every path taken so far as well: in it there was no trouble."""
        self.entries.update((entry.path, entry) for entry in entries)

    def _trouble(self, entry: Entry) -> Problem | None:
        path = entry.path
        if wrong := objection(path):
            return _problem("path-not-allowed", f"{entry.maker}: path {_shown(path)} {wrong}", entry, *ADVICE)
        if not f"{entry.maker}{entry.subject}{entry.owner}{entry.group}".isprintable():
            return _problem("artifact-unprintable", _shown_fields(entry), entry, "use letters, digits and - _ .")
        if entry.mode & ~0o777:
            message = f"{path}: mode {entry.mode:o} is more than permission bits"
            return _problem("artifact-mode", message, entry, "use a mode from 0000 to 0777")
        if taken := self.entries.get(path):
            return _contest(path, taken, entry)
        if taken := self._within.get(path):
            return _nested(path, taken.path, taken, entry)
        if taken := self._file_above(path):
            return _nested(taken.path, path, entry, taken)
        return None

    def _file_above(self, path: str) -> Entry | None:
        folder = path.rpartition("/")[0]
        while folder and folder not in self._within:
            if taken := self.entries.get(folder):
                return taken
            folder = folder.rpartition("/")[0]
        return None

    def _enter_folders(self, entry: Entry) -> None:
        folder = entry.path.rpartition("/")[0]
        while folder and folder not in self._within:
            self._within[folder] = entry
            folder = folder.rpartition("/")[0]


def _problem(code: str, message: str, entry: Entry, *advice: str) -> Problem:
    return Problem(code, message, subject=entry.subject, advice=advice)


def _shown(text: str) -> str:
    return text if text.isprintable() and text else ascii(text)


def _shown_fields(entry: Entry) -> str:
    fields = ("maker", "subject", "owner", "group")
    name, value = next((name, value) for name in fields if not (value := getattr(entry, name)).isprintable())
    return f"{entry.path}: {name} {value!a} holds a character that cannot be printed"


def _contest(path: str, first: Entry, second: Entry) -> Problem:
    return _problem(
        "path-taken-twice",
        f"{path} is made twice: by {_by(first)} and by {_by(second)}",
        second,
        "give one of them another path, or take one of them out",
    )


def _nested(file: str, below: str, inside: Entry, outside: Entry) -> Problem:
    return _problem(
        "path-file-and-directory",
        f"{file} is a file of {_by(outside)} and a directory for {below} of {_by(inside)}",
        outside,
        "give one of them another path",
    )


def _by(entry: Entry) -> str:
    return f"{entry.maker} for {entry.subject}" if entry.subject else entry.maker
