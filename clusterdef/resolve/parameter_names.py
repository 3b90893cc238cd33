"""Names of parameters: held against what modules declare, in every layer that somebody wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from clusterdef.catalog import Catalog
from clusterdef.complaint import hidden
from clusterdef.problem import Problem, Severity, did_you_mean, listing
from clusterdef.source import Document
from clusterdef.spelling import holds_password

CLEAR = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|^\$(1|2[aby]|5|6|y)\$|^\{(SSHA|CRYPT|MD5|SHA)\}", re.IGNORECASE)
"""Texts that only secrets have: private keys, crypt hashes, LDAP password hashes."""
PARAMETER = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
"""How parameters may be called; what is called otherwise has the wrong shape, which is told already."""


class Names:
    """Holds the parameter names of every layer against what modules declare."""

    def __init__(self, catalog: Catalog, choices: frozenset[str], carried: frozenset[str]) -> None:
        self._modules = catalog.modules
        self._broken = catalog.broken
        self._choices = choices
        self._carried = carried
        self._every = [
            f"{module}.{name}" for module, one in catalog.modules.items() for name in one.data.get("parameters", {})
        ]

    def problems(self, document: Document, holder: dict[str, Any], of_site: bool = True) -> Iterator[Problem]:
        """What is wrong with the names (and the secrecy) of the parameters in one layer."""
        for key, value in holder.items():
            if _looks_secret(value):
                yield hidden(document.mark_in(holder, key), f"{key} holds a private key, a password or its hash")
            if not PARAMETER.fullmatch(key):
                continue
            unknown = self._unknown(document, holder, key)
            if unknown:
                yield unknown
            elif of_site and "." in key and key not in self._choices and key.partition(".")[0] not in self._carried:
                message = f"no node has module {key.partition('.')[0]}, so {key} has no effect"
                yield Problem("no-effect", message, document.key_mark_in(holder, key), severity=Severity.NOTE)

    def _unknown(self, document: Document, holder: dict[str, Any], key: str) -> Problem | None:
        module, dot, name = key.partition(".")
        if (not dot and key in self._choices) or ("module", module) in self._broken:
            return None
        if dot and module in self._modules and name in self._modules[module].data.get("parameters", {}):
            return None
        known = [*self._every, *self._choices]
        advice: tuple[str, ...] = ()
        if dot and module in self._modules:
            advice = (f"module {module} has {listing(self._modules[module].data.get('parameters', ()), 20)}",)
        return Problem(
            "unknown-parameter",
            f"unknown parameter {key}",
            document.key_mark_in(holder, key),
            did_you_mean(key, known),
            advice=advice,
        )


def _looks_secret(value: Any) -> bool:
    if isinstance(value, str):
        return CLEAR.search(value) is not None or holds_password(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_looks_secret(item) for item in inner)
