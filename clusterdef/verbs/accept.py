"""Accept: whether machines do what they are for, by the checks of their modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock

from clusterdef.model import Check, Cluster, checks
from clusterdef.ports.prompt import LATE, Prompt, Said
from clusterdef.problem import Problem, Refused, did_you_mean
from clusterdef.site import Site

AT_ONCE = 16
"""Machines that are looked at at the same time; on each of them one check after the other."""

PAUSES = (1.0, 2.0, 5.0, 10.0)
"""Seconds before a check is tried again, the last one from then on."""

Waits = Callable[[Check, float], None]
"""`waits(check, seconds)`: called when a check is not true at first, and may become so for that long."""

WELL, NOT_SO, UNREACHED = "well", "not so", "not reached"


@dataclass(frozen=True, slots=True)
class Result:
    """How a check came out: WELL, NOT_SO or UNREACHED, after how many seconds, and what was said last."""

    check: Check
    state: str
    seconds: float
    said: str = ""

    @property
    def well(self) -> bool:
        """Whether it came true."""
        return self.state == WELL


class Clock:
    """Time, and a wait that can be cut off."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self._over = Event()

    def wait(self, seconds: float) -> None:
        """So long, or until it is over."""
        self._over.wait(seconds)

    @property
    def over(self) -> bool:
        """True once nobody waits any longer."""
        return self._over.is_set()

    def end(self) -> None:
        """Nobody waits any longer."""
        self._over.set()


def chosen(cluster: Cluster, names: Sequence[str], only: Sequence[str] = ()) -> dict[str, list[Check]]:
    """The checks of each of these machines; with `only`, those that are named so: `module.check`, or all of a module.

    Raises Refused when that names no check of them.
    """
    every = {name: list(checks(cluster.nodes[name], cluster)) for name in names}
    known = {word for found in every.values() for check in found for word in (check.name, check.module)}
    for word in only:
        if word not in known:
            hint = did_you_mean(word, sorted(known))
            message = f"no module of these machines has a check '{word}'"
            raise Refused(Problem("unknown-check", message, label=hint, subject=word))
    if only:
        every = {name: [one for one in found if {one.name, one.module} & set(only)] for name, found in every.items()}
    return every


def scripts(site: Site, found: Iterable[Sequence[Check]]) -> dict[str, str]:
    """What is run for each check, by name: the text of its script, where it has one.

    Raises Refused for a script that is not there.
    """
    texts = {}
    for check in {check.name: check for every in found for check in every if check.script}.values():
        file = site.inputs.catalog.modules[check.module].file.parent / check.script
        texts[check.name] = _text(file, check)
    return texts


def _text(file: Path, check: Check) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"check {check.name}: its script {file} cannot be read"
        raise Refused(Problem("check-script", message, advice=(str(error),), subject=check.name)) from error


def accept(
    wanted: Mapping[str, Sequence[Check]],
    texts: Mapping[str, str],
    prompt: Callable[[str], Prompt],
    clock: Clock,
    once: bool = False,
    waits: Waits = lambda check, seconds: None,
) -> Iterator[tuple[str, list[Result]]]:
    """The results of each machine, in their order, as soon as they are known.

    `prompt(name)` is the prompt of a machine. A check is tried until it comes true or its time is over; with `once`,
    one time.
    """
    trial = _Trial(texts, prompt, clock, once, waits)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="accept") as pool:
        try:
            yield from zip(wanted, pool.map(trial.results, wanted.values()), strict=True)
        finally:
            clock.end()
            pool.shutdown(cancel_futures=True)


class _Trial:
    """Checks being tried. On one machine one thing is run at a time: an ssh server admits few that knock at once."""

    def __init__(
        self, texts: Mapping[str, str], prompt: Callable[[str], Prompt], clock: Clock, once: bool, waits: Waits
    ) -> None:
        self.texts = texts
        self.prompt = prompt
        self.clock = clock
        self.once = once
        self.waits = waits
        self._locks: dict[str, Lock] = defaultdict(Lock)
        self._gone: set[str] = set()

    def results(self, every: Sequence[Check]) -> list[Result]:
        """One check after the other."""
        return [self.result(check) for check in every]

    def result(self, check: Check) -> Result:
        """A check, tried until it is true or its time is over."""
        began = self.clock.now()
        if not check.user:
            return Result(check, NOT_SO, 0, "there is no user to run it as: the site has no `admins`")
        end = began + check.seconds
        tries = 0
        while True:
            state, said = self._once(check, max(1, round(end - self.clock.now())))
            now = self.clock.now()
            pause = PAUSES[min(tries, len(PAUSES) - 1)]
            if state == WELL or self.once or self.clock.over or now + pause >= end or check.where in self._gone:
                # Nobody waits as long again for a machine that was not reached all that time.
                (self._gone.add if state == UNREACHED else self._gone.discard)(check.where)
                return Result(check, state, now - began, said)
            if not tries:
                self.waits(check, end - now)
            self.clock.wait(pause)
            tries += 1

    def _once(self, check: Check, seconds: int) -> tuple[str, str]:
        try:
            with self._locks[check.where]:
                said = self.prompt(check.where).run(self.texts.get(check.name, check.run), check.user, seconds)
        except Refused as refused:
            problem = refused.problems[0]
            return UNREACHED, "\n".join((problem.message, *problem.advice))
        return (WELL if said.well else NOT_SO), _words(said, seconds)


def _words(said: Said, seconds: int) -> str:
    if said.status == LATE:
        return f"{said.text}\nit did not end within {seconds} seconds".strip()
    return said.text or ("" if said.well else f"exit status {said.status}")
