"""What machines reported of their configuration runs, as the rest sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a run changed, or would have changed: which, and in words what about it."""

    name: str
    sentences: tuple[str, ...]
    classes: tuple[str, ...] = ()
    failed: bool = False
    noop: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One run. `identity` is no other run's; `at` is its begin in the server's words (ISO 8601).

    `status` is `changed`, `unchanged` or `failed`; `noop` when the run as a whole was to change nothing; `cached` when
    the server gave no configuration and a former one was applied; `errors` is what else went wrong.
    """

    identity: str
    at: str
    status: str
    noop: bool = False
    cached: bool = False
    resources: tuple[Resource, ...] = ()
    errors: tuple[str, ...] = ()


class Reports(Protocol):
    """The reports that the configuration server keeps."""

    def latest(self, certname: str) -> Report | None:
        """The newest of a machine; None when there is none.

        Raises Refused when the server cannot be reached, or the report cannot be read.
        """
