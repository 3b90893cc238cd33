"""Accounts of administrators: each is one person's, and none is what machines have already."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from clusterdef.problem import Also, Problem
from clusterdef.source import Document

ROOT = "root"


def administrator_problems(document: Document, sound: Collection[str]) -> Iterator[Problem]:
    """Names and numbers of users that two would have. `sound` are the entries that are understood."""
    held: dict[int, str] = {}
    for name, data in document.data.get("admins", {}).items():
        if name not in sound:
            continue
        if name == ROOT:
            message = "every machine has a user root, who lets all administrators in by their keys"
            advice = ("name the person, such as `ada: ssh/ada.pub`",)
            yield Problem("name-taken", message, document.key_mark("admins", name), advice=advice)
        uid = data.get("uid") if isinstance(data, dict) else None
        if uid is not None and held.setdefault(uid, name) != name:
            also = Also(document.mark("admins", held[uid], "uid"), "taken here")
            mark = document.mark("admins", name, "uid")
            message = f"{name}: user id {uid} is already {held[uid]}'s"
            yield Problem("uid-taken", message, mark, also=(also,), advice=("give one of them another number",))
