"""What is done in each state of a publish, by way of a machine's port. Which state follows is in `publish`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clusterdef.flows import archive
from clusterdef.flows.parts import Difference, Part, kept
from clusterdef.generator import Output
from clusterdef.ports.machine import RECORD, Kept, Live, Machine
from clusterdef.problem import Problem, Refused, Severity, listing
from clusterdef.tree import Generation, Manifest, manifest

PRIVATE = 0o600
"""Mode of what is written beside files with secrets."""


@dataclass(slots=True)
class Target:
    """One machine, what is live there, and what would change."""

    part: Part
    machine: Machine
    live: Live
    difference: Difference

    @property
    def open(self) -> bool:
        """True when there is anything to do."""
        return bool(self.difference.send or self.difference.away or self.live.due)


@dataclass(frozen=True, slots=True)
class Publication:
    """What becomes live: a generation, and files `laid_out` for machines that fetch their part; `record` says who
    publishes it, and when."""

    generation: Generation
    record: Mapping[str, object]
    nodes: Sequence[str]
    rows: Mapping[str, Output]
    tree: str
    laid_out: Mapping[str, bytes]

    def read(self, path: str) -> bytes:
        """The bytes of one of its files."""
        return self.laid_out[path] if path in self.laid_out else self.generation.read(path)

    def beside(self, target: Target) -> Mapping[str, bytes]:
        """The two files that say what is live on a machine: who published it, and all its files."""
        whole = self.generation.manifest
        text = Manifest(whole.version, whole.inputs, whole.facts, target.part.entries).text()
        record = {**self.record, "nodes": list(self.nodes)}
        return {manifest.NAME: text, RECORD: json.dumps(record, indent=1, sort_keys=True).encode() + b"\n"}

    def filled(self, command: Sequence[str], path: str) -> tuple[str, ...]:
        """A command of an output, for one of its files in the place where it is read, or without a path for none."""
        live = f"{self.tree}/current"
        file = f"{live}/{path}" if path else "{file}"
        return tuple(word.replace("{tree}", live).replace("{file}", file) for word in command)


class Work:
    """What is done in each state of the flow, for the machine whose turn it is."""

    def __init__(self, publication: Publication, targets: Sequence[Target]) -> None:
        self.publication = publication
        self.targets = targets
        self.notes: list[str] = []
        self.said: dict[tuple[str, int], str] = {}
        self.absent: set[tuple[int, str]] = set()

    def act(self, state: str, turn: int) -> None:
        """Do it. Raises Refused when the machine, or a consumer there, says no."""
        getattr(self, f"_{state}")(turn, self.targets[turn])

    def _carry(self, turn: int, target: Target) -> None:
        entries = target.part.entries
        known = target.machine.lacks({one.owner for one in entries.values()}, {one.group for one in entries.values()})
        if known:
            raise Refused(_lacking(target, known))
        send = target.difference.send
        with tempfile.TemporaryFile() as file:
            beside = self.publication.beside(target)
            # Who knows the digest of a file can try what may be in it.
            mode = PRIVATE if target.part.filled else archive.PUBLIC
            read = target.part.reading(self.publication.read)
            archive.write(file, [entries[path] for path in send], read, beside, mode)
            file.seek(0)
            there = target.machine.carry(target.live, [*target.difference.away, *send], file)
        wanted = kept(entries)
        if there != wanted:
            raise Refused(_lost(target, wanted, there))
        self.said["carry", turn] = f"{len(send)} files"

    def _check(self, turn: int, target: Target) -> None:
        rows = [row for row in self._rows(target, target.difference.outputs | self._always()) if row.check]
        by_command = self._checks(target, rows)
        answers = target.machine.check(list(by_command)) if by_command else ()
        problems = []
        for read, answer in zip(by_command.values(), answers, strict=True):
            if answer.absent:
                self._note_absent(turn, target, [row for row, _ in read])
            elif answer.status:
                problems.append(_refusal(target, _program(read[0][0]), [path for _, path in read], answer.said))
        if problems:
            raise Refused(*problems)
        self.said["check", turn] = ", ".join(row.name for row in rows if (turn, row.name) not in self.absent)

    def objections(self, target: Target) -> Iterator[Problem]:
        """What readers say of a machine where nothing changes, whose answers depend on more than files; as warnings."""
        rows = [row for row in self._rows(target, self._always()) if row.check]
        for command in self._checks(target, rows):
            answer = target.machine.ask(command)
            if answer.status and not answer.absent:
                yield objection(target.part.node.name, answer.said)

    def _always(self) -> set[str]:
        return {name for name, row in self.publication.rows.items() if row.always}

    def _checks(self, target: Target, rows: Sequence[Output]) -> Mapping[tuple[str, ...], list[tuple[Output, str]]]:
        """What the readers of these outputs run, each once, with the files that it is about: the new ones, or all."""
        by_command: dict[tuple[str, ...], list[tuple[Output, str]]] = {}
        for row in rows:
            for path in sorted(target.part.entries) if row.always else target.difference.send:
                if target.part.entries[path].maker == row.name:
                    by_command.setdefault(self.publication.filled(row.check, path), []).append((row, path))
        return by_command

    def _note_absent(self, turn: int, target: Target, rows: Sequence[Output]) -> None:
        """Where a reader is not installed, nobody reads its files yet. Told once for each output."""
        for row in rows:
            if (turn, row.name) not in self.absent:
                self.absent.add((turn, row.name))
                name = target.part.node.name
                note = f"{name}: {_program(row)} is not installed there; {row.name} is neither checked nor told"
                self.notes.append(note)

    def _switch(self, turn: int, target: Target) -> None:
        target.machine.switch({row.name for row in self._due(turn, target)})

    def _reload(self, turn: int, target: Target) -> None:
        self._tell_daemons("reload", turn, target)

    def _settle(self, turn: int, target: Target) -> None:
        former = {"commit": target.live.record.get("commit"), "identity": target.live.record.get("identity")}
        target.machine.settle(json.dumps({**self.publication.record, "before": former}, sort_keys=True))

    def _back(self, turn: int, target: Target) -> None:
        if not target.machine.back(target.live, [*target.difference.send, *target.difference.away]):
            return
        # Where nothing of theirs was live before, daemons have nothing to go back to.
        known = set(target.live.makers.values())
        try:
            self._tell_daemons("back", turn, target, known)
        except Refused as refused:
            raise Refused(*(_stuck(target, problem) for problem in refused.problems)) from refused
        target.machine.forget()

    def _discard(self, turn: int, target: Target) -> None:
        target.machine.discard()

    _tidy = _discard

    def _due(self, turn: int, target: Target) -> list[Output]:
        """The outputs whose daemons are to be told, with those of a publish that was cut off."""
        names = target.difference.outputs | set(target.live.due)
        return [row for row in self._rows(target, names) if row.reload and (turn, row.name) not in self.absent]

    def _tell_daemons(self, state: str, turn: int, target: Target, known: Collection[str] | None = None) -> None:
        """Tell the daemons that read a changed output, each once; with `known`, those of these outputs only."""
        by_command: dict[tuple[str, ...], list[str]] = {}
        for row in self._due(turn, target):
            if known is not None and row.name not in known:
                continue
            by_command.setdefault(self.publication.filled(row.reload, ""), []).append(row.name)
        problems = []
        for command, names in by_command.items():
            answer = target.machine.reload(command)
            if answer.status:
                problems.append(_untold(target, command, names, answer.said))
        if problems:
            raise Refused(*problems)
        self.said[state, turn] = ", ".join(name for names in by_command.values() for name in names)

    def _rows(self, target: Target, names: Collection[str]) -> list[Output]:
        """Those of the outputs that are read on the machine."""
        return [row for name, row in self.publication.rows.items() if name in names and name in target.part.reads]


def objection(name: str, said: str) -> Problem:
    """What a reader on the machine says of it as it is, while nothing new is about to become live there."""
    first, *rest = [line for line in said.splitlines() if line.strip()] or ["no reason is given"]
    advice = (*rest, "whatever changes on this machine is refused while it is so")
    return Problem("server-objects", f"{name}: {first}", subject=name, severity=Severity.WARNING, advice=advice)


def _program(row: Output) -> str:
    """The reader's program in words; it may have several names."""
    return row.check[0].replace("|", " or ")


def _lacking(target: Target, known: Sequence[str]) -> Problem:
    name = target.part.node.name
    message = f"{name}: there is no {' and no '.join(known)} there, to whom files are to belong"
    advice = ("install what brings it, then publish again",)
    return Problem("publish-owner", message, advice=advice, subject=name)


def _lost(target: Target, wanted: Mapping[str, Kept], there: Mapping[str, Kept]) -> Problem:
    paths = sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))
    message = f"{target.part.node.name}: {listing(paths, 3)} did not arrive as sent"
    advice = ("look at the disk there (df -h, dmesg), then publish again",)
    return Problem("publish-lost", message, advice=advice, subject=target.part.node.name)


def _refusal(target: Target, program: str, paths: Sequence[str], said: str) -> Problem:
    message = f"{target.part.node.name}: {program} refuses {listing(paths, 3)}"
    return Problem("publish-check", message, advice=_lines(said), subject=paths[0])


def _untold(target: Target, command: Sequence[str], names: Sequence[str], said: str) -> Problem:
    message = f"{target.part.node.name}: '{' '.join(command)}' failed, which tells the reader of {listing(names)}"
    return Problem("publish-reload", message, advice=_lines(said), subject=target.part.node.name)


def _stuck(target: Target, problem: Problem) -> Problem:
    message = f"{problem.message}, with the former files too"
    advice = (*problem.advice, "the former files are live; the next publish tells it again")
    return Problem("publish-stuck", message, advice=advice, subject=target.part.node.name)


def _lines(said: str) -> tuple[str, ...]:
    return tuple(line for line in said.splitlines() if line.strip())[-5:]
