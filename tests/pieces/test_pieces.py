"""Pieces of work, each in a fresh interpreter: the one that runs the tests has threads, and should not be copied."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import os, signal, time
from clusterdef.pieces import done
first = os.getpid()

def gone():
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        return True
"""


def said(script: str) -> str:
    """What a script prints; one that fails fails the test."""
    ran = subprocess.run([sys.executable, "-c", BEGIN + script], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_alone_the_pieces_come_in_their_order() -> None:
    assert said("print(list(done(3, lambda n: [n, n], False)))") == "[(0, [0, 0]), (1, [1, 1]), (2, [2, 2])]"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000, 9999])
def test_together_each_piece_is_done_once(count: int) -> None:
    assert (
        said(f"print(sorted(done({count}, lambda n: [n * n], True)) == [(n, [n * n]) for n in range({count})])")
        == "True"
    )


def test_both_take_part() -> None:
    work = "who = {pid for _, (pid,) in done(200, lambda n: time.sleep(0.001) or [os.getpid()], True)}"
    assert said(f"{work}; print(len(who), first in who, gone())") == "2 True True"


def test_pieces_larger_than_the_pipe_arrive_whole() -> None:
    work = "sizes = {len(made) for _, (made,) in done(20, lambda n: [bytes(3 << 20)], True)}"
    assert said(f"{work}; print(sizes)") == f"{{{3 << 20}}}"


LATE = """
def do(number):
    if os.getpid() != first:
        {trouble}
    time.sleep(0.01)
    return [number]
try:
    list(done(100, do, True))
except RuntimeError as error:
    print(error, gone())
"""


def test_what_breaks_in_the_second_process_is_told_with_its_traceback() -> None:
    told = said(LATE.format(trouble="raise LookupError('no such thing')"))
    assert told.startswith("in the second process:\nTraceback")
    assert told.endswith("LookupError: no such thing\n True")


def test_a_second_process_that_was_killed_is_missed() -> None:
    told = said(LATE.format(trouble="os.kill(os.getpid(), signal.SIGKILL)"))
    assert told == "the second process ended before its work did True"


def test_whoever_stops_early_leaves_no_process() -> None:
    script = "made = done(1000, lambda n: [bytes(1 << 20)], True); next(made); made.close(); print(gone())"
    assert said(script) == "True"


def test_a_second_process_whose_first_one_is_gone_ends() -> None:
    """It is the grandchild here: only who holds the pipe of the output keeps `said` waiting."""
    script = """
if os.fork():
    os.wait()
    print("ended")
else:
    for _ in done(1000, lambda n: [bytes(1 << 20)], True):
        os.kill(os.getpid(), signal.SIGKILL)
"""
    assert said(script) == "ended"
