"""Who holds which name, address or MAC: each may be held once.

A clash between two sets is told once, with the number of further ones, not once for each member.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from clusterdef.problem import Also, Mark, Problem

Where = tuple[int, Hashable]
Advice = Callable[[str, str, str, str], str]


class Claim(NamedTuple):
    """Something held by somebody: who, and a function that finds where it was written.

    A tuple, because each node makes half a dozen.
    """

    holder: str
    where: Where
    mark: Callable[[], Mark]


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

    def take(self, thing: Hashable, claim: Claim) -> None:
        """Claim a thing; the second claim to one is a clash."""
        first = self._held.setdefault(thing, claim)
        if first is not claim:
            self._clashes.setdefault((first.where, claim.where), []).append((thing, first, claim))

    def holder(self, thing: Hashable) -> Claim | None:
        """Who holds it."""
        return self._held.get(thing)

    def problems(self) -> Iterator[Problem]:
        """A problem for each pair of places that clash."""
        spans = {} if isinstance(self._advice, str) or not self._clashes else self._spans()
        for clashes in self._clashes.values():
            thing, first, second = clashes[0]
            more = f", and {len(clashes) - 1} more" if len(clashes) > 1 else ""
            message = self._words.format(second.holder, thing, first.holder) + more
            same = first.where == second.where
            also = () if same else (Also(first.mark(), "taken here"),)
            advice = self._alone if same else self._cure(first, second, spans)
            yield Problem(self._code, message, second.mark(), also=also, advice=(advice,))

    def _cure(self, first: Claim, second: Claim, spans: Mapping[Where, list[Any]]) -> str:
        if isinstance(self._advice, str):
            return self._advice
        return self._advice(first.holder, second.holder, _span(spans[first.where]), _span(spans[second.where]))

    def _spans(self) -> dict[Where, list[Any]]:
        """What each place gives, clashing or not."""
        found: dict[Where, list[Any]] = {}
        for thing, claim in self._held.items():
            found.setdefault(claim.where, []).append(thing)
        for clashes in self._clashes.values():
            for thing, _, second in clashes:
                found.setdefault(second.where, []).append(thing)
        return found


def _span(things: list[Any]) -> str:
    """From the least to the greatest of one kind; empty when there is but one."""
    kind = [thing for thing in things if type(thing) is type(things[0])]
    return f"{min(kind)}-{max(kind)}" if len(kind) > 1 else ""
