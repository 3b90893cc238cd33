"""The live tree of one machine, worked by a shell script there (live_tree.sh beside this file)."""

from __future__ import annotations

import json
import os
import selectors
import shlex
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from typing import IO

from clusterdef.drivers.shell import UNREACHABLE, Shell
from clusterdef.ports.machine import RECORD, Answer, Kept, Live
from clusterdef.problem import Problem, Refused
from clusterdef.tree import manifest

WAIT = 10
"""Seconds for which a second publish waits for the first."""
QUICK = 120.0
"""Seconds for a verb that looks at the tree or renames in it."""
CARRY = 3600.0
"""Seconds for a whole tree over a slow line."""
PATIENCE = 300
"""Seconds that a consumer's check, or telling a daemon, may take: Puppet reads ten thousand nodes for some time."""
BUSY, ABSENT, LATE = 75, 127, 124
LOOKS = frozenset({"look", "lacks", "holder"})
"""Verbs that change nothing: when the way there breaks, they are asked again, once."""
LAST_WORDS = 2000
OWN = (RECORD, manifest.NAME)
SIDE = "./"


class LiveTree:
    """The tree at `tree` on the machine behind `shell`. `advice` is what to do when that machine is not reached."""

    def __init__(self, name: str, tree: str, shell: Shell, advice: tuple[str, ...] = ()) -> None:
        self.name = name
        self.tree = tree
        self.shell = shell
        self.advice = advice

    @contextmanager
    def held(self, holder: str) -> Iterator[None]:
        try:
            process = self.shell.start(_script(), [self.tree, "hold", str(WAIT), holder])
        except OSError as error:
            raise self._unreached(str(error)) from error
        try:
            if _first_line(process, QUICK) != b"held":
                raise self._not_held(process)
            yield
        finally:
            _ended(process)

    def look(self) -> Live:
        fields = self._do("look").split(b"\0")
        number, record, text, due = fields[:4]
        if not number.isdigit():
            raise Refused(self._problem("publish-foreign", "current is no link to a published tree", _text(number)))
        try:
            return _live(int(number), record, text, due, fields[4:])
        except ValueError as error:
            raise Refused(
                self._problem("publish-foreign", "the record of what is live cannot be read", str(error))
            ) from error

    def lacks(self, owners: Collection[str], groups: Collection[str]) -> Sequence[str]:
        words = [*(("user", name) for name in sorted(owners)), *(("group", name) for name in sorted(groups))]
        return _text(self._do("lacks", *(word for pair in words for word in pair))).splitlines()

    def carry(self, live: Live, away: Collection[str], archive: IO[bytes]) -> Mapping[str, Kept]:
        with _listed((*away, *OWN)) as gone:
            self._do("link", given=gone)
        return _kept(self._do("receive", given=archive, seconds=CARRY).split(b"\0"))

    def check(self, commands: Sequence[Sequence[str]]) -> Sequence[Answer]:
        with tempfile.TemporaryFile() as lines:
            lines.write(b"".join(os.fsencode(f"try {shlex.join(command)}\n") for command in commands))
            lines.seek(0)
            said = self._do("check", str(PATIENCE), given=lines, seconds=PATIENCE + QUICK + len(commands)).split(b"\0")
        return [_answer(int(status), words) for status, words in zip(said[:-1:2], said[1::2], strict=True)]

    def ask(self, command: Sequence[str]) -> Answer:
        return self._told("ask", command)

    def switch(self, due: Collection[str]) -> None:
        self._do("switch", " ".join(sorted(due)))

    def reload(self, command: Sequence[str]) -> Answer:
        return self._told("reload", command)

    def back(self, live: Live, changed: Collection[str]) -> bool:
        with _listed(changed) as paths:
            return bool(self._do("back", str(live.number), given=paths))

    def settle(self, line: str) -> None:
        self._do("settle", line)

    def forget(self) -> None:
        self._do("forget")

    def discard(self) -> None:
        self._do("discard")

    def _told(self, verb: str, command: Sequence[str]) -> Answer:
        """What a program there answers: its own exit status is no trouble of ours."""
        done = self._run(verb, [str(PATIENCE), *command], subprocess.DEVNULL, PATIENCE + QUICK)
        return _answer(done.returncode, done.stdout)

    def _do(
        self, verb: str, *arguments: str, given: IO[bytes] | int = subprocess.DEVNULL, seconds: float = QUICK
    ) -> bytes:
        done = self._run(verb, arguments, given, seconds)
        if done.returncode:
            raise Refused(
                self._problem("publish-machine", f"{verb} did not work there", _text(done.stderr[-LAST_WORDS:]))
            )
        return done.stdout

    def _run(
        self, verb: str, arguments: Sequence[str], given: IO[bytes] | int, seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        done = self._asked(verb, arguments, given, seconds)
        if self._lost(done) and verb in LOOKS:
            done = self._asked(verb, arguments, given, seconds)
        if self._lost(done):
            raise self._unreached(_text(done.stderr))
        return done

    def _asked(
        self, verb: str, arguments: Sequence[str], given: IO[bytes] | int, seconds: float
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return self.shell.run(_script(), [self.tree, verb, *arguments], given, seconds)
        except subprocess.TimeoutExpired as error:
            raise Refused(
                self._problem("publish-machine", f"{verb} did not end within {seconds:.0f} seconds", "")
            ) from error
        except OSError as error:
            raise self._unreached(str(error)) from error

    def _lost(self, done: subprocess.CompletedProcess[bytes]) -> bool:
        return self.shell.remote and done.returncode == UNREACHABLE

    def _problem(self, code: str, message: str, said: str) -> Problem:
        advice = tuple(said.strip().splitlines()[-5:])
        return Problem(code, f"{self.name}: {message}", subject=f"{self.name}:{self.tree}", advice=advice)

    def _unreached(self, said: str) -> Refused:
        lines = tuple(line for line in said.strip().splitlines()[-2:])
        message = f"{self.name} is not reached by ssh"
        return Refused(Problem("publish-unreached", message, subject=self.name, advice=(*lines, *self.advice)))

    def _not_held(self, process: subprocess.Popen[bytes]) -> Refused:
        _ended(process)
        if self.shell.remote and process.returncode == UNREACHABLE:
            return self._unreached("")
        if process.returncode != BUSY:
            return Refused(self._problem("publish-machine", "the tree cannot be locked there", ""))
        who = _text(self._do("holder"))
        message = f"{self.name}: {who or 'somebody'} is publishing there"
        advice = ("wait until that is done, then run again",)
        return Refused(Problem("publish-busy", message, subject=f"{self.name}:{self.tree}", advice=advice))


@contextmanager
def _listed(paths: Iterable[str]) -> Iterator[IO[bytes]]:
    """Paths for a program's standard input, a NUL after each."""
    with tempfile.TemporaryFile() as file:
        file.write(b"".join(os.fsencode(path) + b"\0" for path in paths))
        file.seek(0)
        yield file


@cache
def _script() -> str:
    return files(__package__).joinpath("live_tree.sh").read_text("utf-8")


def _answer(status: int, words: bytes) -> Answer:
    said = _text(words[-LAST_WORDS:]).strip()
    if status == LATE:
        said = f"{said}\nit did not end within {PATIENCE} seconds".strip()
    return Answer(status, said, status == ABSENT)


def _text(said: bytes) -> str:
    return said.decode(errors="replace")


def _first_line(process: subprocess.Popen[bytes], seconds: float) -> bytes:
    """What it says first; nothing when it ends, or is silent for so long."""
    assert process.stdout
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline().strip() if selector.select(seconds) else b""


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Let go: its standard input ends, and so does it."""
    with suppress(OSError):
        if process.stdin:
            process.stdin.close()
    try:
        process.wait(WAIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _live(number: int, record: bytes, text: bytes, due: bytes, rows: Sequence[bytes]) -> Live:
    entries = manifest.parsed(text).entries if text else {}
    was = {path: Kept(entry.sha256, entry.mode, entry.owner, entry.group) for path, entry in entries.items()}
    makers = {path: entry.maker for path, entry in entries.items()}
    known = json.loads(record) if record else {}
    if not isinstance(known, dict):
        raise ValueError(f"{RECORD} is no JSON object")
    return Live(number, known, was, makers, _kept(rows), tuple(_text(due).split()))


def _kept(fields: Sequence[bytes]) -> dict[str, Kept]:
    """The files of an inventory, without the two of record. What is no regular file has no digest."""
    cut = list(fields).index(b"")
    digests = dict(_digest(os.fsdecode(row)) for row in fields[cut + 1 :] if row)
    found = {}
    for row in fields[:cut]:
        _, mode, owner, group, path = os.fsdecode(row).split(" ", 4)
        if path not in OWN:
            found[path] = Kept(digests.get(path, ""), int(mode, 8), owner, group)
    return found


def _digest(row: str) -> tuple[str, str]:
    digest, _, path = row.partition("  ")
    return path.removeprefix(SIDE), digest
