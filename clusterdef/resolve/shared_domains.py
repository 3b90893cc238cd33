"""Networks that share a domain: a machine on both has one full name there, and two addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from clusterdef.nodeset import fold
from clusterdef.problem import Also, Problem, Severity
from clusterdef.resolve.draft import NodeDraft
from clusterdef.source import Document


def shared_domains(document: Document, drafts: Iterable[NodeDraft]) -> Iterator[Problem]:
    """A warning for each pair of networks on which machines have the same full name."""
    found: dict[tuple[str, str], list[str]] = {}
    for draft in drafts:
        if len(draft.interfaces) > 1:
            named = [one.network for one in draft.interfaces if one.network.domain and one.addresses]
            for one, other in combinations(named, 2):
                if one.domain == other.domain:
                    first, second = sorted((one.name, other.name), key=list(document.data["networks"]).index)
                    found.setdefault((first, second), []).append(draft.name)
    for (first, second), names in found.items():
        yield _ambiguous(document, first, second, names)


def _ambiguous(document: Document, first: str, second: str, names: list[str]) -> Problem:
    domain = document.data["networks"][second]["domain"]
    has = "has" if len(names) == 1 else "have"
    message = f"{fold(names)} {has} the same full name on {first} and on {second}: who asks for it gets either address"
    also = Also(document.mark("networks", first, "domain"), f"domain of {first}")
    advice = f"give {second} a domain of its own, such as {second}.{domain}"
    mark = document.mark("networks", second, "domain")
    return Problem("name-ambiguous", message, mark, also=(also,), advice=(advice,), severity=Severity.WARNING)
