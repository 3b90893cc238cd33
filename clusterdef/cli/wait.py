"""What a person sees of something that takes long: a line for each step that is done, one that moves while it waits."""

from __future__ import annotations

import shutil
import sys

from clusterdef.cli.terminal import say, tint
from clusterdef.problem import visible

WIDTH = 12


class Screen:
    """Lines with a mark and the time they took. Where the output is no terminal, nothing moves, and what is waited for
    is told when there is news."""

    def __init__(self) -> None:
        self._moves = sys.stdout.isatty()
        self._said: tuple[str, str] | None = None

    def done(self, step: str, seconds: int, what: str = "") -> None:
        """A step is done."""
        self._line(step, tint("✓", "green"), seconds, what)

    def over(self, step: str, seconds: int, what: str) -> None:
        """The time of a step is over."""
        self._line(step, tint("✗", "red"), seconds, what)

    def waits(self, step: str, seconds: int, left: int, what: str, news: str = "") -> None:
        """A step is waited for; `news` is told for good."""
        if (news or what) != (self._said or ("", ""))[1] and (news or self._said is None or self._said[0] != step):
            self._line(step, "▸", seconds, news or what)
            self._said = (step, news or what)
        if self._moves:
            text = visible(f"  {step:<{WIDTH}} ▸  {clock(seconds)}  {what}; {clock(left)} left")
            sys.stdout.write(f"\r{text[: shutil.get_terminal_size().columns - 1]}\033[K")
            sys.stdout.flush()

    def clear(self) -> None:
        """Take the moving line away."""
        if self._moves:
            sys.stdout.write("\r\033[K")
            sys.stdout.flush()

    def _line(self, step: str, mark: str, seconds: int, what: str) -> None:
        self.clear()
        say(f"  {step:<{WIDTH}} {mark}  {clock(seconds)}  {visible(what)}".rstrip())


def clock(seconds: int) -> str:
    """`00:02:10`."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}"
