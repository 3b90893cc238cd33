"""The configuration server as a program on a machine: where it keeps things, and its answers over HTTP there.

Everything is asked on the server itself, with its own certificate: no key leaves it, and no other machine has rights.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from clusterdef.drivers.shell import UNREACHABLE, Shell
from clusterdef.problem import Problem, Refused

SECONDS = 90.0
NO_PROGRAM = 127
NO_ANSWER = (7, 28, 52, 56)
"""What curl exits with when nobody listens, or nobody answers in time."""
LAST_WORDS = 400

PATHS = "PATH=$PATH:/opt/puppetlabs/bin"
SETTINGS = ("certname", "serverport", "hostcert", "hostprivkey", "localcacert", "reportdir")
ASK_SETTINGS = f"""\
{PATHS}
exec puppet config print --section server "$@"
"""
ASK = """\
exec curl -sS --max-time 60 -X "$1" --resolve "$3:$4:127.0.0.1" --cert "$5" --key "$6" --cacert "$7" \\
  -H 'Content-Type: application/json' -H 'Accept: application/json' --data-binary @- -w '\\n%{http_code}' \\
  "https://$3:$4$2"
"""


@dataclass(slots=True)
class ConfigurationServer:
    """`name` is the machine's, for people; `options` are Puppet's own, for a server that keeps things elsewhere."""

    name: str
    shell: Shell
    options: tuple[str, ...] = ()
    _settings: dict[str, str] = field(default_factory=dict)

    def settings(self) -> Mapping[str, str]:
        """What the server was told; asked for once, because a start of Puppet takes a second."""
        if not self._settings:
            said = self.run(ASK_SETTINGS, (*SETTINGS, *self.options)).decode(errors="replace")
            rows = (line.partition(" = ") for line in said.splitlines())
            found = {key.strip(): value.strip() for key, _, value in rows if value}
            if missing := set(SETTINGS) - found.keys():
                raise Refused(self.problem("does not say its settings", f"missing: {', '.join(sorted(missing))}"))
            self._settings.update(found)
        return self._settings

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """A request with the server's own certificate: status, and the answer."""
        told = self.settings()
        keys = (told[key] for key in ("certname", "serverport", "hostcert", "hostprivkey", "localcacert"))
        answer, _, status = self.run(ASK, (method, path, *keys), body).rpartition(b"\n")
        if not status.isdigit():
            raise Refused(self.problem("gave an answer that is none", status.decode(errors="replace")))
        return int(status), answer

    def run(self, script: str, arguments: Sequence[str], given: bytes = b"") -> bytes:
        """What a script prints there. Raises Refused when it fails, or does not end in time."""
        with tempfile.TemporaryFile() as file:
            file.write(given)
            file.seek(0)
            try:
                done = self.shell.run(script, arguments, file, SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise Refused(self.problem("cannot be reached", str(error))) from error
        if done.returncode:
            raise Refused(self.problem(self._why(done.returncode), done.stderr.decode(errors="replace")))
        return done.stdout

    def _why(self, status: int) -> str:
        if self.shell.remote and status == UNREACHABLE:
            return "cannot be reached by ssh"
        if status == NO_PROGRAM:
            return "has no puppet or no curl"
        return "does not answer: its service is not running" if status in NO_ANSWER else "says no"

    def problem(self, what: str, said: str = "") -> Problem:
        """A problem of this server, with its last words."""
        lines = tuple(line for line in said.strip()[-LAST_WORDS:].splitlines() if line.strip())
        see = "see there:   journalctl -u puppetserver -n 50"
        return Problem("server-answer", f"{self.name} {what}", advice=(*lines, see), subject=self.name)
