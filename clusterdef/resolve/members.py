"""Nodes as they are written: sets expanded to members, with the exceptions that hold for each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from clusterdef.nodeset import Member, Unclear, expand, fold
from clusterdef.problem import Also, Mark, Problem, Severity, did_you_mean, listing
from clusterdef.source import Document

Raw = dict[str, Any]
_HOSTNAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_OWN = re.compile(r"localhost[0-9]*|ip6-(localhost|loopback)")
"""What every machine calls itself."""
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]+")
"""What inet_aton(3), and with it ssh and ping, takes for an address: 42 is 0.0.0.42."""


class Word(NamedTuple):
    """What the site says of a node in one place: its entry, or an exception. `first` is that set's lowest number."""

    data: Raw
    first: int | None
    label: str


class Written(NamedTuple):
    """One node as it is written: `words` are its set's entry and then the exceptions that name it, stronger last.

    Tuples, because ten thousand are made before anything else begins.
    """

    name: str
    number: int | None
    key: str
    words: tuple[Word, ...]

    @property
    def data(self) -> Raw:
        """The entry of its set."""
        return self.words[0].data

    def said(self, key: str) -> tuple[Any, Word] | None:
        """The strongest word on a key, and where it stands."""
        for word in reversed(self.words):
            if key in word.data:
                return word.data[key], word
        return None

    def value(self, key: str) -> Any:
        """The strongest word on a key, or None."""
        found = self.said(key)
        return found[0] if found else None


def written(document: Document, sound: frozenset[str]) -> tuple[dict[str, Written], list[Problem]]:
    """The nodes of the entries named in `sound`, by name, in the site's order."""
    found: dict[str, Written] = {}
    problems: list[Problem] = []
    clashes: dict[tuple[str, str], list[str]] = {}
    for key, data in document.data["nodes"].items():
        if key not in sound:
            continue
        for node in _members(document, key, data, problems):
            if node.name in found:
                clashes.setdefault((found[node.name].key, key), []).append(node.name)
            else:
                found[node.name] = node
    problems += [_overlap(document, pair, names) for pair, names in clashes.items()]
    return found, problems


def mentioned(document: Document) -> set[str]:
    """Every name under `nodes:`, also of members that are retired and of entries whose shape is not right."""
    names: set[str] = set()
    for key in document.data["nodes"]:
        with suppress(Unclear):
            names |= {member.name for member in expand(key)}
    return names


def _members(document: Document, key: str, data: Raw, problems: list[Problem]) -> Iterator[Written]:
    if "[" not in key and "except" not in data and "retired" not in data:
        problems += _wrong_names(document, key, [Member(key, None)])
        yield Written(key, None, key, (Word(data, None, f"node {key}"),))
        return
    try:
        members = expand(key)
    except Unclear as unclear:
        mark = document.key_mark("nodes", key)
        problems.append(Problem("nodeset-unclear", str(unclear), mark, advice=(unclear.advice,)))
        return
    problems += _wrong_names(document, key, members)
    names = {member.name for member in members}
    gone = _retired(document, key, data, names, problems)
    exceptions = _exceptions(document, key, data, names, problems)
    entry = Word(data, members[0].number, f"node {key}" if len(members) == 1 else f"nodes {key}")
    for member in members:
        if member.name not in gone:
            yield Written(member.name, member.number, key, (entry, *exceptions.get(member.name, ())))


def misled(names: Iterable[str], mark: Callable[[], Mark]) -> Iterator[Problem]:
    """The first of some names, written at the place that `mark` finds, that leads elsewhere than to its machine."""
    for name in names:
        if _OWN.fullmatch(name):
            message = f"{name} is what every machine calls itself"
            yield Problem("wrong-hostname", message, mark(), advice=("choose another name",))
            return
        if _NUMBER.fullmatch(name):
            message = f"{name} is a number, which programs such as ssh take for an address"
            advice = (f"put letters before it, such as node{name}",)
            yield Problem("wrong-hostname", message, mark(), advice=advice, severity=Severity.WARNING)
            return


def _wrong_names(document: Document, key: str, members: tuple[Member, ...] | list[Member]) -> Iterator[Problem]:
    wrong = [member.name for member in members if not _HOSTNAME.fullmatch(member.name)]
    if wrong:
        shown = wrong[0] if len(wrong[0]) < 70 else f"{wrong[0][:60]}…"
        advice = ("host names have letters, digits and inner hyphens, at most 63 of them (RFC 1123)",)
        yield Problem("wrong-hostname", f"{shown} is no host name", document.key_mark("nodes", key), advice=advice)
    yield from misled((member.name for member in members), lambda: document.key_mark("nodes", key))


def _subset(
    document: Document,
    key: str,
    text: str,
    path: tuple[str, ...],
    names: set[str],
    problems: list[Problem],
    at_key: bool,
) -> list[Member]:
    """The members that `text` names, for an exception or a retirement; what is no member is a problem."""
    mark = document.key_mark(*path) if at_key else document.mark(*path)
    try:
        members = expand(text)
    except Unclear as unclear:
        problems.append(Problem("nodeset-unclear", str(unclear), mark, advice=(unclear.advice,)))
        return []
    strangers = [member.name for member in members if member.name not in names]
    if strangers:
        message = f"{listing(strangers)} {'is' if len(strangers) == 1 else 'are'} not in {key}"
        advice = (f"name members of {key} only, or make the set larger",)
        problems.append(Problem("no-member", message, mark, did_you_mean(strangers[0], names), advice=advice))
    return [member for member in members if member.name in names]


def _retired(document: Document, key: str, data: Raw, names: set[str], problems: list[Problem]) -> set[str]:
    if "retired" not in data:
        return set()
    members = _subset(document, key, data["retired"], ("nodes", key, "retired"), names, problems, at_key=False)
    return {member.name for member in members}


def _exceptions(
    document: Document, key: str, data: Raw, names: set[str], problems: list[Problem]
) -> Mapping[str, list[Word]]:
    found: dict[str, list[Word]] = {}
    for text, exception in data.get("except", {}).items():
        members = _subset(document, key, text, ("nodes", key, "except", text), names, problems, at_key=True)
        for member in members:
            found.setdefault(member.name, []).append(Word(exception, members[0].number, f"except {text}"))
    return found


def _overlap(document: Document, keys: tuple[str, str], names: list[str]) -> Problem:
    earlier, later = keys
    also = Also(document.key_mark("nodes", earlier), "named here first")
    message = f"{fold(names)} {'is' if len(names) == 1 else 'are'} in two node sets"
    advice = (
        f"take {'it' if len(names) == 1 else 'them'} out of one; a value that differs goes under `except:` in the set",
    )
    return Problem("nodesets-overlap", message, document.key_mark("nodes", later), also=(also,), advice=advice)
