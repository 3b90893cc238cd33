"""Where the time goes: one run of a command, its seconds by stage. It is a process of its own, whose last line is JSON.

`python bench/stages.py generate site.yaml -o DIR` prints `{stage: [wall, processor]}`. A stage's time is its own:
what a stage inside it takes is not in it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from clusterdef.cli.root import main

STAGES = (
    ("read site.yaml", "clusterdef.inputs", "load_yaml"),
    ("read definitions", "clusterdef.catalog", "load"),
    ("check shape", "clusterdef.inputs", "shape"),
    ("read inventory", "clusterdef.inputs", "load_csv"),
    ("resolve", "clusterdef.site", "resolve"),
    ("would it boot", "clusterdef.verbs.check", "boot_problems"),
    ("digest inputs", "clusterdef.fingerprint", "of_site"),
    ("digest inputs", "clusterdef.fingerprint", "of_program"),
    ("make files", "clusterdef.verbs.generate", "artifacts"),
    ("write files", "clusterdef.tree", "write"),
    ("settle the disk", "clusterdef.tree.sync", "settle"),
    ("tell changes", "clusterdef.verbs.generate", "between"),
    ("tell changes", "clusterdef.changes", "rows"),
)
"""What a stage is called, and the function that is it, where it is called from. A generator counts while it works."""

REST = "everything else"


class Clock:
    """Seconds of each stage, by the wall and of the processor; stages may lie inside each other."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self._open = [REST]
        # A process's own time begins with the process: what was imported before is in the first stage.
        self._since = (time.perf_counter(), 0.0)

    def _turn(self) -> None:
        now = (time.perf_counter(), time.process_time())
        found = self.seconds.setdefault(self._open[-1], [0.0, 0.0])
        found[0] += now[0] - self._since[0]
        found[1] += now[1] - self._since[1]
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What happens inside counts for this stage, until a stage inside it begins."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def timed(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """`act`, counted; when it gives a generator, the generator too."""

        def counted(*arguments: Any, **named: Any) -> Any:
            with self.stage(name):
                found = act(*arguments, **named)
            return self._each(name, found) if isinstance(found, Iterator) else found

        return counted

    def _each(self, name: str, items: Iterator[Any]) -> Iterator[Any]:
        while True:
            with self.stage(name):
                try:
                    item = next(items)
                except StopIteration:
                    return
            yield item


def run(words: list[str]) -> dict[str, list[float]]:
    """Run a command line; the seconds of each stage, in the order in which stages begin."""
    clock = Clock()
    for name, module, function in STAGES:
        room = import_module(module)
        setattr(room, function, clock.timed(name, getattr(room, function)))
    with clock.stage(REST):
        code = main(words)
    if code:
        raise SystemExit(code)
    return clock.seconds


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1:])))
