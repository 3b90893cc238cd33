"""The directory of tokens that a web server hands out by address, on this machine or by ssh on another."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clusterdef.drivers.shell import UNREACHABLE, Shell
from clusterdef.problem import Problem, Refused

ABSENT = 66
SECONDS = 60.0
GIVE = """\
set -eu
umask 077
cd "$1" 2>/dev/null || exit 66
find . -type f ! -newermt now -delete
while read -r address token; do
  printf '%s\\n' "$token" >".new-$address"
  chown --reference=. ".new-$address"
  chmod 0640 ".new-$address"
  touch -d "now + $2 minutes" ".new-$address"
  mv -f ".new-$address" "$address"
done
"""
"""Who may read a file is the directory's group: the web server. The time of a file is the one when it is over."""
THERE = 'cd "$1" 2>/dev/null || exit 66'
TAKE = """\
set -eu
cd "$1" 2>/dev/null || exit 0
while read -r address; do rm -f -- "$address" ".new-$address"; done
"""


@dataclass(frozen=True, slots=True)
class HandoverDirectory:
    """`head` is the name of the machine, for people."""

    head: str
    folder: Path
    shell: Shell

    def there(self) -> bool:
        """See ports.handover."""
        return self._run(THERE)

    def ready(self) -> None:
        """See ports.handover."""
        self._present(self._run(THERE))

    def give(self, tokens: Mapping[str, str], minutes: int) -> None:
        """See ports.handover. Tokens go by standard input: a command line is everybody's to see."""
        rows = "".join(f"{address} {token}\n" for address, token in tokens.items())
        self._present(self._run(GIVE, rows, str(minutes)))

    def take(self, addresses: Iterable[str]) -> None:
        """See ports.handover."""
        self._run(TAKE, "".join(f"{address}\n" for address in addresses))

    def _present(self, there: bool) -> None:
        if not there:
            raise Refused(self._absent())

    def _run(self, script: str, text: str = "", *more: str) -> bool:
        """False when there is no such directory."""
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.seek(0)
            try:
                done = self.shell.run(script, (str(self.folder), *more), file, SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise Refused(self._problem("cannot be reached", str(error))) from error
        if done.returncode not in (0, ABSENT):
            lost = self.shell.remote and done.returncode == UNREACHABLE
            said = done.stderr.decode(errors="replace").strip()[-400:]
            raise Refused(self._problem("cannot be reached" if lost else "did not take a token", said))
        return done.returncode == 0

    def _problem(self, what: str, said: str) -> Problem:
        return Problem("token-server", f"{self.head} {what}", advice=tuple(said.split("\n")), subject=self.head)

    def _absent(self) -> Problem:
        message = f"{self.head} hands out no tokens: there is no {self.folder}"
        advice = (
            "its own configuration makes that directory; let it run once:   puppet agent --test",
            "or carry the token yourself:   clusterdef token arm NAME",
        )
        return Problem("token-absent", message, advice=advice, subject=self.head)
