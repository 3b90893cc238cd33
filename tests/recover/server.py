"""A configuration server in memory, behind the same ports as the real one, and a machine that asks it. Nothing here
asserts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clusterdef.ports.certificates import REQUESTED, REVOKED, SIGNED, Standing
from clusterdef.ports.reports import Report
from clusterdef.problem import Problem, Refused


class FakeCa:
    """An authority: what it has, by name, and what it revoked."""

    def __init__(self) -> None:
        self.standing: dict[str, Standing] = {}
        self.revoked: list[Standing] = []
        self.sent = 0

    def look(self, certname: str) -> Standing | None:
        return self.standing.get(certname)

    def clean(self, certname: str) -> Sequence[Standing]:
        found = self.standing.pop(certname, None)
        if found and found.state == SIGNED:
            self.revoked.append(found)
        return [found] if found else []

    def request(self, certname: str) -> bool:
        """Somebody sends a request; False when one, or a certificate, stands in its way."""
        if certname in self.standing:
            return False
        self.sent += 1
        self.standing[certname] = Standing(REQUESTED, f"request {self.sent}")
        return True

    def sign(self, certname: str) -> None:
        """Sign the request that waits."""
        assert self.standing[certname].state == REQUESTED
        self.standing[certname] = Standing(SIGNED, f"certificate {self.sent}")

    def revoke(self, certname: str) -> None:
        """Revoke without forgetting, as a person may."""
        self.standing[certname] = Standing(REVOKED, self.standing[certname].fingerprint)


class FakeTokens:
    """Hashes of tokens, by name."""

    def __init__(self) -> None:
        self.lines: dict[str, str] = {}

    def armed(self, certname: str) -> bool:
        return certname in self.lines

    def arm(self, certname: str, line: str) -> None:
        self.lines[certname] = line

    def disarm(self, certname: str) -> None:
        self.lines.pop(certname, None)


class FakeReports:
    """The last report, by name."""

    def __init__(self) -> None:
        self.last: dict[str, Report] = {}

    def latest(self, certname: str) -> Report | None:
        return self.last.get(certname)


class FakeHandover:
    """A head that hands out tokens, by address; one that is not `open` hands out none."""

    def __init__(self) -> None:
        self.open = True
        self.given: dict[str, str] = {}

    def there(self) -> bool:
        return self.open

    def ready(self) -> None:
        if not self.open:
            raise Refused(Problem("token-absent", "the head hands out no tokens"))

    def give(self, tokens: Mapping[str, str], minutes: int) -> None:
        self.ready()
        self.given.update(tokens)

    def take(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            self.given.pop(address, None)


@dataclass
class FakeServer:
    """The three together, with a policy: a request that shows the token is signed at once, and uses it up."""

    ca: FakeCa = field(default_factory=FakeCa)
    tokens: FakeTokens = field(default_factory=FakeTokens)
    reports: FakeReports = field(default_factory=FakeReports)
    runs: int = 0

    def ask(self, certname: str, token: str = "") -> bool:
        """A machine asks for its certificate; whether it gets one."""
        if not self.ca.request(certname):
            return False
        line = self.tokens.lines.get(certname)
        if line is None or json.loads(line)["sha256"] != hashlib.sha256(token.encode()).hexdigest():
            return False
        self.tokens.disarm(certname)
        self.ca.sign(certname)
        return True

    def run(self, certname: str, status: str = "changed") -> bool:
        """A machine with a certificate runs its configuration and reports."""
        found = self.ca.look(certname)
        if found is None or found.state != SIGNED:
            return False
        self.runs += 1
        self.reports.last[certname] = Report(f"run {self.runs}", "2026-01-01", status)
        return True
