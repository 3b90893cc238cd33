"""What was measured as Markdown, and its place in docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bench.course import CHECK, COLD, ONE, SAME, WRITING, Course
from bench.process import MIB, Spent

SITES = "<!-- measured: what stands from here on is written by `python -m bench` -->"
CLASSIFIER = "<!-- measured: what stands from here on is written by `python -m bench.classifier` -->"
END = "<!-- measured: end -->"

COMMANDS = (CHECK, COLD, SAME, ONE)


def rows(header: Sequence[str], body: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table: the first column to the left, numbers to the right."""
    yield f"| {' | '.join(header)} |"
    yield f"|{'|'.join(['---', *['---:'] * (len(header) - 1)])}|"
    yield from (f"| {' | '.join(row)} |" for row in body)


def sites(courses: Mapping[int, Course]) -> Iterator[str]:
    """A row for each size: wall and processor seconds of each command, memory of the largest."""
    yield from rows(
        ("nodes", *COMMANDS, "writing alone", "peak memory"),
        (
            (f"{size:,}", *(_both(found.get(name)) for name in (*COMMANDS, WRITING)), _memory(found))
            for size, found in courses.items()
        ),
    )


def growth(courses: Mapping[int, Course]) -> Iterator[str]:
    """Milliseconds of processor that one node more takes, between each size and the one before."""
    pairs = list(zip(courses.items(), list(courses.items())[1:], strict=False))
    yield from rows(
        ("from … to … nodes", *COMMANDS),
        (
            (f"{small:,} … {large:,}", *(_slope(before, after, name, large - small) for name in COMMANDS))
            for (small, before), (large, after) in pairs
        ),
    )


def stages(found: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """A row for each stage, the longest first."""
    total = sum(seconds[1] for seconds in found.values())
    ordered = sorted(found.items(), key=lambda item: -item[1][1])
    yield from rows(
        ("stage", "processor", "share"),
        ((name, f"{seconds[1]:.2f} s", f"{100 * seconds[1] / total:.0f} %") for name, seconds in ordered),
    )


def outputs(found: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """A row for each generator that makes any file, the slowest first."""
    total = sum(seconds for *_, seconds in found.values())
    ordered = sorted((item for item in found.items() if item[1][0]), key=lambda item: -item[1][2])
    body = [
        (name, f"{files:,}", f"{size / MIB:.1f} MiB", f"{seconds:.2f} s") for name, (files, size, seconds) in ordered
    ]
    yield from rows(("generator", "files", "size", "processor"), [*body, ("all", "", "", f"{total:.2f} s")])


def targets(course: Course, wanted: Mapping[str, float], memory: tuple[int, int], start: Spent) -> Iterator[str]:
    """What was asked for beside what was measured; `memory` is the limit and the peak of all processes, in bytes."""
    body = [
        (name, f"{limit:g} s", _both(course[name]), _met(course[name].wall <= limit)) for name, limit in wanted.items()
    ]
    limit, peak = memory
    body.append(("memory of all processes", f"{limit // MIB} MiB", f"{peak // MIB} MiB", _met(peak <= limit)))
    body.append(("`--help`", "0.15 s", _both(start), _met(start.wall <= 0.15)))
    yield from rows(("", "at most", "measured", ""), body)


def _met(met: bool) -> str:
    return "met" if met else "missed"


def _both(found: Spent | None) -> str:
    return f"{found.wall:.2f} ({found.processor:.2f})" if found else ""


def _memory(found: Course) -> str:
    return f"{max(one.memory for one in found.values()) // MIB} MiB"


def _slope(before: Course, after: Course, name: str, nodes: int) -> str:
    if name not in before or name not in after:
        return ""
    return f"{1000 * (after[name].processor - before[name].processor) / nodes:.2f}"


def put(page: Path, lines: Iterable[str], begin: str = SITES) -> None:
    """Put the lines between a marker of the page and the next end. Raises ValueError when it has none."""
    text = page.read_text("utf-8")
    head, found, rest = text.partition(begin)
    _, end, tail = rest.partition(END)
    if not found or not end:
        raise ValueError(f"{page} has no place for what is measured")
    page.write_text("\n".join([f"{head}{begin}", "", *lines, "", f"{END}{tail}"]), "utf-8")
