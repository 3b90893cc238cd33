"""The order of a recovery: which state follows which, and how long one is waited for. What is done is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol

from clusterdef.problem import Refused


@dataclass(frozen=True, slots=True)
class Row:
    """What comes after a state. One with `late` is waited for: it is looked at again and again, and left that way when
    its time is over."""

    then: str
    late: str = ""


Table = Mapping[str, Row]

RECOVER: Table = MappingProxyType(
    {
        "publish": Row("clean"),
        "clean": Row("arm"),
        "arm": Row("certificate"),
        "certificate": Row("run", "disarm"),
        "run": Row("tidy", "unfinished"),
        "tidy": Row("back"),
        "disarm": Row("failed"),
    }
)
"""The whole way, whether the certificate is signed by a one-time token or by a person."""

ALONE: Table = MappingProxyType({"publish": Row("prepared")})
"""For a machine that no configuration server of this site configures: nobody can be asked how it goes on."""

TABLES: Mapping[str, Table] = MappingProxyType({"token": RECOVER, "hand": RECOVER, "alone": ALONE})

FIRST = "publish"
KEPT = frozenset({"unfinished"})
"""Ends after which a recovery can be taken up again where it was."""


@dataclass(frozen=True, slots=True)
class Job:
    """Where a recovery stands. Times are seconds of the epoch; `until` is when the waiting of this state ends.

    `patience` is how many seconds a state is waited for; `former` is the last report of the machine's former life.
    """

    node: str
    way: str
    by: str
    begun: int
    patience: int
    state: str = FIRST
    since: int = 0
    until: int = 0
    former: str = ""

    @property
    def table(self) -> Table:
        """The way that it goes."""
        return TABLES[self.way]


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of acting, or of looking: whether the state is done, what there is to tell, and what to remember."""

    done: bool = True
    said: str = ""
    former: str | None = None


def step(job: Job, seen: Seen, now: int) -> Job:
    """Where the recovery stands after that. A state without a row is an end."""
    row = job.table[job.state]
    if seen.former is not None:
        job = replace(job, former=seen.former)
    if seen.done:
        return _enter(job, row.then, now)
    if row.late and now >= job.until:
        return _enter(job, row.late, now)
    return job


def _enter(job: Job, state: str, now: int) -> Job:
    row = job.table.get(state)
    return replace(job, state=state, since=now, until=now + job.patience if row and row.late else 0)


def resumed(job: Job, now: int, patience: int, signed: bool) -> Job | None:
    """The recovery as it is taken up again, with new patience for its run; None when it is to begin anew.

    A token that expired unused is of no use to anybody, so the machine is prepared again; but a certificate that was
    `signed` meanwhile is the machine's own, and stays.
    """
    if job.state in ("run", *KEPT):
        return replace(job, state="run", until=now + patience, patience=patience)
    expired = job.state == "certificate" and now >= job.until and not signed
    return job if job.state in job.table and not expired else None


Act = Callable[[Job], Seen]
"""`act(job)`: do what the state asks for, or look whether it is done; raises Refused when somebody says no."""

Tell = Callable[[Job, Seen, bool], None]
"""`tell(job, seen, late)`: called when something was done or seen; `late` when the time of the state is over."""


class Clock(Protocol):
    """Time, as a recovery needs it."""

    def now(self) -> int:
        """Seconds of the epoch."""

    def pause(self) -> None:
        """Let some time go by before looking again."""


def run(job: Job, act: Act, keep: Callable[[Job], None], tell: Tell, clock: Clock) -> Job:
    """Go through the table to an end. What is about to be done is kept before it is done.

    Raises Refused when somebody says no to something that is to be done; the recovery then stands where it stood.
    Where it only waits, that is one more reason to look again.
    """
    keep(job)
    while job.state in job.table:
        seen = _patient(act, job)
        moved = step(job, seen, clock.now())
        tell(job, seen, not seen.done and moved.state != job.state)
        if moved == job:
            clock.pause()
            continue
        keep(moved)
        job = moved
    return job


def _patient(act: Act, job: Job) -> Seen:
    try:
        return act(job)
    except Refused as refused:
        if not job.table[job.state].late:
            raise
        return Seen(False, refused.problems[0].message)
