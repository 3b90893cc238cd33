"""Review: what is wrong with a site's secrets as they are kept: missing, empty, weak, alike, left over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clusterdef.model import Secret
from clusterdef.ports.secrets import Secrets
from clusterdef.problem import Problem, Refused, Severity, listing
from clusterdef.secrets.life import FORMER_SUFFIX, PRIVATE_KEY, companion_of, missing
from clusterdef.secrets.strength import objection, weakness


def review(asked: Sequence[Secret], keeper: Secrets) -> list[Problem]:
    """Everything that is wrong, the worst first. No problem has a secret in it."""
    found = [*_missing(asked, keeper), *_values(asked, keeper), *_names(asked), *_unasked(asked, keeper)]
    found += keeper.problems([secret.name for secret in asked])
    return sorted(dict.fromkeys(found), key=lambda problem: -problem.severity)


def _missing(asked: Sequence[Secret], keeper: Secrets) -> Iterator[Problem]:
    try:
        names = [secret.name for secret in missing(asked, keeper)]
    except Refused:
        return
    if names:
        yield missing_problem(names, Severity.WARNING)


def missing_problem(names: Sequence[str], severity: Severity) -> Problem:
    """That these secrets are missing, in one line."""
    what = "1 secret is missing" if len(names) == 1 else f"{len(names)} secrets are missing"
    advice = (listing(names), "see who asks for them:   clusterdef secret missing")
    return Problem("secrets-missing", what, subject="secrets", severity=severity, advice=advice)


def _values(asked: Sequence[Secret], keeper: Secrets) -> Iterator[Problem]:
    held: dict[bytes, str] = {}
    for secret in asked:
        try:
            value = keeper.get(secret.name)
            former = keeper.get(secret.name + FORMER_SUFFIX) if keeper.writable else None
        except Refused as refused:
            yield from refused.problems
            continue
        if value is not None:
            yield from _quality(secret, value)
            if value and held.setdefault(value, secret.name) != secret.name:
                yield _alike(held[value], secret.name)
        if former is not None:
            yield _former(secret.name)


def _quality(secret: Secret, value: bytes) -> Iterator[Problem]:
    reason = objection(secret.kind, value)
    if reason:
        advice = (f"clusterdef secret set {secret.name}",)
        yield Problem("secret-unusable", f"{secret.name} cannot be used: {reason}", subject="secret", advice=advice)
        return
    reason = weakness(secret.kind, secret.name, value)
    if reason:
        advice = (f"make a good one:   clusterdef secret rotate {secret.name}",)
        message = f"{secret.name} is weak: {reason}"
        yield Problem("secret-weak", message, subject="secret", severity=Severity.WARNING, advice=advice)


def _alike(first: str, second: str) -> Problem:
    advice = (f"whoever learns one has both:   clusterdef secret rotate {second}",)
    message = f"{first} and {second} are the same"
    return Problem("secrets-alike", message, subject="secret", severity=Severity.WARNING, advice=advice)


def _former(name: str) -> Problem:
    advice = (f"when every machine has the present one:   clusterdef secret rotate --done {name}",)
    message = f"the former value of {name} is still kept"
    return Problem("secrets-unsettled", message, subject="secret", severity=Severity.NOTE, advice=advice)


def _names(asked: Sequence[Secret]) -> Iterator[Problem]:
    for secret in asked:
        if companion_of(secret.name) is not None:
            advice = ("call it otherwise where it is asked for",)
            message = f"{secret.name} is a name that clusterdef keeps for itself"
            yield Problem("secret-name", message, subject="secret", advice=advice)


def _unasked(asked: Sequence[Secret], keeper: Secrets) -> Iterator[Problem]:
    wanted = {PRIVATE_KEY, *(secret.name for secret in asked)}
    try:
        names = keeper.names() or ()
    except Refused:
        return
    for name in sorted(names):
        if name not in wanted and companion_of(name) not in wanted:
            advice = ("a role that asked for it is gone, or the name is mistyped",)
            message = f"nobody asks for {name}"
            yield Problem("secret-unasked", message, subject="secret", severity=Severity.NOTE, advice=advice)
