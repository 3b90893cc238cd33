"""The time zone in which all machines are: a name that nobody knows is found out only when one of them is installed."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from clusterdef.problem import Problem, Severity, did_you_mean
from clusterdef.source import Document


def clock_problems(document: Document, zone: str) -> Iterator[Problem]:
    """A time zone that is in no list here (tzfile(5)). Those of the machines may be newer, so it is no error."""
    if _known(zone):
        return
    advice = (did_you_mean(zone, available_timezones()) or "write it as below /usr/share/zoneinfo: `Europe/London`",)
    message = f"there is no time zone {zone}, as far as this machine knows"
    yield Problem(
        "unknown-timezone", message, document.mark("cluster", "timezone"), severity=Severity.WARNING, advice=advice
    )


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (OSError, LookupError, ValueError):  # a directory, no such file, or not the file of a zone
        return False
    return True
