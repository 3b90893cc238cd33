"""Who holds which name, address or MAC: each may be held once.

A clash between two sets is told once, with the number of further ones, not once for each member.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from clusterdef.problem import Also, Mark, Problem

Where = tuple[int, Hashable]
Advice = Callable[[str, str, str, str], str]

Claim = tuple[str, Any, Hashable, Callable[..., Mark]]
"""Something held by somebody: who; the container and the key where it was written; and what finds the mark of those.

No class, because each node makes half a dozen.
"""


def _where(claim: Claim) -> Where:
    return id(claim[1]), claim[2]


def _mark(claim: Claim) -> Mark:
    _, container, key, mark = claim
    return mark(container, key)


class Claims:
    """The holders of one kind of thing. `code` and `words` make the problem: `words.format(holder, thing, other)`.

    `advice` says what to do: a sentence, or a function of both holders and of what else their places hold ("" for
    a single thing); `alone` is for one place that gives the same thing to all members of a set.
    """

    __slots__ = ("_advice", "_alone", "_clashes", "_code", "_held", "_words")

    def __init__(self, code: str, words: str, advice: str | Advice, alone: str) -> None:
        self._code = code
        self._words = words
        self._advice = advice
        self._alone = alone
        self._held: dict[Any, Claim] = {}
        self._clashes: dict[tuple[object, object], list[tuple[Any, Claim, Claim]]] = {}

    def take(self, thing: Hashable, holder: str, container: Any, key: Hashable, mark: Callable[..., Mark]) -> None:
        """Claim a thing for its holder; the second claim to one is a clash. `mark(container, key)` tells where it was
        written; the container is kept."""
        claim = (holder, container, key, mark)
        first = self._held.setdefault(thing, claim)
        if first is not claim:
            self._clashes.setdefault((_where(first), _where(claim)), []).append((thing, first, claim))

    def problems(self) -> Iterator[Problem]:
        """A problem for each pair of places that clash."""
        spans = {} if isinstance(self._advice, str) or not self._clashes else self._spans()
        for clashes in self._clashes.values():
            thing, first, second = clashes[0]
            more = f", and {len(clashes) - 1} more" if len(clashes) > 1 else ""
            message = self._words.format(second[0], thing, first[0]) + more
            same = _where(first) == _where(second)
            also = () if same else (Also(_mark(first), "taken here"),)
            advice = self._alone if same else self._cure(first, second, spans)
            yield Problem(self._code, message, _mark(second), also=also, advice=(advice,))

    def _cure(self, first: Claim, second: Claim, spans: Mapping[Where, list[Any]]) -> str:
        if isinstance(self._advice, str):
            return self._advice
        return self._advice(first[0], second[0], _span(spans[_where(first)]), _span(spans[_where(second)]))

    def _spans(self) -> dict[Where, list[Any]]:
        """What each place gives, clashing or not."""
        found: dict[Where, list[Any]] = {}
        for thing, claim in self._held.items():
            found.setdefault(_where(claim), []).append(thing)
        for clashes in self._clashes.values():
            for thing, _, second in clashes:
                found.setdefault(_where(second), []).append(thing)
        return found


def _span(things: list[Any]) -> str:
    """From the least to the greatest of one kind; empty when there is but one."""
    kind = [thing for thing in things if type(thing) is type(things[0])]
    return f"{min(kind)}-{max(kind)}" if len(kind) > 1 else ""
