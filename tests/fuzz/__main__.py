"""The command line: `python -m tests.fuzz --cases N --seed S`. Status 0 when nothing was found, 1 otherwise."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count

from tests.fuzz.batch import Result, cases_of, done

CASES = 100_000
ENOUGH = 5
"""Failures after which nobody reads on."""
TOLD = 5_000
"""Cases after which it is told how far the work is."""
RENEWED = 100
"""Pieces after which a process gives its memory back."""


def main(words: Sequence[str] | None = None) -> int:
    """Do the work, tell what was found."""
    wish = _parser().parse_args(words)
    numbers = [wish.only] if wish.only is not None else list(_pieces(wish.cases))
    begun, cases, refused, failures = time.monotonic(), 0, 0, 0
    for result in _results(partial(done, wish.seed), numbers, wish.processes):
        cases, refused = cases + result.cases, refused + result.refused
        for failure in result.failures:
            failures += 1
            again = f"again with: python -m tests.fuzz --seed {wish.seed} --only {result.number}"
            print(f"=== piece {result.number}; {again}\n{failure}\n", flush=True)
        if failures >= ENOUGH:
            break
        if cases // TOLD != (cases - result.cases) // TOLD:
            print(f"{cases} cases, {failures} failures", file=sys.stderr, flush=True)
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    told = f"{cases} cases, seed {wish.seed}: {failures} failures, {refused} refused where they stand, others unharmed"
    print(f"{told} ({time.monotonic() - begun:.0f} s, {memory >> 10} MB a process)")
    return 1 if failures else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="texts and broken files to try (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="another number, other cases (%(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="how many work at once (%(default)s)")
    parser.add_argument("--only", type=int, metavar="PIECE", help="one piece of the work again, as a failure names it")
    return parser


def _pieces(cases: int) -> Iterator[int]:
    """Numbers of pieces, until there are enough cases."""
    for number in count(1):
        yield number
        cases -= cases_of(number)
        if cases <= 0:
            return


def _results(act: partial[Result], numbers: Sequence[int], processes: int) -> Iterator[Result]:
    if processes < 2 or len(numbers) < 2:
        yield from map(act, numbers)
        return
    with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=RENEWED) as pool:
        yield from pool.imap_unordered(act, numbers)


if __name__ == "__main__":
    sys.exit(main())
