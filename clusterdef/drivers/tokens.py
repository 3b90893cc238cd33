"""The directory of hashes of tokens, on this machine or by ssh on the configuration server."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from clusterdef.drivers.shell import UNREACHABLE, Shell
from clusterdef.problem import Problem, Refused

ABSENT = 66
SECONDS = 60.0
ARM = """\
set -eu
umask 077
cd "$1" 2>/dev/null || exit 66
cat >".new-$2"
chown --reference=. ".new-$2"
mv -f ".new-$2" "$2"
"""
"""The file belongs to whoever has the directory: that user reads it, and uses it up."""
ARMED = """\
cd "$1" 2>/dev/null || exit 66
[ ! -f "$2" ] || echo armed
"""
DISARM = """\
set -eu
cd "$1" 2>/dev/null || exit 66
rm -f -- "$2" ".new-$2"
"""


@dataclass(frozen=True, slots=True)
class TokenDirectory:
    """`server` is the server's name, for people."""

    server: str
    folder: Path
    shell: Shell

    def armed(self, certname: str) -> bool:
        """See ports.tokens."""
        return self._run(ARMED, certname).strip() == b"armed"

    def arm(self, certname: str, line: str) -> None:
        """See ports.tokens."""
        self._run(ARM, certname, line)

    def disarm(self, certname: str) -> None:
        """See ports.tokens."""
        self._run(DISARM, certname)

    def _run(self, script: str, certname: str, given: str = "") -> bytes:
        with tempfile.TemporaryFile() as file:
            file.write(given.encode())
            file.seek(0)
            try:
                done = self.shell.run(script, (str(self.folder), certname), file, SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise Refused(self._problem("cannot be reached", str(error))) from error
        if done.returncode == ABSENT:
            raise Refused(self._absent())
        if done.returncode:
            what = (
                "cannot be reached" if self.shell.remote and done.returncode == UNREACHABLE else "did not take a token"
            )
            raise Refused(self._problem(what, done.stderr.decode(errors="replace").strip()[-400:]))
        return done.stdout

    def _problem(self, what: str, said: str) -> Problem:
        return Problem("token-server", f"{self.server} {what}", advice=tuple(said.split("\n")), subject=self.server)

    def _absent(self) -> Problem:
        message = f"{self.server} does not sign by tokens: there is no {self.folder}"
        advice = ("its own configuration makes that directory; let it run once:   puppet agent --test",)
        return Problem("token-absent", message, advice=advice, subject=self.server)
