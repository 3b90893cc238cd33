"""A prompt on this machine, or by ssh on another."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from clusterdef.drivers.shell import UNREACHABLE, Shell
from clusterdef.ports.prompt import LATE, Said
from clusterdef.problem import Problem, Refused

SPARE = 60
"""Seconds beyond the limit that a machine has to say that it is over."""
LAST_WORDS = 2000

SCRIPT = """\
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
exec 2>&1 </dev/null
[ "$1" = "$(id -un)" ] || exec timeout -k 5 "$2" runuser -l "$1" -s /bin/sh -c "$3"
exec timeout -k 5 "$2" sh -c "$3"
"""
"""The limit holds there, so that nothing goes on when nobody waits for it any longer."""


@dataclass(frozen=True, slots=True)
class ShellPrompt:
    """`name` is the machine's, for people."""

    name: str
    shell: Shell

    def run(self, script: str, user: str, seconds: int) -> Said:
        """See ports.prompt."""
        try:
            done = self.shell.run(SCRIPT, (user, str(seconds), script), subprocess.DEVNULL, seconds + SPARE)
        except subprocess.TimeoutExpired:
            return Said(LATE, f"{self.name} says nothing more")
        except OSError as error:
            raise self._unreached(str(error)) from error
        text = (done.stdout + done.stderr).decode(errors="replace")[-LAST_WORDS:].strip()
        if self.shell.remote and done.returncode == UNREACHABLE:
            raise self._unreached(text)
        return Said(done.returncode, text)

    def _unreached(self, said: str) -> Refused:
        lines = tuple(said.splitlines()[-2:])
        return Refused(Problem("accept-unreached", f"{self.name} is not reached", advice=lines, subject=self.name))
