"""Names of parameters: held against what modules declare, in every layer that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.clear import looks_secret
from clusterdef.complaint import in_clear
from clusterdef.problem import Problem, Severity, did_you_mean, listing
from clusterdef.resolve.doubts import Doubts
from clusterdef.source import Document

PARAMETER = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
"""How parameters may be called; what is called otherwise has the wrong shape, which is told already."""


class Names:
    """Holds the parameter names of every layer against what modules declare."""

    def __init__(self, catalog: Catalog, choices: frozenset[str], carried: frozenset[str], doubts: Doubts) -> None:
        self._doubts = doubts
        self._modules = catalog.modules
        self._broken = catalog.broken
        self._choices = choices
        self._carried = carried
        self._told: set[str] = set()
        self._every = [
            f"{module}.{name}" for module, one in catalog.modules.items() for name in one.data.get("parameters", {})
        ]

    def problems(self, document: Document, holder: dict[str, Any], of_site: bool = True) -> Iterator[Problem]:
        """What is wrong with the names (and the secrecy) of the parameters in one layer."""
        for key, value in holder.items():
            if looks_secret(value) and not self._settled(key):
                yield in_clear(document.mark_in(holder, key), key)
            if not PARAMETER.fullmatch(key):
                continue
            unknown = self._unknown(document, holder, key)
            if unknown:
                yield unknown
            elif of_site and not self._doubts and self._idle(key) and key not in self._told:
                self._told.add(key)
                message = f"no node has module {key.partition('.')[0]}, so {key} has no effect"
                mark = document.key_mark_in(holder, key)
                advice = ("give a node a role that brings it, or take the line out",)
                yield Problem("no-effect", message, mark, advice=advice, severity=Severity.NOTE)

    def _idle(self, key: str) -> bool:
        """A parameter of a module that no node has; one that cannot be read is told already."""
        module, dot, _ = key.partition(".")
        broken = ("module", module) in self._broken
        return bool(dot) and key not in self._choices and module not in self._carried and not broken

    def _settled(self, key: str) -> bool:
        """A secret of a module that some node has: what may stand there is told where its value is settled."""
        module, _, name = key.partition(".")
        if module not in self._carried:
            return False
        declared = self._modules[module].data.get("parameters", {}).get(name, {})
        return bool(declared.get("format") == "secret")

    def _unknown(self, document: Document, holder: dict[str, Any], key: str) -> Problem | None:
        module, dot, name = key.partition(".")
        if (not dot and key in self._choices) or ("module", module) in self._broken:
            return None
        if dot and module in self._modules and name in self._modules[module].data.get("parameters", {}):
            return None
        known = [*self._every, *self._choices]
        advice = f"there is no module {module}; `clusterdef catalog` lists those there are"
        if dot and module in self._modules:
            advice = f"module {module} has {listing(self._modules[module].data.get('parameters', ()), 20)}"
        elif not dot:
            words = listing(sorted(choice for choice in self._choices if "." not in choice))
            advice = f"a parameter is called module.name; choices of the whole cluster are {words or 'none'}"
        return Problem(
            "unknown-parameter",
            f"unknown parameter {key}",
            document.key_mark_in(holder, key),
            did_you_mean(key, known),
            advice=(advice,),
        )
