"""What is done in each state of a recovery, by way of ports. Which state follows is in `recover`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clusterdef.flows.recover import Job, Seen
from clusterdef.ports.certificates import REQUESTED, SIGNED, Certificates, Standing
from clusterdef.ports.handover import Handover
from clusterdef.ports.jobs import Jobs
from clusterdef.ports.reports import Report, Reports
from clusterdef.ports.tokens import Tokens
from clusterdef.problem import listing

WORDS = {SIGNED: "certificate revoked", REQUESTED: "waiting request removed"}


@dataclass(frozen=True, slots=True)
class Ports:
    """The configuration server in its three parts."""

    certificates: Certificates
    reports: Reports
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Door:
    """Where a machine that was installed anew fetches its token by itself: which machine hands it out, and to which
    addresses alone."""

    head: str
    addresses: tuple[str, ...]
    handover: Handover


@dataclass(frozen=True, slots=True)
class Joining:
    """The script of its first run; what the server keeps of the token in it, and the token: nothing where a person
    signs."""

    script: str
    line: str = ""
    token: str = ""


Join = Callable[[Job], Joining]


class Comeback:
    """One machine's way back. `publish()` makes its files live again and says what changed; `join(job)` is what it
    joins with; with a `door` it needs nobody for that."""

    def __init__(
        self,
        certname: str,
        ports: Ports | None,
        jobs: Jobs,
        publish: Callable[[], str],
        join: Join,
        door: Door | None = None,
    ) -> None:
        self.certname = certname
        self._door = door
        self._ports = ports
        self._jobs = jobs
        self._publish_files = publish
        self._join = join

    @property
    def ports(self) -> Ports:
        """The configuration server; only ways that have one lead to states that ask for it."""
        assert self._ports
        return self._ports

    def act(self, job: Job) -> Seen:
        """Do what its state asks for, or look. Raises Refused when somebody says no."""
        seen: Seen = getattr(self, f"_{job.state}")(job)
        return seen

    def _publish(self, job: Job) -> Seen:
        return Seen(True, self._publish_files())

    def _clean(self, job: Job) -> Seen:
        gone = self.ports.certificates.clean(self.certname)
        # Nothing of the former life is reported any more: its certificate is void.
        before = self.ports.reports.latest(self.certname)
        return Seen(True, _gone(gone) or "there was none", before.identity if before else "")

    def _arm(self, job: Job) -> Seen:
        joining = self._join(job)
        # The script is kept before its token counts: the other way round, the token would be of no use to anybody.
        self._jobs.paper(job.node, joining.script)
        if not joining.line:
            return Seen(True, "a person signs its certificate")
        self.ports.tokens.arm(self.certname, joining.line)
        minutes = job.patience // 60
        if not self._door:
            return Seen(True, f"for {minutes} minutes")
        # Nobody shows a token that does not count yet.
        self._door.handover.give(dict.fromkeys(self._door.addresses, joining.token), minutes)
        return Seen(True, f"for {minutes} minutes; {self._door.head} hands out the token")

    def _certificate(self, job: Job) -> Seen:
        found = self.ports.certificates.look(self.certname)
        if found is None:
            return Seen(False)
        if found.state == SIGNED:
            return Seen(True, found.fingerprint)
        if found.state == REQUESTED and job.way == "hand":
            return Seen(False, f"a request waits to be signed, {found.fingerprint}")
        # The machine's own would have been signed at once.
        self.ports.certificates.clean(self.certname)
        return Seen(False, f"removed a request that did not show the token, {found.fingerprint}")

    def _run(self, job: Job) -> Seen:
        report = self.ports.reports.latest(self.certname)
        if report is None or report.identity == job.former:
            return Seen(False)
        return clean_run(report)

    def _tidy(self, job: Job) -> Seen:
        # Where a person signed all the same, the token was not used.
        if job.way == "token":
            self.ports.tokens.disarm(self.certname)
            if self._door:
                self._door.handover.take(self._door.addresses)
        return Seen(True)

    _disarm = _tidy


def clean_run(report: Report) -> Seen:
    """Whether a run was a good one: its own configuration, applied, with nothing that failed."""
    if report.cached:
        return Seen(False, "the server gave it no configuration, and it applied a former one")
    if report.noop:
        return Seen(False, "it ran, but was told to change nothing (noop)")
    failed = [one.name for one in report.resources if one.failed]
    if report.status == "failed" or failed:
        return Seen(False, f"it ran, and this failed: {listing(failed or report.errors or ['see its report'], 3)}")
    changed = sum(not one.noop for one in report.resources)
    if not changed:
        return Seen(True, "nothing was left to change")
    return Seen(True, f"{changed} {'thing' if changed == 1 else 'things'} changed, none failed")


def _gone(gone: Sequence[Standing]) -> str:
    return ", ".join(f"{WORDS.get(one.state, one.state)}" for one in gone)
