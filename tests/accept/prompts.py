"""Prompts and a clock for tests: machines that say what they are told to say. Nothing here asserts."""

from __future__ import annotations

from collections.abc import Mapping

from clusterdef.ports.prompt import LATE, Said
from clusterdef.problem import Problem, Refused
from clusterdef.verbs.accept import Clock


class Played(Clock):
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        super().__init__(lambda: self.time)
        self.time = 0.0

    def wait(self, seconds: float) -> None:
        """So long has passed."""
        self.time += seconds


class Machine:
    """A machine that knows `true`, `false`, `echo WORD`, `exit N`, `id -un` and `sleep N`, joined by `; `."""

    def __init__(self, users: tuple[str, ...] = ("root",)) -> None:
        self.users = users

    def run(self, script: str, user: str, seconds: int) -> Said:
        """See ports.prompt."""
        if user not in self.users:
            return Said(1, f"user {user} does not exist")
        said: list[str] = []
        for words in (one.split() for one in script.split("; ")):
            if words[0] == "sleep" and int(words[1]) > seconds:
                return Said(LATE, "\n".join(said))
            said += words[1:] if words[0] == "echo" else [user] if words[0] == "id" else []
            if words[0] in ("false", "exit"):
                return Said(int(words[1]) if words[1:] else 1, "\n".join(said))
        return Said(0, "\n".join(said))


class Site:
    """Prompts of a whole site: what each machine answers to a script, turn by turn, the last answer from then on."""

    def __init__(self, answers: Mapping[tuple[str, str], list[int | None]] | None = None) -> None:
        self.answers = {key: list(rows) for key, rows in (answers or {}).items()}
        self.asked: list[tuple[str, str, str, int]] = []

    def __call__(self, name: str) -> Asked:
        return Asked(self, name)


class Asked:
    """The prompt of one of its machines."""

    def __init__(self, site: Site, name: str) -> None:
        self.site = site
        self.name = name

    def run(self, script: str, user: str, seconds: int) -> Said:
        """See ports.prompt; None among the answers is a machine that is not reached."""
        self.site.asked.append((self.name, script, user, seconds))
        rows = self.site.answers.get((self.name, script), [0])
        status = rows.pop(0) if len(rows) > 1 else rows[0]
        if status is None:
            raise Refused(Problem("accept-unreached", f"{self.name} is not reached", subject=self.name))
        return Said(status, f"{self.name} says {status}" if status else "")
