"""The lock: exactly which code every fetched Puppet module has. It is kept beside site.yaml and committed with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clusterdef.code_source import FORGE, GIT, Source, source
from clusterdef.problem import Problem, Refused

NAME = "Puppetfile.lock"
PUPPETFILE = "Puppetfile"
FORMAT = 1
SHORT = 10
"""Digits of a commit that people see."""
EXACT: Mapping[str, str] = {GIT: "commit", FORGE: "archive"}
"""Kind of place -> the key that says what was found there: the commit, or the digest of the archive."""

HEAD = """\
# Modules of this site that others wrote, each exactly as Puppetfile.lock has it: for r10k and g10k, and for people.
# Made by clusterdef module lock from the definition; a change made here is lost the next time.
"""


@dataclass(frozen=True, slots=True)
class Locked:
    """One module: where it comes from, what exactly was found there, and the digest of its code."""

    source: Source
    exact: str
    content: str

    @property
    def short(self) -> str:
        """The commit, as people see it; nothing for what has none."""
        return self.exact[:SHORT] if self.source.kind == GIT else ""


@dataclass(frozen=True, slots=True)
class Lock:
    """All of them, by the names that Puppet knows them by."""

    modules: Mapping[str, Locked] = field(default_factory=dict)

    def text(self) -> str:
        """The lock file; the same for the same modules."""
        rows = {name: _row(one) for name, one in sorted(self.modules.items())}
        return json.dumps({"lock": FORMAT, "modules": rows}, indent=2) + "\n"

    def puppetfile(self) -> str:
        """The same for r10k and g10k, which read hash rockets only."""
        return "\n".join([HEAD, *(_mod(name, one) for name, one in sorted(self.modules.items()))])


def read(folder: Path) -> Lock:
    """The site's lock; an empty one where there is none. Raises Refused for one that somebody changed by hand."""
    file = folder / NAME
    try:
        data = json.loads(file.read_bytes())
        if data["lock"] != FORMAT:
            raise ValueError(f"its format is {data['lock']}, this clusterdef reads {FORMAT}")
        return Lock({name: _locked(row) for name, row in data["modules"].items()})
    except FileNotFoundError:
        return Lock()
    except (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
        raise Refused(_unreadable(error)) from error


def _row(one: Locked) -> dict[str, str]:
    key = EXACT.get(one.source.kind)
    return {**one.source.data, **({key: one.exact} if key else {}), "content": one.content}


def _locked(row: Mapping[str, str]) -> Locked:
    found = source(row)
    key = EXACT.get(found.kind)
    return Locked(found, row[key] if key else "", row["content"])


def _mod(name: str, one: Locked) -> str:
    if one.source.kind == GIT:
        return f"mod {_said(name)},\n  :git => {_said(one.source.place)},\n  :commit => {_said(one.exact)}\n"
    if one.source.kind == FORGE:
        return f"mod {_said(one.source.place)}, {_said(one.source.version)}\n"
    return f"mod {_said(name)}, :local => true\n"


def _said(text: str) -> str:
    r"""A word between single quotes of Ruby, where only ' and \ mean something; no source has them."""
    if "'" in text or "\\" in text or not text.isprintable():
        raise AssertionError(text)
    return f"'{text}'"


def _unreadable(error: Exception) -> Problem:
    advice = ("take it from the last commit that has a good one", "or make it anew:   clusterdef module lock")
    return Problem("lock-unreadable", f"{NAME} cannot be read: {error}", advice=advice, subject=NAME)
